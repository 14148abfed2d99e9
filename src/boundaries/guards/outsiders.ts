import type { Toleration } from "../../facts/facts.ts";
import { TENANT_KEY, TENANT_NODES_LABEL } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import { controllerOf, isOfItsNode } from "../../manifests/pod.ts";
import { systemNamespaces } from "./exempt.ts";

/** A namespace of no tenant whose pods the guard `mtenant-outsiders` would refuse, were they made anew. */
export interface Outsiders {
  readonly namespace: string;
  /** What made the pods, as `ReplicaSet tigera-operator-5d9`; of a pod that nothing made, the pod. */
  readonly makers: readonly string[];
}

/**
 * Which running pods the guard would refuse for what they tolerate. A pod that names its node cannot be told from one
 * that the scheduler placed. By namespace, in order.
 */
export function outsidersAmong(
  pods: readonly KubernetesObject[],
  namespaces: readonly KubernetesObject[],
): Outsiders[] {
  const exempt = new Set([
    ...systemNamespaces,
    ...namespaces.filter(isExempt).map(({ metadata }) => metadata.name),
  ]);
  const found = new Map<string, Set<string>>();
  for (const pod of pods) {
    const { namespace = "" } = pod.metadata;
    if (exempt.has(namespace) || !toleratesTenants(pod) || isOfItsNode(pod)) continue;
    found.set(namespace, (found.get(namespace) ?? new Set()).add(makerOf(pod)));
  }
  return [...found.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([namespace, makers]) => ({ namespace, makers: [...makers].sort() }));
}

function isExempt({ metadata: { labels = {} } }: KubernetesObject): boolean {
  return (labels[TENANT_KEY] ?? "") !== "" || labels[TENANT_NODES_LABEL] === "Allow";
}

/** As the guard judges it: templates/guards/outsiders.yaml, badTolerations. */
function toleratesTenants(pod: KubernetesObject): boolean {
  const { tolerations = [] } = (pod["spec"] ?? {}) as { readonly tolerations?: readonly Toleration[] };
  return tolerations.some(
    ({ key = "", effect = "" }) => key === TENANT_KEY || (key === "" && ["", "NoSchedule"].includes(effect)),
  );
}

function makerOf(pod: KubernetesObject): string {
  const { kind, name } = controllerOf(pod) ?? { kind: "Pod", name: pod.metadata.name };
  return `${kind} ${name}`;
}
