import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const execute = promisify(execFile);

/** The package as npm would publish it, installed into a folder of its own. */
export interface InstalledPackage {
  /** What the tarball contains, with sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Size of the tarball in bytes. */
  readonly size: number;
  /** The folder that the package was installed into. */
  readonly folder: string;
  /** The script that `mtenant` starts. */
  readonly bin: string;
}

/** Packs what was built, and installs it without a network. Throws when nothing was built. */
export async function installPackage(temporary: string): Promise<InstalledPackage> {
  if (!existsSync(join(root, "dist/main.js"))) throw new Error("dist/ is missing: npm run build");
  const folder = await mkdtemp(join(temporary, "installed-"));
  const { stdout } = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", temporary]);
  const [packed] = JSON.parse(stdout) as [
    { filename: string; size: number; files: InstalledPackage["files"] },
  ];
  await npm([
    "install",
    "--offline",
    "--no-audit",
    "--no-fund",
    "--prefix",
    folder,
    join(temporary, packed.filename),
  ]);
  const bin = join(folder, "node_modules/.bin/mtenant");
  return { files: packed.files, size: packed.size, folder: join(folder, "node_modules/mtenant"), bin };
}

async function npm(args: readonly string[]): Promise<{ stdout: string }> {
  return execute("npm", args, { cwd: root });
}
