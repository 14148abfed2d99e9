import type { Facts } from "../../facts/facts.ts";
import type { Tenant } from "../../tenant/tenant.ts";

/** The classes that every cluster has (kubernetes: pkg/apis/scheduling/v1/helpers.go). */
const systemClasses = ["system-cluster-critical", "system-node-critical"];

/**
 * The PriorityClasses that a tenant's pods may not have: all that the spec does not allow. The cluster's default class
 * is never among them, because pods that name no class get it.
 */
export function foreignPriorityClasses({ allowed }: Tenant, { priorityClasses }: Facts): readonly string[] {
  const known = priorityClasses === "unknown" ? [] : priorityClasses;
  const exempt = new Set([
    ...allowed.priorityClassNames,
    ...known.filter((each) => each.globalDefault).map((each) => each.name),
  ]);
  const names = new Set([...systemClasses, ...known.map((each) => each.name)]);
  return [...names].filter((name) => !exempt.has(name)).sort();
}
