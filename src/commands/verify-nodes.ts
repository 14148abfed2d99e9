import type { Finding } from "../checks/verify/finding.ts";
import { checkRefused, checkVisitors } from "../checks/verify/node-visitors.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { namespacesOfRecords, readLetIn, readVisitors } from "../planning/node-visitors.ts";
import type { TenantPlan } from "../planning/plan-owners.ts";
import { readSelectedNodes } from "../planning/pool-nodes.ts";
import type { Session } from "../planning/session.ts";

/** Is the tenant alone on its nodes, those that its spec names and those that it selects? Throws ApiError, ConnectionError. */
export async function verifyNodes(
  { cluster, records }: Session,
  { tenant, plan }: TenantPlan,
): Promise<readonly Finding[]> {
  if (tenant.nodes.mode !== "Dedicated") return [];
  const selected = await readSelectedNodes(cluster, tenant);
  const names = [...new Set([...namedNodes(tenant), ...selected.map(({ metadata }) => metadata.name)])];
  const [visitors, letIn] = await Promise.all([readVisitors(cluster, names), readLetIn(cluster)]);
  const own = tenant.namespaces.map(({ name }): [string, string] => [name, tenant.name]);
  const tenantOf = new Map([...namespacesOfRecords(records.values()), ...own]);
  const nodes = new Map(names.sort().map((name) => [name, visitors.get(name) ?? []]));
  return [...checkRefused(plan), ...checkVisitors({ tenant: tenant.name, tenantOf, letIn, nodes })];
}

function namedNodes({ nodes: { pools } }: Tenant): readonly string[] {
  return pools.flatMap(({ nodeNames = [] }) => nodeNames);
}
