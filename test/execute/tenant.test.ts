import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { readObject } from "../../src/cluster/read-object.ts";
import { createRecord, deleteRecord, readRecord } from "../../src/execute/records.ts";
import { holdRecord } from "../../src/execute/hold.ts";
import { idOf, keyOf } from "../../src/manifests/object.ts";
import type { Manifest } from "../../src/manifests/manifest.ts";
import type { OwnerRecord } from "../../src/record/record.ts";
import { connectTestCluster, testCluster } from "../cluster/test-cluster.ts";
import { manifest, object, planText, roleBinding, smallTenant } from "../plan/objects.ts";
import { create, executionOn, planFor, recording, remove, summary, us, documentFor } from "./stand.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await connectTestCluster();
  const { kubectl } = testCluster();
  await kubectl(["create", "namespace", "mtenant-system"]);
  const record: OwnerRecord = {
    formatVersion: 1,
    owner: { kind: "cluster" },
    phase: "ready",
    writtenBy: "1.0.0",
    entries: [],
  };
  await createRecord(cluster, record).catch(() => undefined);
});
afterAll(() => cluster.close());

const owner = (name: string) => ({ kind: "tenant", name }) as const;

describe("create", () => {
  test("makes everything, then nothing on a rerun: not one write", async () => {
    const name = "exec-plain";
    const first = await create(executionOn(cluster), name, smallTenant(name));
    expect(summary(first)).toBe("done 6, failed 0, not reached 0");
    expect((await readRecord(cluster, owner(name)))?.record).toMatchObject({ phase: "ready" });
    const wire = recording(cluster);
    const again = await create(executionOn(wire.cluster), name, smallTenant(name));
    expect(new Set(again.plan.waves.flatMap((wave) => wave.changes.map(({ action }) => action)))).toEqual(
      new Set(["unchanged"]),
    );
    expect(wire.writes).toEqual([]);
    await remove(executionOn(cluster), name);
    expect(await readObject(cluster, { group: "", kind: "Namespace", namespace: "", name })).toBeUndefined();
    expect(await readRecord(cluster, owner(name))).toBeUndefined();
  });

  test("puts a drift back with uid and resourceVersion, and recreates a binding", async () => {
    const name = "exec-drift";
    await create(executionOn(cluster), name, smallTenant(name));
    const { kubectl } = testCluster();
    await kubectl([
      "patch",
      "networkpolicy",
      "default-deny",
      "-n",
      name,
      "--type=merge",
      "-p",
      '{"spec":{"ingress":[{}]}}',
    ]);
    const changed = smallTenant(name).map((each) =>
      each.object.kind === "RoleBinding" ? manifest(owner(name), roleBinding(name, "mtenant-viewer")) : each,
    );
    const wire = recording(cluster);
    const result = await create(executionOn(wire.cluster), name, changed);
    expect(summary(result)).toBe("done 6, failed 0, not reached 0");
    const policy = result.plan.waves
      .flatMap((wave) => wave.changes)
      .find(({ id }) => id.kind === "NetworkPolicy");
    expect(policy?.fields).toEqual([
      expect.objectContaining({ path: "/spec/ingress", manager: "kubectl-patch" }),
    ]);
    const patch = wire.writes.find(
      ({ path, query }) => path.includes("networkpolicies") && query?.["dryRun"] === undefined,
    );
    const preconditions = { uid: expect.any(String), resourceVersion: expect.any(String) };
    expect(patch?.body).toMatchObject({ metadata: preconditions });
    const live = await readObject(cluster, {
      group: "networking.k8s.io",
      kind: "NetworkPolicy",
      namespace: name,
      name: "default-deny",
    });
    expect(live?.["spec"]).toEqual({ podSelector: {}, policyTypes: ["Egress", "Ingress"] });
    expect(planText((await planFor(cluster, name, changed)).plan)).not.toMatch(/update|create|recreate/);
    const binding = await readObject(cluster, idOf(roleBinding(name, "x")));
    expect(binding?.["roleRef"]).toMatchObject({ name: "mtenant-viewer" });
    await remove(executionOn(cluster), name);
  });

  test("refuses what is not ours, writes nothing, and adopts it by name unless a manager disagrees", async () => {
    const name = "exec-adopt";
    const { kubectl } = testCluster();
    await kubectl(["create", "namespace", name]);
    const own = (data: Record<string, string>): Manifest[] => [
      manifest(owner(name), object("v1", "ConfigMap", `${name}/settings`, { data })),
    ];
    const key = keyOf({ group: "", kind: "ConfigMap", namespace: name, name: "settings" });
    await kubectl(["create", "configmap", "settings", "-n", name, "--from-literal=a=theirs"]);
    const wire = recording(cluster);
    await expect(create(executionOn(wire.cluster), name, own({ b: "x" }))).rejects.toMatchObject({
      exitCode: 4,
    });
    await expect(create(executionOn(wire.cluster), name, own({ a: "ours" }), [key])).rejects.toMatchObject({
      problems: [{ where: `ConfigMap ${name}/settings`, message: expect.stringContaining("kubectl-create") }],
    });
    expect(wire.writes.filter(({ query }) => query?.["dryRun"] === undefined)).toEqual([]);
    expect(summary(await create(executionOn(cluster), name, own({ b: "x" }), [key]))).toBe(
      "done 1, failed 0, not reached 0",
    );
    await remove(executionOn(cluster), name);
    await kubectl(["delete", "namespace", name, "--wait=false"]);
  });

  test("takes back what it added to an object that somebody else created meanwhile", async () => {
    const name = "exec-race";
    const wanted = smallTenant(name);
    const { plan, stored } = await planFor(cluster, name, wanted);
    const { kubectl } = testCluster();
    await kubectl(["create", "namespace", name]);
    const { executeCreate } = await import("../../src/execute/execute-create.ts");
    const result = await executeCreate(executionOn(cluster), {
      plan,
      stored,
      spec: documentFor(name),
      us,
      writtenBy: "1.0.0",
    });
    expect(summary(result)).toMatch(
      /^done 0, failed 1, not reached 5\nNamespace exec-race: somebody else created it/,
    );
    const live = await readObject(cluster, { group: "", kind: "Namespace", namespace: "", name });
    expect(live?.metadata.labels).toEqual({ "kubernetes.io/metadata.name": name });
    await remove(executionOn(cluster), name);
    expect(await readObject(cluster, { group: "", kind: "Namespace", namespace: "", name })).toBeDefined();
    await kubectl(["delete", "namespace", name, "--wait=false"]);
  });

  test("converges by a rerun after an interruption before each wave", async () => {
    for (const [index, stopBefore] of ["namespaces", "walls", "access"].entries()) {
      const name = `exec-stop-${index}`;
      const controller = new AbortController();
      const onEvent = (event: { kind: string; wave?: string }) => {
        if (event.kind === "wave" && (index === 0 || event.wave === ["", "namespaces", "walls"][index]))
          controller.abort();
      };
      const broken = await create(
        executionOn(cluster, { signal: controller.signal, onEvent }),
        name,
        smallTenant(name),
      );
      expect(broken.error, stopBefore).toMatchObject({ exitCode: 130 });
      expect(summary(await create(executionOn(cluster), name, smallTenant(name)))).toBe(
        "done 6, failed 0, not reached 0",
      );
      await remove(executionOn(cluster), name);
      expect(await readRecord(cluster, owner(name))).toBeUndefined();
    }
  });
});

