import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { connect } from "../../src/cluster/connect.ts";
import { readObject } from "../../src/cluster/read-object.ts";
import { executeCluster } from "../../src/execute/execute-cluster.ts";
import { executeClusterDelete } from "../../src/execute/execute-cluster-delete.ts";
import { observeForPlan } from "../../src/execute/observe-for-plan.ts";
import { createRecord, deleteRecord, planningState, readRecord } from "../../src/execute/records.ts";
import type { Manifest, Owner } from "../../src/manifests/manifest.ts";
import { planChanges } from "../../src/plan/changes.ts";
import { planDelete } from "../../src/plan/removals.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { startControlPlane } from "../cluster/start.ts";
import { manifest, object, planText } from "../plan/objects.ts";
import { executionOn, recording, summary, us } from "./stand.ts";

// What all tenants share is taken away here, so no other test may use this control plane.
let plane: ControlPlane;
let cluster: Cluster;

beforeAll(async () => {
  plane = await startControlPlane({ apiServers: 2 });
  cluster = await connect({ kubeconfig: plane.kubeconfig, env: {}, homeDir: "/", cwd: "/" });
});
afterAll(async () => {
  await cluster.close();
  await plane.stop();
});

const owner: Owner = { kind: "cluster" };
const ADMISSION = "admissionregistration.k8s.io/v1";

function guards(generation: string): Manifest[] {
  const resourceRules = [
    {
      apiGroups: [""],
      apiVersions: ["v1"],
      operations: ["CREATE"],
      resources: ["configmaps"],
      scope: "Namespaced",
    },
  ];
  const policy = object(ADMISSION, "ValidatingAdmissionPolicy", "test-guard", {
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        matchPolicy: "Equivalent",
        namespaceSelector: {},
        objectSelector: {},
        resourceRules,
      },
      validations: [
        {
          expression: "object.metadata.name != 'probe'",
          message: `generation ${generation}`,
          reason: "Forbidden",
        },
      ],
    },
  });
  const binding = object(ADMISSION, "ValidatingAdmissionPolicyBinding", "test-guard", {
    spec: { policyName: "test-guard", validationActions: ["Deny"] },
  });
  return [
    manifest(owner, object("v1", "Namespace", "mtenant-system"), "object", "guards"),
    manifest(owner, policy, "object", "guards"),
    manifest(owner, binding, "object", "guards"),
  ];
}

async function createShared(on: Cluster, generation: string, more = {}) {
  const stored = await readRecord(on, owner);
  const state = planningState(owner, stored);
  const wanted = guards(generation);
  const observed = await observeForPlan(on, { owner, wanted, ...state });
  const plan = planChanges({
    owner,
    wanted,
    observed,
    ...state,
    adopt: new Set(),
    judge: () => "neutral",
    foreign: [],
  });
  const probe = {
    policy: "test-guard",
    object: object("v1", "ConfigMap", "mtenant-system/probe"),
    isAnswer: ({ message }: { message: string }) => message.includes(`generation ${generation}`),
  };
  const input = {
    plan,
    stored,
    generation,
    probes: [probe],
    takesOver: false,
    replaceGuards: false,
    us,
    writtenBy: "1.2.0",
    ...more,
  };
  return { plan, ...(await executeCluster(executionOn(on), input)) };
}

async function removeShared() {
  const stored = await readRecord(cluster, owner);
  const state = planningState(owner, stored);
  const observed = await observeForPlan(cluster, { owner, wanted: [], ...state });
  const plan = planDelete({ owner, observed, ...state, judge: () => "neutral", foreign: [] });
  return { plan, executed: await executeClusterDelete(executionOn(cluster), { plan, stored, us }) };
}

test("what all tenants share is set up, proven, kept while there is a tenant, and taken away with the last", async () => {
  const first = await createShared(cluster, "one");
  expect(planText(first.plan)).toBe(
    [
      "system: create Namespace mtenant-system",
      "guards: create ValidatingAdmissionPolicy test-guard",
      "guard-bindings: create ValidatingAdmissionPolicyBinding test-guard",
    ].join("\n"),
  );
  expect(summary(first)).toBe("done 3, failed 0, not reached 0");
  const wire = recording(cluster);
  expect(summary(await createShared(wire.cluster, "one"))).toBe("done 3, failed 0, not reached 0");
  expect(wire.writes).toEqual([]);

  await expect(createShared(cluster, "two")).rejects.toMatchObject({
    exitCode: 4,
    hint: expect.stringContaining("--replace-guards"),
  });
  await expect(
    createShared(cluster, "two", { writtenBy: "1.1.9", replaceGuards: true }),
  ).rejects.toMatchObject({ exitCode: 4 });
  expect(summary(await createShared(cluster, "two", { replaceGuards: true }))).toBe(
    "done 3, failed 0, not reached 0",
  );
  expect((await readRecord(cluster, owner))?.record).toMatchObject({
    phase: "ready",
    guardGeneration: "two",
  });

  const tenant = await createRecord(cluster, {
    formatVersion: 1,
    owner: { kind: "tenant", name: "late" },
    phase: "creating",
    writtenBy: "1.2.0",
    entries: [],
  });
  expect((await removeShared()).executed).toBeUndefined();
  expect((await readRecord(cluster, owner))?.record.phase).toBe("ready");
  await deleteRecord(cluster, tenant);
  const last = await removeShared();
  expect(last.executed && summary(last.executed)).toBe("done 3, failed 0, not reached 0");
  for (const { object } of guards("two")) {
    const [group = ""] = object.apiVersion === "v1" ? [] : object.apiVersion.split("/");
    expect(
      await readObject(cluster, { group, kind: object.kind, namespace: "", name: object.metadata.name }),
    ).toBeUndefined();
  }
});

test("an interruption between the system namespace and its record is no obstacle, neither to create nor to delete", async () => {
  const [system] = guards("one");
  const { createObject } = await import("../../src/execute/apply.ts");
  if (system !== undefined) await createObject(executionOn(cluster), system.object);
  expect(summary(await createShared(cluster, "one"))).toBe("done 3, failed 0, not reached 0");
  const stored = await readRecord(cluster, owner);
  if (stored !== undefined) await deleteRecord(cluster, stored);
  const { plan } = await removeShared();
  expect(planText(plan)).toBe("system: delete Namespace mtenant-system");
  expect(
    await readObject(cluster, { group: "", kind: "Namespace", namespace: "", name: "mtenant-system" }),
  ).toBeUndefined();
});
