import { expect, test } from "vitest";
import { outsidersAmong } from "../../../src/boundaries/guards/outsiders.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

const everything = [{ operator: "Exists" }];

function pod(
  namespace: string,
  maker: string | undefined,
  tolerations: readonly object[] = everything,
): KubernetesObject {
  const [apiVersion = "", kind = "", name = ""] = (maker ?? "").split(" ");
  const ownerReferences = maker === undefined ? [] : [{ apiVersion, kind, name, controller: true }];
  const annotations = kind === "Node" ? { "kubernetes.io/config.mirror": "x" } : {};
  const metadata = { name: `p-${name}`, namespace, ownerReferences, annotations };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { tolerations } } as unknown as KubernetesObject;
}

function withoutAnnotations({ metadata, ...pod }: KubernetesObject): KubernetesObject {
  const { annotations: _, ...rest } = metadata;
  return { ...pod, metadata: rest };
}

const namespace = (name: string, labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

test.each([
  [
    "a controller that tolerates every taint",
    pod("cni", "apps/v1 ReplicaSet operator"),
    ["ReplicaSet operator"],
  ],
  ["a pod that nothing made", pod("cni", undefined), ["Pod p-"]],
  [
    "one that tolerates every taint for placing",
    pod("cni", "apps/v1 ReplicaSet a", [{ operator: "Exists", effect: "NoSchedule" }]),
    ["ReplicaSet a"],
  ],
  [
    "one that names the taint",
    pod("cni", "batch/v1 Job a", [{ key: "mtenant.dev/tenant", value: "x" }]),
    ["Job a"],
  ],
  [
    "a DaemonSet of another API, which the guard does not know",
    pod("cni", "apps.kruise.io/v1alpha1 DaemonSet agent"),
    ["DaemonSet agent"],
  ],
  [
    "a pod that says it is of a Node, and is no static one",
    withoutAnnotations(pod("cni", "v1 Node n1")),
    ["Node n1"],
  ],
])("%s is an outsider", (_, each, makers) => {
  expect(outsidersAmong([each], [namespace("cni")])).toEqual([{ namespace: "cni", makers }]);
});

test.each([
  ["a DaemonSet", pod("cni", "apps/v1 DaemonSet agent")],
  ["a static pod", pod("cni", "v1 Node n1")],
  [
    "who stays on failing nodes only",
    pod("cni", "apps/v1 ReplicaSet a", [{ operator: "Exists", effect: "NoExecute" }]),
  ],
  ["who tolerates other taints", pod("cni", "apps/v1 ReplicaSet a", [{ key: "gpu", operator: "Exists" }])],
  ["who is of the cluster itself", pod("kube-system", "apps/v1 ReplicaSet a")],
  ["who is let in", pod("let-in", "apps/v1 ReplicaSet a")],
  ["who is of a tenant", pod("team", "apps/v1 ReplicaSet a")],
])("%s is none", (_, each) => {
  const namespaces = [
    namespace("cni"),
    namespace("let-in", { "mtenant.dev/tenant-nodes": "Allow" }),
    namespace("team", { "mtenant.dev/tenant": "team" }),
  ];
  expect(outsidersAmong([each], namespaces)).toEqual([]);
});
