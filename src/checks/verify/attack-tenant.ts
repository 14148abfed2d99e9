import { attacks } from "../../boundaries/attacks.ts";
import type { Attack, AttackScope } from "../../boundaries/attack.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { type Attacker, attackersIn } from "./identities.ts";
import type { Finding } from "./finding.ts";
import { tryAttack } from "./try-attack.ts";

/**
 * Tries every attack that fits the tenant, in each of its namespaces, with each of its subjects: all at the same time,
 * within the connection's limit. Whoever is not the first of a role tries what the authorizer alone must refuse:
 * everything behind the authorizer judges all subjects alike. Throws ConnectionError.
 */
export async function attackTenant(
  cluster: Cluster,
  scopes: readonly AttackScope[],
): Promise<readonly Finding[]> {
  const all = scopes.flatMap((scope) =>
    attackersIn(scope.tenant, scope.namespace.name).flatMap((attacker) =>
      attacks
        .filter((attack) => fits(attack, scope, attacker))
        .map((attack) => tryAttack(cluster, attack, scope, attacker)),
    ),
  );
  return Promise.all(all);
}

function fits(attack: Attack, scope: AttackScope, { role, isFirst }: Attacker): boolean {
  const { roles = ["Owner", "Developer"], refusedBy, when } = attack;
  return roles.includes(role) && (isFirst || refusedBy.includes("RBAC")) && (when?.(scope) ?? true);
}
