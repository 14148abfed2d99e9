import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { boundaryNames } from "../src/manifests/manifest.ts";
import * as rules from "./architecture/rules.ts";
import type { Rule, SourceFile } from "./architecture/rules.ts";

const root = join(import.meta.dirname, "..");

const files: readonly SourceFile[] = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(root, "src", path), "utf8") }));

interface Case {
  readonly rule: Rule;
  readonly bad: readonly (readonly [path: string, text: string])[];
  readonly good: readonly (readonly [path: string, text: string])[];
}

const cases: Readonly<Record<string, Case>> = {
  "imports point down only": {
    rule: rules.importsPointDown,
    bad: [
      ["plan/plan.ts", 'import type { Effect } from "../boundaries/reach.ts";'],
      ["cluster/connect.ts", 'export { run } from "../execute/run.ts";'],
      ["render/render.ts", 'const io = await import("../io.ts");'],
      ["report/text.ts", 'import { run } from "../execute/run.ts";'],
      ["report/text.ts", 'import {\n  run,\n} from "../execute/run.ts";'],
      ["newcomer/thing.ts", ""],
    ],
    good: [
      [
        "execute/run.ts",
        'import { ExpectedError } from "../errors.ts";\nimport { keyOf } from "../manifests/object.ts";',
      ],
      ["report/text.ts", 'import type { Run } from "../execute/run.ts";'],
    ],
  },
  "pure folders reach nothing outside": {
    rule: rules.pureFoldersArePure,
    bad: [
      ["plan/plan.ts", 'import { readFile } from "node:fs/promises";'],
      ["record/age.ts", "export const age = () => Date.now();"],
      ["report/age.ts", "export const now = () => new Date();"],
      ["tenant/name.ts", "export const name = () => Math.random();"],
    ],
    good: [
      ["cluster/read.ts", 'import { readFile } from "node:fs/promises";'],
      [
        "report/age.ts",
        'export const of = (time: string) => new Date(time); // not Date.now()\nexport const t = "Date.now()";',
      ],
    ],
  },
  "only io.ts knows process and console": {
    rule: rules.onlyIoKnowsTheProcess,
    bad: [
      ["commands/create.ts", "export const home = () => process.env.HOME;"],
      ["execute/run.ts", 'console.log("done");'],
      ["cluster/env.ts", 'import { env } from "node:process";'],
    ],
    good: [
      ["io.ts", "export const home = () => process.env.HOME;"],
      [
        "commands/create.ts",
        "export const id = (plugin: { process: { pid: number } }) => plugin.process.pid;",
      ],
    ],
  },
  "only cluster and execute talk to a server": {
    rule: rules.onlyClusterAndExecuteTalk,
    bad: [
      ["commands/create.ts", 'await cluster.send({ method: "GET", path: "/version" });'],
      ["execute/run.ts", 'import { request } from "node:https";'],
    ],
    good: [["execute/run.ts", 'await cluster.send({ method: "GET", path: "/version" });']],
  },
  "only execute sends anything but GET": {
    rule: rules.onlyExecuteChanges,
    bad: [["cluster/read.ts", 'export const ask = () => ({ method: "POST", path: "/api" });']],
    good: [
      ["execute/run.ts", 'export const ask = () => ({ method: "POST", path: "/api" });'],
      ["cluster/cluster.ts", 'export interface Request { readonly method: "GET" | "POST" }'],
    ],
  },
  "there are no default exports": {
    rule: rules.noDefaultExports,
    bad: [
      ["plan/plan.ts", "export default function plan() {}"],
      ["plan/plan.ts", "const plan = 1;\nexport { plan as default };"],
    ],
    good: [["plan/plan.ts", "export function plan() {}"]],
  },
  "no file is longer than 300 lines": {
    rule: rules.filesAreShort,
    bad: [["plan/plan.ts", "\n".repeat(300) + "export {};"]],
    good: [["plan/plan.ts", "\n".repeat(299) + "export {};\n"]],
  },
  "names say what a thing is for": {
    rule: rules.namesSaySomething,
    bad: [
      ["plan/utils.ts", ""],
      ["cluster/helpers/url.ts", ""],
      ["tenant/types.ts", ""],
    ],
    good: [["manifests/names.ts", ""]],
  },
  "exported things have a docstring": {
    rule: rules.exportsAreDocumented,
    bad: [
      ["plan/plan.ts", "export function plan() {}"],
      ["plan/plan.ts", "/** One. */\nexport const one = 1;\n\nexport const two = 2;"],
      ["plan/plan.ts", "// a remark\nexport interface Plan {}"],
    ],
    good: [
      ["plan/plan.ts", "/** A plan. */\nexport interface Plan {\n}\nexport type Plans = readonly Plan[];"],
      ["plan/plan.ts", "function inner() {}"],
    ],
  },
  "importing a file does nothing": {
    rule: rules.modulesAreInert,
    bad: [
      ["plan/plan.ts", "let counter = 0;\nexport const next = () => (counter += 1);"],
      ["plan/plan.ts", "register();\nfunction register() {}"],
    ],
    good: [["plan/plan.ts", "export function plan() {\n  let found = 0;\n  found += 1;\n  return found;\n}"]],
  },
};

describe.each(Object.entries(cases))("%s", (_name, { rule, bad, good }) => {
  test("in every file of src", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(rule)).toEqual([]);
  });

  test.each(bad)("the rule refuses a bad %s: %j", (path, text) => {
    expect(rule({ path, text })).not.toEqual([]);
  });

  test.each(good)("the rule accepts a good %s: %j", (path, text) => {
    expect(rule({ path, text })).toEqual([]);
  });
});

describe("a boundary has one name", () => {
  test.each(["src/boundaries", "templates", "test/boundaries"])("in %s", (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual([...boundaryNames].sort());
  });
});
