import { reachOf } from "../boundaries/index.ts";
import { reachesTenant } from "../boundaries/access/cluster-bindings.ts";
import type { GrantedRules } from "../boundaries/access/granted-rules.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listObjects, selectionsOf } from "../cluster/list-objects.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { idOf, type KubernetesObject, keyOf } from "../manifests/object.ts";
import type { Foreign } from "../plan/plan.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Session } from "./session.ts";

/** The kinds that add up: one more object of them, by whomever, can open a wall. */
const additive = [
  { group: "rbac.authorization.k8s.io", kind: "Role" },
  { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
  { group: "networking.k8s.io", kind: "NetworkPolicy" },
] as const;

const clusterRoleBinding = { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" } as const;

/**
 * What weakens a wall and is not mtenant's: Roles, RoleBindings and NetworkPolicies that somebody else put into these
 * namespaces, and all ClusterRoleBindings. A few namespaces are asked one by one, many by one list of each kind.
 */
export async function readAdditive(
  { cluster }: Session,
  namespaces: readonly string[],
): Promise<readonly KubernetesObject[]> {
  try {
    const lists = additive.flatMap((kind) =>
      selectionsOf(namespaces).map((selection) => listObjects(cluster, kind, selection)),
    );
    return (await Promise.all([...lists, listObjects(cluster, clusterRoleBinding)])).flat();
  } catch (error) {
    throw explainError(error, cluster, "look for Roles and policies of others in the tenants' namespaces");
  }
}

/** Of what was found, what lies in the namespaces of this set or gives the tenant rights in the whole cluster, is not in it, and widens the tenant's reach. */
export function foreignTo(
  { manifests, tenant }: { readonly manifests: readonly Manifest[]; readonly tenant: Tenant },
  { found, rulesOf }: { readonly found: readonly KubernetesObject[]; readonly rulesOf: GrantedRules },
  held: ReadonlySet<string>,
): Foreign[] {
  const own = new Set(manifests.map(({ object }) => keyOf(idOf(object))));
  const namespaces = new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []));
  return found.flatMap((object) => {
    const id = idOf(object);
    const isNear =
      id.namespace === "" ? reachesTenant(object, tenant, rulesOf(object)) : namespaces.has(id.namespace);
    if (!isNear || own.has(keyOf(id)) || held.has(keyOf(id))) return [];
    const effect = reachOf(id)(undefined, object);
    return effect === "widens" ? [{ id, effect, message: messageOf(object) }] : [];
  });
}

function messageOf({ kind }: KubernetesObject): string {
  if (kind === "NetworkPolicy") return "it allows traffic that the spec does not name; policies add up";
  if (kind === "ClusterRoleBinding")
    return "it grants rights in the whole cluster to the tenant's people or pods";
  return "it grants rights in the tenant's namespace that the spec does not name";
}
