import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { pathOf } from "../../src/cluster/paths.ts";
import { readObject } from "../../src/cluster/read-object.ts";
import { sendApply } from "../../src/execute/apply-request.ts";
import type { Json, JsonMap, KubernetesObject } from "../../src/manifests/object.ts";
import { idOf } from "../../src/manifests/object.ts";
import { isList, isMap, sameJson } from "../../src/plan/json-values.ts";
import { unchanged } from "../../src/plan/unchanged.ts";
import { connectTestCluster, testCluster } from "../cluster/test-cluster.ts";
import { object, roleBinding } from "../plan/objects.ts";

const NAMESPACE = "exec-unchanged";
let cluster: Cluster;

beforeAll(async () => {
  cluster = await connectTestCluster();
  await testCluster().kubectl(["create", "namespace", NAMESPACE]);
});
afterAll(async () => {
  await testCluster().kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]);
  await cluster.close();
});

const labels = { "app.kubernetes.io/managed-by": "mtenant", "mtenant.dev/tenant": "x" };
const labelled = (one: KubernetesObject): KubernetesObject => ({
  ...one,
  metadata: { ...one.metadata, labels },
});

/** In the server's canonical form. */
const objects: readonly KubernetesObject[] = [
  object("v1", "ResourceQuota", `${NAMESPACE}/q`, {
    spec: { hard: { pods: "5", "requests.cpu": "2", "limits.memory": "1Gi" } },
  }),
  object("v1", "LimitRange", `${NAMESPACE}/l`, {
    spec: { limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "100m" } }] },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", `${NAMESPACE}/n`, {
    spec: {
      podSelector: { matchLabels: { app: "a" } },
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80, protocol: "TCP" }] }],
      policyTypes: ["Ingress", "Egress"],
    },
  }),
  object("rbac.authorization.k8s.io/v1", "Role", `${NAMESPACE}/r`, {
    rules: [{ apiGroups: [""], resources: ["pods", "services"], verbs: ["get", "list"] }],
  }),
  roleBinding(NAMESPACE, "mtenant-owner"),
  object("v1", "ServiceAccount", `${NAMESPACE}/s`, {
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: "a" }, { name: "b" }],
  }),
  object("v1", "Service", `${NAMESPACE}/v`, {
    spec: {
      selector: { app: "a" },
      ports: [
        { name: "a", port: 80, protocol: "TCP", targetPort: 80 },
        { name: "b", port: 81, protocol: "UDP", targetPort: 81 },
      ],
    },
  }),
  object("v1", "Secret", `${NAMESPACE}/t`, { type: "Opaque", data: { a: "YQ==", b: "Yg==" } }),
].map(labelled);

type Path = readonly (string | number)[];

/** Every place below the identity of an object. */
function places(value: Json, path: Path = []): Path[] {
  const children: (readonly [string | number, Json])[] = isList(value)
    ? value.map((each, index) => [index, each])
    : isMap(value)
      ? Object.entries(value)
      : [];
  return children.flatMap(([key, each]) => [[...path, key], ...places(each, [...path, key])]);
}

const identity = new Set(["apiVersion", "kind", "metadata", "metadata/name", "metadata/namespace"]);

type Mutation = "remove" | "null" | "other" | "repeat" | "reverse" | "empty" | "add";
const mutations: readonly Mutation[] = ["remove", "null", "other", "repeat", "reverse", "empty", "add"];

function mutated(value: Json, path: Path, how: Mutation): Json {
  const copy = structuredClone(value) as Json;
  let parent = copy as Record<string | number, Json>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, Json>;
  const key = path.at(-1) ?? "";
  const old = parent[key] as Json;
  if (how === "remove" && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (how === "remove") delete parent[key];
  else parent[key] = replaced(old, how);
  return copy;
}

function replaced(old: Json, how: Mutation): Json {
  if (how === "null") return null;
  if (how === "empty") return isList(old) ? [] : isMap(old) ? {} : "";
  if (how === "repeat" && isList(old)) return [...old, ...old];
  if (how === "reverse" && isList(old)) return old.toReversed();
  if (how === "add" && isMap(old)) return { ...old, extra: "1" };
  if (how === "add" && isList(old)) return [...old, "extra"];
  if (typeof old === "number") return old + 1;
  if (typeof old === "boolean") return !old;
  return typeof old === "string" ? `${old}0` : old;
}

/** All that an apply could change, without the times. */
function comparable(live: KubernetesObject): unknown {
  // The entry of a status subresource is its controller's, which may write between a read and the dry-run.
  const own = (live.metadata.managedFields ?? []).filter(({ subresource = "" }) => subresource === "");
  const managedFields = own.map((entry) => ({ ...entry, time: "" }));
  const { resourceVersion: _, ...metadata } = live.metadata;
  const { status: __, ...rest } = live;
  return { ...rest, metadata: { ...metadata, managedFields } };
}

async function serverAgrees(desired: KubernetesObject, live: KubernetesObject): Promise<boolean> {
  const answer = await sendApply(cluster, desired, { force: true, dryRun: true });
  return sameJson(comparable(answer.object), comparable(live));
}

const anyCase = fc.record({
  base: fc.constantFrom(...objects),
  place: fc.nat(),
  how: fc.constantFrom(...mutations),
  onLive: fc.boolean(),
});

test("canonical objects are unchanged after their own apply, without asking the server", async () => {
  for (const each of objects) {
    const { object: live } = await sendApply(cluster, each, { force: true });
    expect(unchanged(each, live), each.kind).toBe(true);
  }
});

test("nothing is called unchanged that the server would change or refuse", async () => {
  let positives = 0;
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ base, place, how, onLive }) => {
      await fresh(base);
      const all = places(base as unknown as Json).filter((path) => !identity.has(path.join("/")));
      const path = all[place % all.length] ?? [];
      const changed = mutated(base as unknown as Json, path, how) as unknown as KubernetesObject;
      if (onLive) await putByAnother(changed);
      const live = await readObject(cluster, idOf(base));
      const desired = onLive ? base : changed;
      if (live === undefined || !unchanged(desired, live)) return;
      positives += 1;
      expect(await serverAgrees(desired, live), `${base.kind} ${how} ${path.join("/")}`).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect(positives).toBeGreaterThan(0);
}, 120_000);

/** Each case starts from the object as it was applied, and nothing that an earlier case left. */
async function fresh(base: KubernetesObject): Promise<void> {
  await cluster.send({ method: "DELETE", path: pathOf(idOf(base)) }).catch(() => undefined);
  await sendApply(cluster, base, { force: true });
}

/** Another manager changes the object; what the server refuses is no case. */
async function putByAnother(changed: KubernetesObject): Promise<void> {
  const live = await readObject(cluster, idOf(changed));
  const { resourceVersion } = live?.metadata ?? {};
  const body = {
    ...(live as unknown as JsonMap),
    ...changed,
    metadata: { ...changed.metadata, resourceVersion },
  };
  const path = pathOf(idOf(changed));
  await cluster
    .send({ method: "PUT", path, query: { fieldManager: "another" }, body })
    .catch(() => undefined);
}
