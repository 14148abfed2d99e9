import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { OLDEST_MINOR, newestPinnedMinor } from "../../src/facts/pinned.ts";
import { run } from "../cluster/kubectl.ts";
import { inProcess } from "../commands/in-process.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");
let packed: readonly string[];

beforeAll(async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  packed = files.map(({ path }) => path);
});

test("every link of a packed document leads to something that is packed", async () => {
  const documents = packed.filter((path) => path.endsWith(".md"));
  expect(documents).toEqual(expect.arrayContaining(["README.md", "SECURITY.md", "src/README.md"]));
  const targets = await Promise.all(
    documents.map(async (document) =>
      Array.from((await read(document)).matchAll(/\]\(([^):#]+)\)/g), ([, target = ""]) =>
        normalize(join(dirname(document), target)),
      ),
    ),
  );
  const missing = targets
    .flat()
    .filter((target) => !packed.some((path) => path === target || path.startsWith(`${target}/`)));
  expect(missing).toEqual([]);
});

test("README says which versions of Kubernetes are supported", async () => {
  expect(await read("README.md")).toContain(`Kubernetes 1.${OLDEST_MINOR} to 1.${newestPinnedMinor}`);
});

test("README names every command, and no flag that there is not", async () => {
  const readme = await read("README.md");
  const { stdout } = await inProcess("--help");
  const commands = Array.from(stdout.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)? .*/gm), ([, name = ""]) => name);
  const own = commands.filter((name) => !["mtenant", "help", "version"].includes(name));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter((name) => !readme.includes(`mtenant ${name}`))).toEqual([]);
  const pages = [...own.map((name) => [name]), ["role", "explain"], ["role", "operator"]];
  const helps = await Promise.all(pages.map(async (words) => (await inProcess("help", ...words)).stdout));
  const ofOthers = new Set(["--server-side", "--global"]);
  const named = Array.from(readme.matchAll(/--[a-z][a-z-]+/g), ([flag]) => flag);
  const missing = named.filter((flag) => !ofOthers.has(flag) && !helps.join("").includes(`${flag} `));
  expect(missing).toEqual([]);
});
