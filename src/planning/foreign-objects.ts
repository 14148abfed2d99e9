import { reachOf } from "../boundaries/index.ts";
import { reachesTenant } from "../boundaries/access/cluster-bindings.ts";
import type { GrantedRules } from "../boundaries/access/granted-rules.ts";
import { judgedWhenMade, opensWhat } from "../boundaries/existing.ts";
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
 * What may weaken a wall and is not mtenant's: Roles, RoleBindings and NetworkPolicies that somebody else put into these
 * tenants' namespaces, all ClusterRoleBindings, and what adopted namespaces brought along. A few namespaces are asked
 * one by one, many by one list of each kind.
 */
export async function readAdditive(
  { cluster }: Session,
  tenants: readonly Tenant[],
): Promise<readonly KubernetesObject[]> {
  const namespaces = tenants.flatMap((tenant) => tenant.namespaces);
  const all = selectionsOf(namespaces.map(({ name }) => name));
  const adopted = namespaces.filter(({ existing }) => existing).map(({ name }) => name);
  const brought = adopted.length === 0 ? [] : selectionsOf(adopted);
  try {
    const lists = [
      ...additive.flatMap((kind) => all.map((selection) => listObjects(cluster, kind, selection))),
      ...judgedWhenMade.flatMap(({ group, kind, ...only }) =>
        brought.map((selection) => listObjects(cluster, { group, kind }, { ...selection, ...only })),
      ),
    ];
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
    if (!isNear) return [];
    if (broughtKinds.has(id.kind) && id.group === "") return broughtAlong(object, tenant);
    if (own.has(keyOf(id)) || held.has(keyOf(id))) return [];
    const effect = reachOf(id)(undefined, object);
    return effect === "widens" ? [{ id, effect, message: messageOf(object) }] : [];
  });
}

const broughtKinds: ReadonlySet<string> = new Set(judgedWhenMade.map(({ kind }) => kind));

/** What an adopted namespace brought along that its tenant could not make. */
function broughtAlong(object: KubernetesObject, { namespaces }: Tenant): Foreign[] {
  const id = idOf(object);
  const own = namespaces.find(({ name, existing }) => existing && name === id.namespace);
  const message = own === undefined ? undefined : opensWhat(object, own.podSecurity);
  return message === undefined ? [] : [{ id, effect: "widens", message }];
}

function messageOf({ kind }: KubernetesObject): string {
  if (kind === "NetworkPolicy") return "it allows traffic that the spec does not name; policies add up";
  if (kind === "ClusterRoleBinding")
    return "it grants rights in the whole cluster to the tenant's people or pods";
  return "it grants rights in the tenant's namespace that the spec does not name";
}
