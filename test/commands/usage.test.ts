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
