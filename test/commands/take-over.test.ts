import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, mustSucceed } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { tenantText } from "../tenant/spec.ts";
import { inProcess } from "./in-process.ts";
import { ownCluster } from "./own-cluster.ts";

// A control plane of its own: the records and the guards, which other test files need, are lost here.
const { plane, kubectl, folder } = await ownCluster();

const mtenant = (...args: string[]): Promise<CommandResult> =>
  inProcess(...args, "--kubeconfig", plane.kubeconfig);

const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);

async function done(...args: string[]): Promise<CommandResult> {
  const result = await mtenant(...args);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  return result;
}

async function specFile(name: string, spec: string): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, tenantText(name, `${spec}\nsubjects: [{kind: Group, name: ${name}-o, role: Owner}]`));
  return file;
}

/** What a person put there before mtenant came, and finds again when it is gone. */
const traces = async (): Promise<string> =>
  (await must("get", "namespace", "legacy", "-o", "jsonpath={.metadata.labels}{.metadata.annotations}")) +
  (await must("get", "node", "take-1", "-o", "jsonpath={.metadata.labels}{.spec.taints}"));

describe("when mtenant-system is gone", () => {
  let file = "";
  let untouched = "";
  let before: unknown;

  beforeAll(async () => {
    await createNode(kubectl, "take-1");
    await must("create", "namespace", "legacy");
    untouched = await traces();
    file = await specFile(
      "red",
      "namespaces: [{name: red}, {name: legacy, existing: true}]\nnodes: {mode: Dedicated, pools: [{name: p, nodeNames: [take-1]}]}",
    );
    await done("create", "-f", file, "--yes");
    expect((await mtenant("list")).code).toBe(0);
    await must("delete", "namespace", "mtenant-system", "--wait");
    await must("create", "configmap", "theirs", "-n", "red");
    before = await everyObject(kubectl);
  });

  test("list shows the tenants that no record holds, and says what to do", async () => {
    const { code, stdout, stderr } = await mtenant("list");
    expect(stdout).toMatch(/^red +no record .*legacy,red/m);
    expect(stderr).toContain("--take-over");
    expect(code).toBe(1);
    const data = await mtenant("list", "-o", "json");
    expect(JSON.parse(data.stdout)).toMatchObject({
      kind: "TenantList",
      tenants: [{ name: "red", phase: "no record", namespaces: ["legacy", "red"] }],
    });
    expect(data.code).toBe(1);
  });

  test("doctor finds them", async () => {
    const { stdout } = await mtenant("doctor", "-o", "json");
    expect((JSON.parse(stdout) as { diagnoses: object[] }).diagnoses).toContainEqual(
      expect.objectContaining({
        topic: "records",
        health: "bad",
        evidence: ["Namespace legacy of tenant red", "Namespace red of tenant red"],
      }),
    );
  });

  test("delete refuses what it cannot know, and nothing is told to be deleted", async () => {
    const deleted = await mtenant("delete", "red", "--yes");
    expect(deleted.stderr).toMatch(/tenant red: .*no record.*legacy, red[^]*--take-over/);
    expect(deleted.code).toBe(4);
    // A tenant that is nowhere is done, as before.
    expect((await mtenant("delete", "nowhere", "--ignore-not-found", "--yes")).code).toBe(0);
    const created = await mtenant("create", "-f", file, "--yes");
    expect(created.stdout + created.stderr).toMatch(/Namespace red[^]*no record holds it[^]*--take-over/);
    expect(created.stdout + created.stderr).not.toMatch(/delete it/);
    expect(created.code).toBe(4);
    expect(await everyObject(kubectl)).toEqual(before);
  });

  test("the last tenant that has a record leaves the guards to those that have none", async () => {
    await done("create", "last", "--owner-group", "g", "--nodes", "Shared", "--take-over", "--yes");
    const deleted = await done("delete", "last", "--yes");
    expect(deleted.stderr).toMatch(/red/);
    expect(await must("get", "validatingadmissionpolicies", "-o", "name")).toMatch(/mtenant-pods/);
    await must("delete", "namespace", "mtenant-system", "--wait");
  });

  test("create --take-over takes its own objects back, and delete then leaves nothing", async () => {
    const planned = await mtenant("diff", "-f", file, "--take-over");
    expect(planned.stdout).toMatch(/\^ Namespace red {2}adopt/);
    expect(planned.code).toBe(1);
    await done("create", "-f", file, "--take-over", "--yes");
    expect((await done("diff", "-f", file)).stdout).toMatch(/no difference/);
    expect(await must("get", "configmap", "theirs", "-n", "red", "-o", "name")).toMatch(/theirs/);
    await done("list");
    const deleted = await done("delete", "red", "--yes");
    expect(deleted.stderr).toMatch(/Nothing is left: /);
    expect(await traces()).toBe(untouched);
  });

  test("what mtenant never applied is not taken over, whatever its labels say", async () => {
    await must("create", "namespace", "fake");
    await must("label", "ns", "fake", "app.kubernetes.io/managed-by=mtenant", "mtenant.dev/tenant=fake");
    const now = await everyObject(kubectl);
    const file = await specFile("fake", "nodes: {mode: Shared}");
    const { code, stderr } = await mtenant("create", "-f", file, "--take-over", "--yes");
    expect(stderr).toMatch(/Namespace fake: .*mtenant did not apply it/);
    expect(code).toBe(4);
    expect(await everyObject(kubectl)).toEqual(now);
    await must("delete", "namespace", "fake");
  });
});

describe("a tenant that rendered files took over", () => {
  const flags = ["--owner-group", "g", "--nodes", "Shared"];
  let dir = "";

  beforeAll(async () => {
    dir = join(folder, "rendered");
    await done("create", "blue", ...flags, "--yes");
    await done("render", "blue", ...flags, "--output-dir", dir);
    await must("apply", "--server-side", "--force-conflicts", "-k", dir);
  });

  test("is refused, and the refusal names the way back", async () => {
    const { code, stderr } = await mtenant("create", "blue", "--size", "large", "--yes");
    expect(stderr).toMatch(/applied from rendered files by kubectl[^]*--take-over/);
    expect(code).toBe(4);
  });

  test("is not taken from a tool that marks it as its own", async () => {
    const mark = "kustomize.toolkit.fluxcd.io/name=tenants";
    await must("label", "configmap", "tenant.blue", "-n", "mtenant-system", mark);
    const { code, stderr } = await mtenant("create", "blue", "--take-over", "--yes");
    expect(stderr).toMatch(/Flux Kustomization "tenants"/);
    expect(code).toBe(4);
    await must(
      "label",
      "configmap",
      "tenant.blue",
      "-n",
      "mtenant-system",
      "kustomize.toolkit.fluxcd.io/name-",
    );
  });

  test("comes back with create --take-over, and goes with delete", async () => {
    await done("create", "blue", "--take-over", "--size", "large", "--yes");
    expect((await done("list")).stdout).toMatch(/^blue +ready .* mtenant$/m);
    await done("diff", "blue");
    const deleted = await done("delete", "blue", "--yes");
    expect(deleted.stderr).toMatch(/Nothing is left: /);
    expect((await kubectl(["get", "namespace", "mtenant-system"])).code).not.toBe(0);
  });
});