test("a node gets back exactly what it had", async () => {
  const name = "exec-node";
  const { kubectl, createNode } = testCluster();
  await createNode(name, { pool: "old" });
  await kubectl(["taint", "node", name, "cloud=x:PreferNoSchedule"]);
  const id = { group: "", kind: "Node", namespace: "", name };
  const before = await readObject(cluster, id);
  const node = { ...object("v1", "Node", name), metadata: { name, labels: { pool: "new", extra: "yes" } } };
  const taints = [{ key: "mtenant.dev/tenant", value: name, effect: "NoSchedule" }];
  const wanted = [
    ...smallTenant(name),
    manifest(owner(name), { ...node, spec: { taints } }, "amendment", "nodes"),
  ];
  expect(summary(await create(executionOn(cluster), name, wanted))).toBe("done 7, failed 0, not reached 0");
  const amended = await readObject(cluster, id);
  expect(amended?.metadata.labels).toMatchObject({ pool: "new", extra: "yes" });
  expect(amended?.["spec"]).toMatchObject({ taints: [{ key: "cloud" }, { key: "mtenant.dev/tenant" }] });
  await remove(executionOn(cluster), name);
  const after = await readObject(cluster, id);
  expect([after?.metadata.labels, after?.["spec"]]).toEqual([before?.metadata.labels, before?.["spec"]]);
  await kubectl(["delete", "node", name]);
});

test("delete names the finalizer that blocks it, and goes on when it is gone", async () => {
  const name = "exec-blocked";
  await create(executionOn(cluster), name, smallTenant(name));
  const { kubectl } = testCluster();
  const stuck = {
    ...object("v1", "ConfigMap", `${name}/stuck`),
    metadata: { name: "stuck", namespace: name, finalizers: ["evil.io/x"] },
  };
  await kubectl(["create", "-f", "-"], { input: JSON.stringify(stuck) });
  const result = await remove(executionOn(cluster, { timeoutMs: 8_000 }), name);
  const failed = result.outcomes.find(({ result }) => result === "failed");
  expect(failed?.error).toMatchObject({ exitCode: 5 });
  expect(failed?.error).toMatchObject({
    problems: expect.arrayContaining([{ message: expect.stringContaining("stuck waits for evil.io/x") }]),
  });
  await kubectl([
    "patch",
    "configmap",
    "stuck",
    "-n",
    name,
    "--type=merge",
    "-p",
    '{"metadata":{"finalizers":null}}',
  ]);
  expect(summary(await remove(executionOn(cluster), name))).toMatch(/failed 0, not reached 0$/);
  expect(await readRecord(cluster, owner(name))).toBeUndefined();
});

describe("a record", () => {
  const record = (name: string, id: string): OwnerRecord => ({
    formatVersion: 1,
    owner: owner(name),
    phase: "creating",
    writtenBy: "1.0.0",
    entries: [],
    holder: { id, seconds: 1 },
  });

  test("is created by exactly one of two who try at once", async () => {
    const tries = ["one", "two"].map((id) => createRecord(cluster, record("exec-lock-two", id)));
    const results = await Promise.allSettled(tries);
    const made = results.find((each) => each.status === "fulfilled");
    if (made !== undefined) await deleteRecord(cluster, made.value);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { exitCode: 4 } });
  });

  test("is taken over from a holder that rested, never from one that works", async () => {
    const stored = await createRecord(cluster, record("exec-lock-rest", "gone"));
    const hold = await holdRecord(executionOn(cluster), stored, stored.record, { id: "new", seconds: 20 });
    expect(hold.record.holder?.id).toBe("new");
    const seen = await readRecord(cluster, owner("exec-lock-rest"));
    const other = holdRecord(executionOn(cluster), seen, stored.record, { id: "third", seconds: 20 });
    await hold.update({});
    await expect(other).rejects.toMatchObject({ exitCode: 4 });
    await hold.remove();
  });
});
