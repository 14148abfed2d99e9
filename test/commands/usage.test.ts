import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";

// What a person is told without any cluster.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mtenant-usage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shared = ["team1", "--owner-group", "g", "--nodes", "Shared"];

test("render says for which Kubernetes it is when nothing else does", async () => {
  const assumed = await inProcess("render", ...shared);
  expect(assumed.stderr).toMatch(/^for Kubernetes 1\.\d+; yours with --kubernetes or --context$/m);
  expect((await inProcess("render", ...shared, "--kubernetes", "1.34")).stderr).not.toContain(
    "for Kubernetes",
  );
});

test("render says which tenants of the folder are in no spec, and --prune takes them out of it", async () => {
  const [specs, manifests] = [join(folder, "specs"), join(folder, "manifests")];
  await mkdir(specs);
  for (const name of ["lab", "team"]) await writeFile(join(specs, `${name}.yaml`), tenantText(name));
  const args = ["render", "-f", specs, "--output-dir", manifests];
  await inProcess(...args);
  await rm(join(specs, "lab.yaml"));
  expect((await inProcess(...args)).stderr).toContain("in no spec: lab; they stay listed, and --prune");
  expect((await inProcess(...args, "--prune")).stderr).toMatch(/, [1-9]\d* removed$/m);
  expect(await readdir(join(manifests, "tenants"))).toEqual(["team"]);
  for (const partial of [
    ["team", "-f", specs, "--output-dir", manifests],
    ["-f", specs],
  ]) {
    const refused = await inProcess("render", ...partial, "--prune");
    expect(refused.stderr).toContain("--prune needs --output-dir, and -f without a NAME");
    expect(refused.code).toBe(2);
  }
});

test("help finds commands below others, and says which word is none", async () => {
  expect((await inProcess("help", "role", "explain")).stdout).toMatch(/^Usage: mtenant role explain/);
  const unknown = await inProcess("help", "rol");
  expect(unknown.stderr).toContain(`unknown command 'rol'; did you mean "role"?`);
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
  expect((await inProcess("version")).stdout).toBe((await inProcess("--version")).stdout);
});

test("several files after one -f are told apart from a tenant's name", async () => {
  const [one, two] = [join(folder, "one.yaml"), join(folder, "two.yaml")];
  await writeFile(one, tenantText("one"));
  for (const files of [
    [one, two],
    [one, two, two],
  ]) {
    const refused = await inProcess("render", "-f", ...files);
    expect(refused.stderr).toContain("hint:");
    expect(refused.stderr).toContain("each file needs an -f of its own");
    expect(refused.code).toBe(2);
  }
});

test("a field in the wrong place is told where it belongs", async () => {
  const spec = join(folder, "misplaced.yaml");
  await writeFile(spec, tenantText("misplaced", "nodes: {mode: Shared}\nenforcement: {mode: Deny}"));
  const { stderr } = await inProcess("render", "-f", spec);
  expect(stderr).toContain("enforcement: unknown field; it belongs into spec.namespaces[]");
});

test("the flags say how long they wait in the words in which it is given", async () => {
  expect((await inProcess("help", "create")).stdout).toMatch(/--timeout <duration>[^]*\(default: 5m\)/);
});
