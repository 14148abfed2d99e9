import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTenants } from "../../src/tenant/parse.ts";
import { type CommandResult, run } from "../cluster/kubectl.ts";
import { classText } from "../tenant/spec.ts";

const program = resolve("bin/mtenant.js");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-init-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run("/bin/sh", ["-c", 'cd "$0" && exec "$@"', folder, process.execPath, program, ...args], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

const written = async (name: string, ...more: string[]) => {
  const texts = await Promise.all([name, ...more].map((file) => readFile(join(folder, file), "utf8")));
  return parseTenants(texts.map((text, at) => ({ name: `${at}.yaml`, text })));
};

test("without a terminal it never asks: NAME alone writes a tenant whose nodes are its own", async () => {
  const { code, stdout, stderr } = await mtenant("init", "team1");
  expect(stderr).toMatch(/Wrote team1\.yaml\. Next: .*mtenant diff -f team1\.yaml/);
  expect([code, stdout]).toEqual([0, ""]);
  const [tenant] = await written("team1.yaml");
  expect(tenant?.nodes).toMatchObject({
    mode: "Dedicated",
    pools: [{ nodeSelector: { "mtenant.dev/tenant": "team1" } }],
  });
});

test("the file says what the flags said, and never takes the place of another", async () => {
  const args = ["init", "no", "--owner-group", "g", "--nodes", "Shared", "--size", "large"];
  expect((await mtenant(...args)).code).toBe(0);
  const before = await readFile(join(folder, "no.yaml"), "utf8");
  expect((await written("no.yaml"))[0]).toMatchObject({
    name: "no",
    subjects: [{ name: "g", role: "Owner" }],
    namespaces: [{ size: "large" }],
  });
  const again = await mtenant(...args);
  expect(again.stderr).toMatch(/exists already; nothing was changed/);
  expect(again.code).toBe(2);
  expect(await readFile(join(folder, "no.yaml"), "utf8")).toBe(before);
});

test("--output-file - prints the file, and writes none", async () => {
  for (const stdout of ["-", "/dev/stdout"]) {
    const printed = await mtenant("init", "team1", "--output-file", stdout);
    expect(await parseTenants([{ name: "stdout", text: printed.stdout }])).toMatchObject([{ name: "team1" }]);
    expect(printed.code).toBe(0);
  }
  expect(await readdir(folder)).toEqual([]);
});

test("the file leads editors to the schema where there is one beside it", async () => {
  await mtenant("init", "before");
  await writeFile(join(folder, "tenant.schema.json"), (await mtenant("schema")).stdout);
  await mtenant("init", "after");
  expect(await readFile(join(folder, "before.yaml"), "utf8")).not.toContain("$schema");
  expect(await readFile(join(folder, "after.yaml"), "utf8")).toMatch(
    /^# yaml-language-server: \$schema=\.\/tenant\.schema\.json\n/,
  );
});

test("with the file of a class it names the class, and is judged together with it", async () => {
  await writeFile(join(folder, "classes.yaml"), classText("nodes: {mode: Shared}\nlocked: [nodes.mode]"));
  expect((await mtenant("init", "team1", "--class", "c", "-f", "classes.yaml")).code).toBe(0);
  expect((await written("team1.yaml", "classes.yaml"))[0]).toMatchObject({ className: "c" });
  const locked = await mtenant("init", "team2", "--class", "c", "-f", "classes.yaml", "--node", "n1");
  expect(locked.stderr).toMatch(/--nodes: spec\.nodes\.mode: is locked by TenantClass c/);
  expect(locked.code).toBe(2);
});

test.for([
  [["init"], /which tenant/],
  [["init", "../up"], /NAME: metadata\.name/],
  [["init", "--", "--help"], /NAME: metadata\.name/],
  [["init", "a\nb"], /NAME: metadata\.name/],
  [["init", "team1", "--class", "c"], /--class: .*give the one that holds it with -f/],
  [["init", "team1", "--nodes", "Sandboxed"], /--runtime-class/],
  [["init", "team1", "--output-file", "no/such/folder.yaml"], /cannot be written/],
  [["init", "team1", "--output-file", ""], /cannot be written/],
] as const)("wrong usage %j writes nothing", async ([args, reason]) => {
  const { code, stderr } = await mtenant(...args);
  expect(stderr).toMatch(reason);
  expect(code).toBe(2);
  expect(await readdir(folder)).toEqual([]);
});

const ENTER = "\r";
const DOWN = "\u001b[B";

test("on a terminal it asks, shows the file, writes it when that is agreed to, and says the command", async () => {
  const screen = await onTerminal(
    ["init"],
    [
      ["tenant's name", "Bad"],
      ["tenant's name", ENTER],
      ["DNS-1123", `${"\u007f".repeat(3)}team1${ENTER}`],
      ["owns it", `team 1's admins${ENTER}`],
      ["pods run", ENTER],
      ["by name", `n1, n2${ENTER}`],
      ["large", `${DOWN}${ENTER}`],
      ["Write this", ENTER],
    ],
  );
  expect(screen).toContain("kind: ");
  expect(screen).toContain(
    String.raw`mtenant init team1 --owner-group 'team 1'\''s admins' --nodes Dedicated --node n1 --node n2 --size medium`,
  );
  expect((await written("team1.yaml"))[0]).toMatchObject({
    name: "team1",
    subjects: [{ name: "team 1's admins" }],
    nodes: { mode: "Dedicated", pools: [{ nodeNames: ["n1", "n2"] }] },
    namespaces: [{ size: "medium" }],
  });
});

test("a name that cannot be one, and a file that is there already, are refused before the questions", async () => {
  await writeFile(join(folder, "team1.yaml"), "");
  expect(await onTerminal(["init", "team1"], [])).toContain("exists already; nothing was changed");
  expect(await onTerminal(["init", "Bad"], [])).toContain("NAME: metadata.name");
});

test("what is declined is not written", async () => {
  const screen = await onTerminal(
    ["init", "team1"],
    [
      ["owns it", ENTER],
      ["pods run", `${DOWN}${DOWN}${ENTER}`],
      ["large", ENTER],
      ["Write this", `n${ENTER}`],
    ],
  );
  expect(screen).toContain("declined");
  expect(await readdir(folder)).toEqual([]);
});

/** Runs mtenant on a pseudo-terminal of util-linux' `script`, and types each answer when its question has appeared. */
async function onTerminal(
  args: readonly string[],
  answers: readonly (readonly [question: string, typed: string])[],
): Promise<string> {
  const command = ["cd", folder, "&&", process.execPath, program, ...args].join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 30_000, // a question that never comes would wait for ever
    env: { PATH: process.env.PATH, HOME: "/nonexistent", TERM: "xterm", COLUMNS: "200" },
  });
  let [screen, seen] = ["", 0];
  const rest = [...answers];
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    const [next] = rest;
    if (next === undefined || !screen.slice(seen).includes(next[0])) return;
    seen = screen.length;
    rest.shift();
    child.stdin.write(next[1]);
  });
  await new Promise((done, failed) => child.once("close", done).once("error", failed));
  if (rest.length > 0) throw new Error(`never asked: ${rest[0]?.[0]}\n${screen}`);
  return screen;
}
