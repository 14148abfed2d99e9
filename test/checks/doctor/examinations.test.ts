import { describe, expect, test } from "vitest";
import type { Diagnosis, Seen } from "../../../src/checks/doctor/diagnosis.ts";
import { examine } from "../../../src/checks/doctor/examinations.ts";
import { pinnedFacts } from "../../../src/facts/pinned.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

const everything = { operator: "Exists" };
const facts = await pinnedFacts(36);
const healthy: Seen = {
  facts: {
    ...facts,
    ranges: {
      pods: ["10.1.0.0/16"],
      services: ["10.2.0.0/16"],
      nodes: ["10.3.0.1/32"],
      apiServer: ["10.3.0.2/32"],
    },
    runtimeClasses: [{ name: "gvisor", handler: "runsc", tolerations: [] }],
  },
  daemonSets: [daemonSet("calico-node")],
  nodes: [object("Node", "n1"), object("Node", "n2")],
  pods: [dnsPod()],
  namespaces: [],
  configMaps: [],
  webhooks: [],
  adminOrigins: [],
  wallWriters: [],
  records: { damaged: [], unrecorded: [] },
  missingRights: [],
  missingToVerify: [],
};

function object(kind: string, name: string, fields: object = {}): KubernetesObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "kube-system" }, ...fields };
}

function dnsPod(): KubernetesObject {
  const pod = object("Pod", "coredns-1");
  return { ...pod, metadata: { ...pod.metadata, labels: { "k8s-app": "kube-dns" } } };
}

function inNamespace(pod: KubernetesObject, namespace: string): KubernetesObject {
  return { ...pod, metadata: { ...pod.metadata, namespace } };
}

function writer(everyone: boolean) {
  return { subject: "Group platform", everyone, writes: ["the guards"], through: ["ClusterRoleBinding p"] };
}

function daemonSet(
  name: string,
  { desired = 2, ready = 2, args = [] as string[], tolerations = [everything] as object[] } = {},
) {
  const template = { spec: { containers: [{ name: "agent", args }], tolerations } };
  const status = { desiredNumberScheduled: desired, numberReady: ready };
  return object("DaemonSet", name, { spec: { template }, status });
}

const outsider = {
  ...object("Pod", "operator", { spec: { tolerations: [everything] } }),
  metadata: { name: "operator", namespace: "cni" },
};

const of = (seen: Partial<Seen>, topic: string): readonly Diagnosis[] =>
  examine({ ...healthy, ...seen }).filter((each) => each.topic === topic);

test("a cluster that can hold every wall has no complaint", () => {
  expect(examine(healthy).filter(({ health }) => health !== "good")).toEqual([]);
});

describe("network policies are", () => {
  test.each([
    ["enforced by a provider that is ready on every node", [daemonSet("calico-node")], "good"],
    [
      "not enforced where the provider is missing on a node",
      [daemonSet("calico-node", { desired: 1, ready: 1 })],
      "bad",
    ],
    ["not enforced where it is not ready", [daemonSet("cilium", { ready: 1 })], "bad"],
    [
      "not enforced where it is scheduled nowhere",
      [daemonSet("calico-node", { desired: 0, ready: 0 })],
      "bad",
    ],
    ["not enforced by Flannel alone", [daemonSet("kube-flannel-ds")], "bad"],
    [
      "enforced by what runs beside Flannel",
      [daemonSet("kube-flannel-ds"), daemonSet("calico-node")],
      "good",
    ],
    ["not enforced by Amazon's agent unless it is told to", [daemonSet("aws-node")], "bad"],
    [
      "enforced by Amazon's agent when it is told to",
      [daemonSet("aws-node", { args: ["--enable-network-policy=true"] })],
      "good",
    ],
    ["unknown with kindnet, whose older versions do not enforce", [daemonSet("kindnet")], "unknown"],
    ["unknown with a provider that is not known", [daemonSet("somebody-s-agent")], "unknown"],
  ])("%s", (_, daemonSets, health) => {
    expect(of({ daemonSets }, "network-policies")).toMatchObject([{ health }]);
  });

  test("not enforced by a Cilium that is told never to", () => {
    const configMaps = [object("ConfigMap", "cilium-config", { data: { "enable-policy": "never" } })];
    expect(of({ daemonSets: [daemonSet("cilium")], configMaps }, "network-policies")).toMatchObject([
      { health: "bad" },
    ]);
    expect(of({ daemonSets: [daemonSet("cilium")] }, "network-policies")).toMatchObject([{ health: "good" }]);
  });

  test("unknown where DaemonSets may not be read", () => {
    expect(of({ daemonSets: "unknown" }, "network-policies")).toMatchObject([{ health: "unknown" }]);
  });
});

