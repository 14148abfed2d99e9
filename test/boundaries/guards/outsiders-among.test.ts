import { expect, test } from "vitest";
import { outsidersAmong } from "../../../src/boundaries/guards/outsiders.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

const everything = [{ operator: "Exists" }];

function pod(
  namespace: string,
  maker: string | undefined,
  tolerations: readonly object[] = everything,
): KubernetesObject {
  const [kind = "", name = ""] = (maker ?? "").split(" ");
  const ownerReferences = maker === undefined ? [] : [{ kind, name, controller: true }];
  const metadata = { name: `p-${name}`, namespace, ownerReferences };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { tolerations } } as unknown as KubernetesObject;
}

const namespace = (name: string, labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

test.each([
  ["a controller that tolerates every taint", pod("cni", "ReplicaSet operator"), ["ReplicaSet operator"]],
  ["a pod that nothing made", pod("cni", undefined), ["Pod p-"]],
  [
    "one that tolerates every taint for placing",
    pod("cni", "ReplicaSet a", [{ operator: "Exists", effect: "NoSchedule" }]),
    ["ReplicaSet a"],
  ],
  ["one that names the taint", pod("cni", "Job a", [{ key: "mtenant.dev/tenant", value: "x" }]), ["Job a"]],
])("%s is an outsider", (_, each, makers) => {
  expect(outsidersAmong([each], [namespace("cni")])).toEqual([{ namespace: "cni", makers }]);
});

test.each([
  ["a DaemonSet", pod("cni", "DaemonSet agent")],
  ["a static pod", pod("cni", "Node n1")],
  [
    "who stays on failing nodes only",
    pod("cni", "ReplicaSet a", [{ operator: "Exists", effect: "NoExecute" }]),
  ],
  ["who tolerates other taints", pod("cni", "ReplicaSet a", [{ key: "gpu", operator: "Exists" }])],
  ["who is of the cluster itself", pod("kube-system", "ReplicaSet a")],
  ["who is let in", pod("let-in", "ReplicaSet a")],
  ["who is of a tenant", pod("team", "ReplicaSet a")],
])("%s is none", (_, each) => {
  const namespaces = [
    namespace("cni"),
    namespace("let-in", { "mtenant.dev/tenant-nodes": "Allow" }),
    namespace("team", { "mtenant.dev/tenant": "team" }),
  ];
  expect(outsidersAmong([each], namespaces)).toEqual([]);
});
