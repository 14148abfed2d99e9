import { createHash } from "node:crypto";
import { type Neighbour, noNeighbour } from "../../boundaries/attack.ts";
import { SYSTEM_NAMESPACE } from "../../manifests/names.ts";

/** Whom a tenant reached for. */
export interface Reached {
  /** The names of the other tenants, all of them or a sample. */
  readonly tenants: readonly string[];
  /** How many others there are. */
  readonly of: number;
}

/** What belongs to no tenant and no tenant may reach: Kubernetes' own namespace, and that of the records. */
const always: readonly Neighbour[] = [noNeighbour, { tenant: "", namespace: SYSTEM_NAMESPACE }];

/**
 * The namespaces that a tenant reaches for: all of the other tenants', or those of `most` of them; the cluster's own are
 * always among them. A sample is the same at every run, and differs from tenant to tenant, so that over all tenants it
 * spreads over all pairs.
 */
export function chooseNeighbours(
  tenant: string,
  all: readonly Neighbour[],
  most: number,
): { readonly neighbours: readonly Neighbour[]; readonly reached: Reached } {
  const others = [...new Set(all.map((each) => each.tenant))].filter((name) => name !== tenant);
  const chosen = new Set(sample(tenant, others, most));
  return {
    neighbours: [...all.filter((each) => chosen.has(each.tenant)), ...always],
    reached: { tenants: [...chosen].sort(), of: others.length },
  };
}

function sample(tenant: string, others: readonly string[], most: number): readonly string[] {
  if (others.length <= most) return others;
  const rank = (other: string): string => createHash("sha256").update(`${tenant}/${other}`).digest("hex");
  return others
    .map((other) => [rank(other), other] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, most)
    .map(([, other]) => other);
}
