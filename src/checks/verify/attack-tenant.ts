import { attacks } from "../../boundaries/attacks.ts";
import type { Attack, AttackScope, Neighbour } from "../../boundaries/attack.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { type Attacker, attackersIn, towards } from "./identities.ts";
import type { Finding } from "./finding.ts";
import { tryAttack } from "./try-attack.ts";

/**
 * Tries every attack that fits the tenant, in each of its namespaces, with each of its subjects: all at the same time,
 * within the connection's limit. What reaches for a neighbour is tried with every one of them. Whoever is not the first of
 * a role tries what the authorizer alone must refuse: everything behind the authorizer judges all subjects alike.
 * Throws ConnectionError.
 */
export async function attackTenant(
  cluster: Cluster,
  scopes: readonly AttackScope[],
  neighbours: readonly Neighbour[],
): Promise<readonly Finding[]> {
  const all = scopes.flatMap((scope) =>
    attackersIn(scope.tenant, scope.namespace.name).flatMap((attacker) =>
      attacks
        .filter((attack) => fits(attack, scope, attacker))
        .flatMap((attack) => tryEverywhere(cluster, attack, scope, { attacker, neighbours })),
    ),
  );
  return Promise.all(all);
}

function fits(attack: Attack, scope: AttackScope, { role, isFirst }: Attacker): boolean {
  const { roles = ["Owner", "Developer"], refusedBy, when } = attack;
  return roles.includes(role) && (isFirst || refusedBy.includes("RBAC")) && (when?.(scope) ?? true);
}

interface Between {
  readonly attacker: Attacker;
  readonly neighbours: readonly Neighbour[];
}

/** An attack that is the same request whoever the neighbour is reaches for none, and is tried once. */
function tryEverywhere(
  cluster: Cluster,
  attack: Attack,
  scope: AttackScope,
  { attacker, neighbours }: Between,
): readonly Promise<Finding>[] {
  const scopes = neighbours.map((neighbour): AttackScope => ({ ...scope, neighbour }));
  const distinct = [...new Map(scopes.map((each) => [JSON.stringify(attack.request(each)), each])).values()];
  return distinct.map(async (each) => {
    const finding = await tryAttack(cluster, attack, each, attacker);
    return distinct.length === 1 ? finding : towards(each.neighbour, attacker, finding);
  });
}
