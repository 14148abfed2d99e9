import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { tenantText } from "../tenant/spec.ts";
import { mtenantWords } from "./process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-bad-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the product behind a line of shell, which ends in the words of its command. */
const behind = (line: string, args: readonly string[]): Promise<CommandResult> =>
  run("sh", ["-c", line, "sh", ...mtenantWords, ...args], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

const mtenant = (args: readonly string[]): Promise<CommandResult> => behind('exec "$@"', args);

/** Modes hold everybody back but root, unless root gives that up. */
const heldBack = (args: readonly string[]): Promise<CommandResult> =>
  behind(process.geteuid?.() === 0 ? 'exec setpriv --bounding-set=-all "$@"' : 'exec "$@"', args);

/** Of every file only the first 512 bytes or 1 KiB can be written, as shells count. */
const cramped = (args: readonly string[]): Promise<CommandResult> => behind('ulimit -f 1; exec "$@"', args);

const tenant = ["x", "--nodes", "Shared", "--owner-group", "g"];

function expectError({ code, stdout, stderr }: CommandResult, expected: number, reason: RegExp): void {
  expect(stderr).toMatch(reason);
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).not.toMatch(/^\s+at /m); // a stack trace
}

/** Every file below a folder and what is in it, drafts too. */
async function contents(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return new Map(files.map((file, at) => [file.slice(dir.length), texts[at] ?? ""]));
}

type Prepare = (path: string) => Promise<void>;

const missing: Prepare = async () => undefined;
const unreadable: Prepare = async (path) => {
  await writeFile(path, tenantText("x"));
  await chmod(path, 0);
};
const unreadableFolder: Prepare = async (path) => {
  await mkdir(path);
  await writeFile(join(path, "x.yaml"), tenantText("x"));
  await chmod(path, 0);
};
const emptyFolder: Prepare = async (path) => void (await mkdir(path));
const pipe: Prepare = async (path) => void execFileSync("mkfifo", [path]);
const endless: Prepare = (path) => symlink("/dev/zero", path);
const ringLink: Prepare = (path) => symlink(path, path);
const huge: Prepare = async (path) => {
  await writeFile(path, "");
  await truncate(path, 100 * 1024 * 1024);
};
const empty: Prepare = (path) => writeFile(path, "");
const utf16: Prepare = (path) => writeFile(path, Buffer.from("\ufeffkind: Tenant", "utf16le"));
const binary: Prepare = (path) => writeFile(path, Buffer.from([0x80, 0xff, 0x00]));

const spec = (path: string): string[] => ["render", "-f", path];
const profile = (path: string): string[] => ["render", ...tenant, "--cluster-profile", path];
const kubeconfig = (path: string): string[] => ["list", "--kubeconfig", path];
const template = (path: string): string[] => ["render", ...tenant, "--templates", path];
/** A template is a file in the folder that is named. */
const inTemplates =
  (prepare: Prepare): Prepare =>
  async (path) => {
    await mkdir(join(path, "network"), { recursive: true });
    await prepare(join(path, "network", "default-deny.yaml"));
  };

test.for([
  ["a spec that may not be read", spec, unreadable, /permission denied/],
  ["a folder of specs that may not be read", spec, unreadableFolder, /permission denied/],
  ["a spec of 100 MB", spec, huge, /larger than 1 MiB/],
  ["a spec that links to itself", spec, ringLink, /too many symbolic links/],
  ["a profile that does not exist", profile, missing, /no such file/],
  ["a profile that may not be read", profile, unreadable, /permission denied/],
  ["a folder as profile", profile, emptyFolder, /not a regular file/],
  ["a pipe as profile", profile, pipe, /not a regular file/],
  ["a profile without an end", profile, endless, /not a regular file/],
  ["a profile of 100 MB", profile, huge, /larger than 1 MiB/],
  ["an empty profile", profile, empty, /profile/],
  ["a profile in UTF-16", profile, utf16, /UTF-16/],
  ["a profile that is no text", profile, binary, /not UTF-8/],
  ["templates that may not be read", template, unreadableFolder, /may not be read/],
  ["a template that may not be read", template, inTemplates(unreadable), /permission denied/],
  ["a template of 100 MB", template, inTemplates(huge), /larger than 1 MiB/],
  ["an empty template", template, inTemplates(empty), /default-deny\.yaml/],
  ["a template that is no text", template, inTemplates(binary), /not UTF-8/],
  ["a kubeconfig that may not be read", kubeconfig, unreadable, /cannot be read \(EACCES\)/],
  ["a kubeconfig without an end", kubeconfig, endless, /larger than 16 MiB/],
  ["a kubeconfig of 100 MB", kubeconfig, huge, /larger than 16 MiB/],
  ["a kubeconfig that is no text", kubeconfig, binary, /named must be a map/],
] as const)("%s is refused", async ([, command, prepare, reason]) => {
  const path = join(folder, "named");
  await prepare(path);
  expectError(await heldBack(command(path)), 2, reason);
  await chmod(path, 0o700).catch(() => undefined); // so that it can be removed
});

