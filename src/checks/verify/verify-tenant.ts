import type { Neighbour } from "../../boundaries/attack.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Discovery } from "../../cluster/discover-resources.ts";
import type { Facts } from "../../facts/facts.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { attackTenant } from "./attack-tenant.ts";
import { benchmarkOf } from "./benchmark.ts";
import { reachEveryKind } from "./every-kind.ts";
import type { Finding } from "./finding.ts";
import { chooseNeighbours } from "./neighbours.ts";
import { checkElsewhere, type Grants } from "./rights-of-others.ts";
import { measureRights } from "./rights.ts";
import { attackScopes } from "./scopes.ts";
import type { VerifiedTenant } from "./verification.ts";
import { checkWalls } from "./walls.ts";

/** What is known of the cluster around the tenants. */
export interface Around {
  readonly facts: Facts;
  /** Every kind that the server serves. */
  readonly discovery: Discovery;
  readonly grants: Grants;
  /** The namespaces of all tenants that have a record. */
  readonly namespaces: readonly Neighbour[];
  /** What the records hold, by `keyOf`. */
  readonly held: ReadonlySet<string>;
  /** How many other tenants each tenant reaches for. */
  readonly most: number;
  /** What was found out about what all tenants share. */
  readonly shared: readonly Finding[];
}

/** A tenant that is looked at. */
export interface Verifying {
  readonly tenant: Tenant;
  readonly plan: Plan;
  /** What was found out about its nodes. */
  readonly nodes: readonly Finding[];
}

/** Looks at a tenant's walls and attacks them with its own people's rights. Throws ApiError, ConnectionError. */
export async function verifyTenant(
  cluster: Cluster,
  { tenant, plan, nodes }: Verifying,
  around: Around,
): Promise<VerifiedTenant> {
  const { neighbours, reached } = chooseNeighbours(tenant.name, around.namespaces, around.most);
  const scopes = await attackScopes(cluster, tenant, around.facts);
  const [attacked, swept, rights] = await Promise.all([
    attackTenant(cluster, scopes, neighbours),
    reachEveryKind(cluster, around.discovery, scopes, neighbours),
    Promise.all(scopes.map((scope) => measureRights(cluster, scope, around.discovery.kinds))),
  ]);
  const findings = [
    ...checkWalls(plan),
    ...nodes,
    ...checkElsewhere(tenant, around.grants, around.held),
    ...rights.flatMap((each) => each.findings),
    ...swept,
    ...attacked,
  ];
  return {
    tenant: tenant.name,
    neighbours: reached,
    findings,
    rights: rights.flatMap(({ rows }) => rows),
    benchmark: benchmarkOf(
      [...around.shared, ...findings],
      tenant.namespaces.map(({ name }) => name),
    ),
  };
}
