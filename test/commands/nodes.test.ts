import { beforeAll, describe, expect, test } from "vitest";
import { everyObject } from "../cluster/everything.ts";
import { type CommandResult, type Kubectl, run, mustSucceed } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { startOwnCluster } from "./own-cluster.ts";

// A control plane of its own: pods are put onto nodes, and there must be no other nodes or guards that they meet.
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  const own = await startOwnCluster({ scheduler: true });
  ({ plane, kubectl } = own);
  return own.stop;
});
beforeAll(async () => {
  await createTenant("first", "--nodes", "Shared");
});

const mtenant = (...args: string[]): Promise<CommandResult> =>
  run(process.execPath, ["bin/mtenant.js", ...args, "--kubeconfig", plane.kubeconfig], "", {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
  });

const must = (...args: string[]): Promise<string> => mustSucceed(kubectl, args);

async function createTenant(name: string, ...flags: string[]): Promise<void> {
  const created = await mtenant("create", name, "--owner-group", `${name}-owners`, ...flags, "--yes");
  expect(created.code, created.stdout + created.stderr).toBe(0);
}

async function apply(object: object): Promise<void> {
  const { code, stderr } = await kubectl(["create", "-f", "-"], { input: JSON.stringify(object) });
  expect(code, stderr).toBe(0);
}

/** What the walls of a tenant demand of a pod; for others it is as good as any. */
const modest = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "c",
      image: "example.com/c",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

interface PodMetadata {
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
}

/** A pod that the scheduler puts onto the node. */
async function podOn(node: string, { namespace = "default", ...metadata }: PodMetadata): Promise<void> {
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, ...metadata },
    spec: { nodeSelector: { "kubernetes.io/hostname": node }, ...modest },
  });
  await must(
    "wait",
    "-n",
    namespace,
    `pod/${metadata.name}`,
    "--for=condition=PodScheduled",
    "--timeout=60s",
  );
}

/** A real DaemonSet for one node. */
async function daemonSetFor(node: string, namespace: string): Promise<void> {
  const labels = { app: node };
  const spec = { nodeSelector: { "kubernetes.io/hostname": node }, ...modest };
  await apply({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: node, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
}

/** The guards refuse the tolerations that every pod of a DaemonSet has; a tenant can still make one by hand that its DaemonSet takes for its own. */
async function posingPod(node: string, namespace: string): Promise<void> {
  await daemonSetFor(node, namespace);
  const uid = await must("get", "daemonset", node, "-n", namespace, "-o", "jsonpath={.metadata.uid}");
  const owner = { apiVersion: "apps/v1", kind: "DaemonSet", name: node, uid, controller: true };
  await podOn(node, { name: "posing", namespace, labels: { app: node }, ownerReferences: [owner] });
}

/** The image of a static pod, as the kubelet of the node makes it. */
async function mirrorPod(node: string): Promise<void> {
  const uid = await must("get", "node", node, "-o", "jsonpath={.metadata.uid}");
  const ownerReferences = [{ apiVersion: "v1", kind: "Node", name: node, uid, controller: true }];
  const annotations = { "kubernetes.io/config.mirror": "x" };
  const metadata = { name: `static-${node}`, namespace: "default", annotations, ownerReferences };
  const input = JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { nodeName: node, ...modest },
  });
  const kubelet = ["--as", `system:node:${node}`, "--as-group", "system:nodes"];
  const { code, stderr } = await kubectl(["create", "-f", "-", ...kubelet], { input });
  expect(code, stderr).toBe(0);
}

