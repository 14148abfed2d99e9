import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "./lock.ts";

/** A Go module of the tests: its folder, with go.mod and sources directly in it, and what is built of it. */
export interface GoModule {
  readonly folder: string;
  /** The name of its folder in the cache. */
  readonly name: string;
  /** What else can be done where there is no Go; absent: nothing. */
  readonly withoutGo?: string;
  /** Builds the programs into a folder. */
  readonly build: (output: string) => Promise<void>;
}

/**
 * Returns the folder with the programs of a module. It is kept outside the checkout, one for each state of the sources
 * and Go version, so that only the first call builds. Throws when there is no Go, or when it cannot build.
 */
export async function builtOnce(module: GoModule): Promise<string> {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "mtenant", module.name);
  const folder = join(cache, await digestOf(module));
  if (existsSync(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (!existsSync(folder)) await buildInto(cache, folder, module);
    return folder;
  });
}

async function digestOf(module: GoModule): Promise<string> {
  const digest = createHash("sha256")
    .update(await goVersion(module))
    .update(process.arch);
  const files = (await readdir(module.folder)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  for (const file of files) digest.update(file).update(await readFile(join(module.folder, file)));
  return digest.digest("hex").slice(0, 16);
}

async function goVersion({ name, folder, withoutGo }: GoModule): Promise<string> {
  try {
    return (await promisify(execFile)("go", ["env", "GOVERSION"], { cwd: folder })).stdout;
  } catch (cause) {
    const remedy = withoutGo === undefined ? "Install Go." : `Install Go, or ${withoutGo}.`;
    throw new Error(
      `The tests' ${name} is built with Go 1.26 or newer, and \`go\` cannot be run. ${remedy}`,
      { cause },
    );
  }
}

async function buildInto(cache: string, folder: string, module: GoModule): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unfinished-"));
  try {
    await module.build(unfinished);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Runs `go build` in a module's folder, and shows what it prints. Throws when it fails. */
export async function goBuild(folder: string, flags: readonly string[]): Promise<void> {
  const child = spawn("go", ["build", "-trimpath", ...flags], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`go build ${flags.join(" ")} ended with exit code ${code}`);
}