test("the twin of them all: whoever gave up root's rights reads what may be read, and a kubeconfig from a pipe", async () => {
  await writeFile(join(folder, "spec.yaml"), tenantText("x"), { mode: 0o400 });
  expect((await heldBack(spec(join(folder, "spec.yaml")))).code).toBe(0);
  const config =
    '{"kind":"Config","apiVersion":"v1","clusters":[{"name":"c","cluster":{"server":"https://x"}}],"contexts":[{"name":"piped","context":{}}]}';
  const line = `printf '%s' '${config}' | "$@"`;
  expectError(await behind(line, kubeconfig("/dev/stdin")), 2, /--context: piped/);
});

describe("an output folder", () => {
  test("on which nothing more fits holds whole files only, and a rerun with room ends the same", async () => {
    const [dir, twin] = [join(folder, "out"), join(folder, "twin")];
    expect((await mtenant(["render", ...tenant, "--output-dir", twin])).code).toBe(0);
    const whole = await contents(twin);
    const broken = await cramped(["render", ...tenant, "--output-dir", dir]);
    expectError(broken, 3, /out cannot be written: files may not be as large/);
    for (const [path, text] of await contents(dir)) expect([path, text]).toEqual([path, whole.get(path)]);
    expect((await mtenant(["render", ...tenant, "--output-dir", dir])).code).toBe(0);
    expect(await contents(dir)).toEqual(whole);
  });

  test("that was whole before stays whole when a change of it does not fit", async () => {
    const dir = join(folder, "out");
    expect((await mtenant(["render", ...tenant, "--output-dir", dir])).code).toBe(0);
    const before = await contents(dir);
    const large = ["render", ...tenant, "--size", "large", "--output-dir", dir];
    expectError(await cramped(large), 3, /cannot be written/);
    expect(await contents(dir)).toEqual(before);
    expect((await mtenant(large)).code).toBe(0);
    expect(await contents(dir)).not.toEqual(before);
  });

  test.for([0o500, 0o000])("of mode %o may not be written, and nothing is", async (mode) => {
    const dir = join(folder, "out");
    await mkdir(dir, { mode });
    const refused = await heldBack(["render", ...tenant, "--output-dir", dir]);
    expectError(refused, 3, /out.* cannot be written: it may not be written/);
    await chmod(dir, 0o700);
    expect(await readdir(dir)).toEqual([]);
    expect((await heldBack(["render", ...tenant, "--output-dir", dir])).code).toBe(0);
  });
});

// No folder can be made there, and Node's own recursive mkdir never gives up.
test.runIf(process.platform === "linux")(
  "an output folder below /proc is told, and not tried for ever",
  async () => {
    const refused = await mtenant(["render", ...tenant, "--output-dir", "/proc/mtenant/out"]);
    expectError(refused, 3, /\/proc\/mtenant\/out cannot be written/);
  },
);

describe("a file that is written", () => {
  const init = (file: string): string[] => ["init", ...tenant, "--output-file", file];

  test("by init is there whole or not at all", async () => {
    const file = join(folder, "x.yaml");
    expectError(await behind('ulimit -f 0; exec "$@"', init(file)), 3, /x\.yaml cannot be written/);
    expect(await readdir(folder)).toEqual([]);
    expect((await mtenant(init(file))).code).toBe(0);
  });

  test("by init into a folder that may not be written is told", async () => {
    await mkdir(join(folder, "kept"), { mode: 0o500 });
    expectError(await heldBack(init(join(folder, "kept", "x.yaml"))), 3, /it may not be written/);
    expectError(await mtenant(init(join(folder, "x", "x.yaml"))), 2, /its folder does not exist/);
    expectError(await mtenant(init(join(folder, "kept"))), 2, /exists already/);
    expect(await readdir(folder)).toEqual(["kept"]);
  });
});

describe("standard output that is full", () => {
  test.for([
    ["render", ...tenant],
    ["render", ...tenant, "-o", "json"],
    ["schema"],
    ["role", "operator"],
    ["role", "explain", "--kubernetes", "1.34"],
    ["--version"],
    ["--help"],
    ["help", "create"],
  ])("is told, and is no success: %j", async (args) => {
    expectError(
      await behind('exec "$@" >/dev/full', args),
      3,
      /standard output cannot be written: the disk is full/,
    );
  });

  test("does not matter where nothing is printed, and a full stderr changes no exit code", async () => {
    const dir = join(folder, "out");
    expect((await behind('exec "$@" >/dev/full', ["render", ...tenant, "--output-dir", dir])).code).toBe(0);
    const [done, refused] = await Promise.all([
      behind('exec "$@" 2>/dev/full', ["render", ...tenant]),
      behind('exec "$@" 2>/dev/full', ["render", "UPPER"]),
    ]);
    expect([done.code, refused.code]).toEqual([0, 2]);
    expect(done.stdout).toContain("kind: Namespace");
  });
});
