import { compareQuantities, sumQuantities } from "../manifests/quantity.ts";
import type { Finding } from "./finding.ts";
import type { Tenant } from "./tenant.ts";

/** Where the quotas of a tenant's namespaces add up to more than its budget, or leave a resource of it without bound. */
export function budgetFindings(tenant: Tenant): readonly Finding[] {
  return Object.entries(tenant.budget?.hard ?? {}).flatMap(([resource, most]) => {
    const path = ["spec", "budget", "hard", resource];
    const unbound = tenant.namespaces.find((namespace) => namespace.quota.hard[resource] === undefined);
    if (unbound !== undefined)
      return [{ path, message: `the quota of namespace ${unbound.name} does not bound ${resource}` }];
    const sum = sumQuantities(tenant.namespaces.map((namespace) => namespace.quota.hard[resource] ?? "0"));
    if (compareQuantities(sum, most) <= 0) return [];
    const parts = tenant.namespaces.map((namespace) => `${namespace.name} ${namespace.quota.hard[resource]}`);
    return [
      { path, message: `the quotas add up to ${sum}, more than the budget of ${most} (${parts.join(", ")})` },
    ];
  });
}
