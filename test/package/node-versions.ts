import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../cluster/lock.ts";

const pinned = { 18: "18.20.8", 20: "20.19.0", 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" } as const;
export type NodeMajor = keyof typeof pinned;

/**
 * The program of a Node version, from the npm package that carries it. Kept outside the checkout, so that each version
 * is fetched once. Throws when npm cannot install it.
 */
export async function nodeProgram(major: NodeMajor): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "mtenant", "node");
  const folder = join(cache, `${name}-${pinned[major]}`);
  const program = join(folder, "node_modules", name, "bin", "node");
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(program)) await install(cache, `${name}@${pinned[major]}`, folder);
  });
  return program;
}

async function install(cache: string, specifier: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unfinished-"));
  try {
    const flags = [
      "install",
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--prefix",
      unfinished,
    ];
    await promisify(execFile)("npm", [...flags, specifier]);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
