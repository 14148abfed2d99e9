import { TENANT_KEY, TENANT_NODE_LABEL } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import { reachOfDemands } from "../reach.ts";

/**
 * A node that loses a tenant's label or taint, or gets another value for it, lets somebody onto it who could not be
 * there before. One that gets them is closed to others. What else happens to a node is not the tenant's reach.
 */
export const nodeReach: Reach = (before, after) => {
  if (after === undefined) return "neutral";
  return reachOfDemands(designation(before), designation(after));
};

/** The label and the taints by which a node is a tenant's, as comparable texts. Preferring other nodes keeps nobody away. */
function designation(node: KubernetesObject | undefined): string[] {
  const labels = node?.metadata.labels ?? {};
  const { taints = [] } = (node?.["spec"] ?? {}) as {
    taints?: readonly { key: string; value?: string; effect: string }[];
  };
  return [
    ...[TENANT_NODE_LABEL, TENANT_KEY].filter((key) => key in labels).map((key) => `${key}=${labels[key]}`),
    ...taints
      .filter((each) => each.key === TENANT_KEY && each.effect !== "PreferNoSchedule")
      .map(({ value = "", effect }) => `${value}:${effect}`),
  ];
}