test("DaemonSets that would stay away from designated nodes are named with the toleration they lack", () => {
  const picky = daemonSet("log-agent", {
    tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists" }],
  });
  const exact = daemonSet("own-agent", {
    tolerations: [{ key: "mtenant.dev/tenant", operator: "Exists", effect: "NoSchedule" }],
  });
  const valued = daemonSet("one-tenant", { tolerations: [{ key: "mtenant.dev/tenant", value: "team1" }] });
  const daemonSets = [daemonSet("calico-node"), picky, exact, valued];
  expect(of({ daemonSets }, "daemon-sets")).toEqual([
    expect.objectContaining({
      health: "warning",
      evidence: ["kube-system/log-agent", "kube-system/one-tenant"],
      remedy: expect.stringContaining("mtenant.dev/tenant"),
    }),
  ]);
});

describe("the nodes of a tenant", () => {
  const node = (
    labels: Readonly<Record<string, string>>,
    taints: readonly object[] = [],
  ): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1", labels },
    spec: { taints },
  });
  const namespaceOf = (tenant: string, selector: string, pullPolicy = ""): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: tenant,
      labels: { "mtenant.dev/tenant": tenant },
      annotations: { "mtenant.dev/node-selector": selector, "mtenant.dev/image-pull-policy": pullPolicy },
    },
  });
  const taint = (value: string, effect = "NoSchedule") => ({ key: "mtenant.dev/tenant", value, effect });
  const gold = { "mtenant.dev/pool": "gold", zone: "a" };
  const green = namespaceOf("green", "mtenant.dev/pool=silver;mtenant.dev/pool=gold,zone=a");

  test.each([
    ["with the tenant's taint", node(gold, [taint("green")]), [green]],
    ["that the selector does not select", node({ "mtenant.dev/pool": "gold" }), [green]],
    ["that are shared", node(gold), [namespaceOf("green", "zone=a", "Always")]],
    ["where there is no tenant", node(gold), []],
  ] as const)("are closed to others: %s", (_, one, namespaces) => {
    expect(of({ nodes: [one], namespaces }, "tenant-nodes")).toMatchObject([{ health: "good" }]);
  });

  test.each([
    ["without a taint", node(gold), [green], "Node n1 of tenant green: it has no taint"],
    [
      "with a taint that only drives out",
      node(gold, [taint("green", "NoExecute")]),
      [green],
      "of tenant green",
    ],
    [
      "of two tenants",
      node(gold, [taint("green")]),
      [green, namespaceOf("yellow", "mtenant.dev/pool=gold")],
      "Node n1 of tenant yellow",
    ],
  ] as const)("are open to others: %s", (_, one, namespaces, says) => {
    expect(of({ nodes: [one], namespaces }, "tenant-nodes")).toMatchObject([
      { health: "bad", evidence: [expect.stringContaining(says)] },
    ]);
  });

  test("may be unreadable", () => {
    expect(of({ nodes: "unknown" }, "tenant-nodes")).toMatchObject([{ health: "unknown" }]);
  });
});

describe("webhooks of others", () => {
  const rule = (resources: string[], apiGroups = [""], operations = ["CREATE"]) => ({
    apiGroups,
    resources,
    operations,
  });
  const configuration = (kind: string, rules: object[], failurePolicy = "Fail") =>
    object(kind, "injector", { webhooks: [{ name: "inject.example.com", failurePolicy, rules }] });

  test.each([
    ["that change pods are named", configuration("MutatingWebhookConfiguration", [rule(["pods"])]), 1],
    [
      "that see everything are named",
      configuration("MutatingWebhookConfiguration", [rule(["*"], ["*"], ["*"])]),
      1,
    ],
    [
      "that fail open are named",
      configuration("ValidatingWebhookConfiguration", [rule(["pods"])], "Ignore"),
      1,
    ],
    [
      "that change pods and fail open are named for both",
      configuration("MutatingWebhookConfiguration", [rule(["pods"])], "Ignore"),
      2,
    ],
    [
      "that see other kinds are none of our business",
      configuration("MutatingWebhookConfiguration", [rule(["deployments"], ["apps"])]),
      0,
    ],
    [
      "that only see deletions change no pod",
      configuration("MutatingWebhookConfiguration", [rule(["pods"], [""], ["DELETE"])]),
      0,
    ],
  ])("%s", (_, webhook, count) => {
    const warnings = of({ webhooks: [webhook] }, "webhooks").filter(({ health }) => health === "warning");
    expect(warnings).toHaveLength(count);
    for (const { evidence } of warnings) expect(evidence[0]).toContain("injector: inject.example.com");
  });
});