async function report(node: string, status: "Unknown" | "True"): Promise<void> {
  const conditions = [{ type: "Ready", status, reason: "Stand" }];
  const patch = JSON.stringify({ status: { conditions } });
  await must("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch);
}

const nodeArgs = (node: string): string[] => [`t-${node}`, "--owner-group", "g", "--node", node];

interface Case {
  readonly node: string;
  readonly why: string;
  readonly prepare: (node: string) => Promise<void>;
  readonly says: RegExp;
}

const refused: readonly Case[] = [
  {
    node: "busy",
    why: "pods of others run on it",
    prepare: async (node) => {
      for (const name of ["a", "b", "c", "d", "e"]) await podOn(node, { name: `busy-${name}` });
    },
    says: /5 pods of others run on it \(default\/busy-a, default\/busy-b, default\/busy-c and 2 more\).*kubectl drain busy/,
  },
  {
    node: "posing",
    why: "a pod only says that it is a static one",
    // Only where the guards do not ask may somebody name the node, as a mirror pod must.
    prepare: (node) =>
      apply({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "static",
          namespace: "kube-system",
          annotations: { "kubernetes.io/config.mirror": "x" },
        },
        spec: { nodeName: node, ...modest },
      }),
    says: /1 pod of others runs on it \(kube-system\/static\)/,
  },
  {
    node: "invaded",
    why: "another tenant's pod is there, as if it were a DaemonSet's",
    prepare: (node) => posingPod(node, "first"),
    says: /1 pod of others runs on it \(first\/posing\)/,
  },
  {
    node: "labelled",
    why: "its label designates it to another tenant",
    prepare: async (node) => {
      await must("label", "node", node, "node-restriction.kubernetes.io/mtenant-tenant=blue");
    },
    says: /its label node-restriction\.kubernetes\.io\/mtenant-tenant=blue designates it to somebody else/,
  },
  {
    node: "tainted",
    why: "its taint has another value",
    prepare: async (node) => {
      await must("taint", "node", node, "mtenant.dev/tenant:NoExecute");
    },
    says: /its taint mtenant\.dev\/tenant=:NoExecute designates it to somebody else/,
  },
  {
    node: "ruling",
    why: "it runs the control plane",
    prepare: async (node) => {
      await must("label", "node", node, "node-role.kubernetes.io/control-plane=");
    },
    says: /it runs the cluster's own control plane.*choose another node/,
  },
];

