import type { KubernetesObject } from "./object.ts";

/** The conditions of a Node (kubernetes: staging/src/k8s.io/api/core/v1/types.go, NodeCondition). */
interface NodeStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** Does the Node's kubelet report that it is Ready? Where it does not, no pod starts, and none ends. */
export function isReady(node: KubernetesObject): boolean {
  const { conditions = [] } = (node["status"] ?? {}) as NodeStatus;
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