test.each([
  ["version", { facts: { ...healthy.facts, minor: 29 } }, "bad"],
  ["version", { facts: { ...healthy.facts, minor: 99 } }, "unknown"],
  ["rights", { missingRights: ["patch nodes"] }, "bad"],
  ["pod-defaults", { facts: { ...healthy.facts, mutatingAdmissionPolicies: false } }, "warning"],
  ["name-service", { pods: [] }, "unknown"],
  ["name-service", { pods: [inNamespace(dnsPod(), "payments")] }, "unknown"],
  ["name-service", { pods: "unknown" }, "unknown"],
  ["ranges", { facts }, "warning"],
  ["outsiders", { pods: "unknown" }, "unknown"],
  ["outsiders", { pods: [outsider] }, "warning"],
  ["wall-writers", { wallWriters: [writer(false)] }, "warning"],
  ["wall-writers", { wallWriters: [writer(true)] }, "bad"],
  ["wall-writers", { wallWriters: "unknown" }, "unknown"],
  ["sandboxes", { facts: { ...healthy.facts, runtimeClasses: [] } }, "warning"],
] as const)("%s is judged: %j", (topic, seen, health) => {
  expect(of(seen, topic)).toMatchObject([{ health }]);
});

test("third parties that add rights to admin are named, and are no complaint", () => {
  const adminOrigins = [{ clusterRole: "flux-edit", builtIn: false, rules: [] }];
  expect(of({ adminOrigins }, "aggregation")).toMatchObject([
    { health: "good", evidence: ["ClusterRole flux-edit"] },
  ]);
});

test.each([
  [29, "Kubernetes 1.29 is too old"],
  [36, "Kubernetes 1.36 is supported"],
  [99, "Kubernetes 1.99 is newer than this mtenant"],
])("the version is said with the verdict on it: 1.%i", (minor, message) => {
  const [diagnosis] = of({ facts: { ...healthy.facts, minor } }, "version");
  expect(diagnosis?.message).toContain(message);
});

test("who holds every right but those of verify is told where they are", () => {
  expect(of({ missingToVerify: ["impersonate users"] }, "rights")).toMatchObject([
    { health: "good", message: expect.stringContaining("mtenant role operator --verify") },
  ]);
});

describe("pods on the nodes of tenants", () => {
  const tainted = { spec: { taints: [{ key: "mtenant.dev/tenant", value: "red", effect: "NoSchedule" }] } };
  const namespace = (name: string, labels: Record<string, string> = {}): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
  const namespaces = [
    namespace("red-app", { "mtenant.dev/tenant": "red" }),
    namespace("blue-app", { "mtenant.dev/tenant": "blue", "mtenant.dev/tenant-nodes": "Allow" }),
    namespace("cni", { "mtenant.dev/tenant-nodes": "Allow" }),
    namespace("team"),
  ];
  const running = (of: string, nodeName = "n1", owner?: object): KubernetesObject => {
    const pod = inNamespace(object("Pod", "x", { spec: { nodeName } }), of);
    return owner === undefined
      ? pod
      : ({ ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } } as KubernetesObject);
  };
  const agent = { apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", controller: true };
  const nodes = [object("Node", "n1", tainted), object("Node", "n2")];
  const judged = (pod: KubernetesObject) => of({ nodes, namespaces, pods: [dnsPod(), pod] }, "visitors");

  test.each(["red-app", "cni", "kube-system"])("may be of %s", (name) => {
    expect(judged(running(name))).toMatchObject([{ health: "good" }]);
  });

  test("may be of anybody on nodes of no tenant", () => {
    expect(judged(running("team", "n2"))).toMatchObject([{ health: "good" }]);
  });

  test.each(["blue-app", "team"])("are a fault when they are of %s", (name) => {
    expect(judged(running(name))).toMatchObject([
      { health: "bad", evidence: [`${name}/x on node n1 of red: of no DaemonSet`] },
    ]);
  });

  test("are named when they are of a DaemonSet, whose people are on the nodes as well", () => {
    expect(judged(running("team", "n1", agent))).toMatchObject([
      { health: "warning", evidence: ["team/x on node n1 of red: of a DaemonSet or of the node itself"] },
    ]);
  });

  test("cannot be judged unseen", () => {
    expect(of({ nodes: "unknown" }, "visitors")).toMatchObject([{ health: "unknown" }]);
  });
});