const accepted: readonly Case[] = [
  {
    node: "served",
    why: "only a DaemonSet, a static pod and a pod that has ended are there",
    prepare: async (node) => {
      await daemonSetFor(node, "default");
      const there = ["get", "pods", "-n", "default", "-l", `app=${node}`, "-o", "name"];
      await expect.poll(() => must(...there), { timeout: 30_000 }).toMatch(/pod\//);
      await mirrorPod(node);
      await podOn(node, { name: "over" });
      const patch = '{"status":{"phase":"Succeeded"}}';
      await must("patch", "pod", "over", "--subresource=status", "--type=merge", "-p", patch);
    },
    says: /~ Node served {2}amend, narrows/,
  },
  {
    node: "added",
    why: "the operator lets pods of that namespace onto the nodes of tenants",
    prepare: async (node) => {
      await must("create", "namespace", "add-on");
      await must("label", "namespace", "add-on", "mtenant.dev/tenant-nodes=Allow");
      await podOn(node, { name: "agent", namespace: "add-on" });
    },
    says: /~ Node added {2}amend, narrows/,
  },
  {
    node: "marked",
    why: "label and taint say that it is this tenant's",
    prepare: async (node) => {
      await must("label", "node", node, "node-restriction.kubernetes.io/mtenant-tenant=t-marked");
      await must("taint", "node", node, "mtenant.dev/tenant=t-marked:NoSchedule");
    },
    says: /\+ Namespace t-marked/,
  },
  {
    node: "working",
    why: "its role is another than the control plane's",
    prepare: async (node) => {
      await must("label", "node", node, "node-role.kubernetes.io/worker=");
    },
    says: /~ Node working {2}amend, narrows/,
  },
  {
    node: "cordoned",
    why: "it is cordoned, which is a note",
    prepare: async (node) => {
      await must("cordon", node);
    },
    says: /~ Node cordoned[^]*it is cordoned: no pod starts there before kubectl uncordon cordoned/,
  },
  {
    node: "silent",
    why: "it is not Ready, which is a note",
    prepare: (node) => report(node, "Unknown"),
    says: /~ Node silent[^]*it is not Ready: no pod starts there before its kubelet runs/,
  },
];

describe("a node is not designated when", () => {
  test.for(refused)("$node: $why", async ({ node, prepare, says }) => {
    await createNode(kubectl, node);
    await prepare(node);
    const before = await everyObject(kubectl);
    const diff = await mtenant("diff", ...nodeArgs(node));
    expect(diff.stdout).toMatch(says);
    expect(diff.code).toBe(4);
    const create = await mtenant("create", ...nodeArgs(node), "--yes");
    expect(create.stderr).toMatch(says);
    expect(create.code).toBe(4);
    expect(await everyObject(kubectl)).toEqual(before);
    expect(await must("get", "node", node, "-o", "jsonpath={.metadata.labels}{.spec.taints}")).not.toMatch(
      `t-${node}`,
    );
  });

  test("it does not exist", async () => {
    const create = await mtenant("create", ...nodeArgs("nowhere"), "--yes");
    expect(create.stderr).toMatch(/Node nowhere: it does not exist: correct the name/);
    expect(create.code).toBe(2);
  });

  test("it is another tenant's by its record", async () => {
    await createNode(kubectl, "owned");
    await createTenant("owner", "--node", "owned");
    const create = await mtenant("create", ...nodeArgs("owned"), "--yes");
    expect(create.stderr).toMatch(/the node owned is held or reserved by tenant owner/);
    expect(create.code).toBe(4);
  });

  test("one of many is busy: that one is named, and none is changed", async () => {
    for (const node of ["m-1", "m-2", "m-3", "m-4", "m-5"]) await createNode(kubectl, node);
    await podOn("m-3", { name: "in-the-way" });
    const nodes = ["m-1", "m-2", "m-3", "m-4", "m-5"].flatMap((node) => ["--node", node]);
    const create = await mtenant("create", "many", "--owner-group", "g", ...nodes, "--yes");
    expect(create.stderr).toMatch(/many: 1 objects? cannot be as wanted/);
    expect(create.stderr).toMatch(/Node m-3: 1 pod of others runs on it \(default\/in-the-way\)/);
    expect(create.code).toBe(4);
    expect(await must("get", "nodes", "-o", "jsonpath={.items[*].metadata.labels}")).not.toMatch(
      /tenant":"many/,
    );
    await must("delete", "pod", "in-the-way", "--force", "--grace-period=0");
    const again = await mtenant("create", "many", "--owner-group", "g", ...nodes, "--yes");
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });
});

describe("a node is designated although", () => {
  test.for(accepted)("$node: $why", async ({ node, prepare, says }) => {
    await createNode(kubectl, node);
    await prepare(node);
    const diff = await mtenant("diff", ...nodeArgs(node));
    expect(diff.stdout).toMatch(says);
    expect(diff.code).toBe(1);
    const create = await mtenant("create", ...nodeArgs(node), "--yes");
    expect(create.code, create.stdout + create.stderr).toBe(0);
  });
});

test("a node that is the tenant's already stays so, whoever runs on it; what is wrong with it is told and mended", async () => {
  await createNode(kubectl, "home");
  await createTenant("home", "--node", "home");
  await apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "home", name: "own" },
    spec: {
      ...modest,
      nodeSelector: { "node-restriction.kubernetes.io/mtenant-tenant": "home" },
      tolerations: [{ key: "mtenant.dev/tenant", value: "home", effect: "NoSchedule" }],
    },
  });
  await must("wait", "-n", "home", "pod/own", "--for=condition=PodScheduled", "--timeout=60s");
  expect((await mtenant("diff", "home")).code).toBe(0);
  expect((await mtenant("create", "home", "--size", "large", "--yes")).code).toBe(0);

  await must("taint", "node", "home", "mtenant.dev/tenant-");
  const bare = await mtenant("diff", "home");
  expect(bare.stdout).toMatch(/~ Node home {2}amend, narrows/);
  expect(bare.stdout).not.toMatch(/of others/);
  await podOn("home", { name: "intruder" });
  const drifted = await mtenant("diff", "home");
  expect(drifted.stdout).toMatch(/1 pod of others runs on it \(default\/intruder\)/);
  expect(drifted.code).toBe(1);
  const mended = await mtenant("create", "home", "--yes");
  expect(mended.code, mended.stdout + mended.stderr).toBe(0);
  expect(await must("get", "node", "home", "-o", "jsonpath={.spec.taints}")).toMatch(/mtenant\.dev\/tenant/);
});
