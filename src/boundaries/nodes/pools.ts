import { selects } from "../../facts/label-selector.ts";
import { TENANT_KEY } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Does the selector of a pool select the node? */
export function isSelected(nodeSelector: Readonly<Record<string, string>>, node: KubernetesObject): boolean {
  return selects({ matchLabels: nodeSelector }, node.metadata.labels ?? {});
}

/**
 * Why the node does not keep the pods of others away from the tenant's; undefined when it does. Any other taint can be
 * tolerated by whoever names it: only the tenants' own is guarded in every namespace, and kept from kubelets.
 */
export function openness(node: KubernetesObject, tenant: string): string | undefined {
  const { taints = [] } = (node["spec"] ?? {}) as { readonly taints?: readonly Taint[] };
  const isClosed = taints.some(
    ({ key, value, effect }) => key === TENANT_KEY && value === tenant && effect === "NoSchedule",
  );
  if (isClosed) return undefined;
  return `it has no taint ${TENANT_KEY}=${tenant}:NoSchedule, so pods of others may run there: let its pool put the taint on all of its nodes`;
}
