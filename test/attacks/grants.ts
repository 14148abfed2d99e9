import type { Cluster } from "../../src/cluster/cluster.ts";
import { collectionPath, pathOf } from "../../src/cluster/paths.ts";
import type { PolicyRule } from "../../src/facts/facts.ts";
import { RoleName } from "../../src/manifests/names.ts";
import type { KubernetesObject, ObjectId } from "../../src/manifests/object.ts";
import type { TenantRole } from "../../src/tenant/tenant.ts";
import { named } from "./grounds.ts";
import type { Reply } from "./row.ts";

const RBAC = "rbac.authorization.k8s.io";
const NAME = "granted";

/** A right as the authorizer names it when it refuses: the rule that would give it, and where. */
export interface AskedRight {
  readonly rule: PolicyRule;
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
}

/** kubernetes: apiserver/pkg/endpoints/handlers/responsewriters/errors.go */
const ASKED =
  /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)/;

/** What the sender of a refused request lacks. Throws when it was not the authorizer who refused. */
export function askedRight({ message }: Reply): AskedRight {
  const [, verb, resource, group, namespace] = ASKED.exec(message) ?? [];
  if (verb === undefined || resource === undefined || group === undefined)
    throw new Error(`no right is named in: ${message}`);
  // Who may not impersonate at all is told of the newer, narrower right, which does not reach everybody (KEP-5284).
  const impersonates = verb.startsWith("impersonate");
  const rule = {
    apiGroups: impersonates ? ["", group] : [group],
    resources: [resource],
    verbs: impersonates ? ["impersonate", verb] : [verb],
  };
  return { rule, ...(namespace === undefined ? {} : { namespace }) };
}

/** Gives a user a right where it has none: a Role of its own beside mtenant's, or a ClusterRole. Returns how to take it back. */
export async function grant(admin: Cluster, user: string, right: AskedRight): Promise<() => Promise<void>> {
  const [role, binding] = objectsFor(user, right);
  const made = [role, binding].map((object) => ({ object, id: idIn(object) }));
  for (const { object, id } of made)
    await admin.send({ method: "POST", path: collectionPath(id, id.namespace), body: object });
  return async () => {
    for (const { id } of made.toReversed()) await admin.send({ method: "DELETE", path: pathOf(id) });
  };
}

function objectsFor(
  user: string,
  { rule, namespace = "" }: AskedRight,
): [KubernetesObject, KubernetesObject] {
  const cluster = namespace === "" ? "Cluster" : "";
  const rules = { rules: [{ ...rule }] } as never;
  const name = `${NAME}-${(rule.resources ?? []).join("-").replace(/\//g, "-")}-${rule.verbs.join("-")}`;
  return [
    named(`${RBAC}/v1`, `${cluster}Role`, namespace, name, rules),
    named(`${RBAC}/v1`, `${cluster}RoleBinding`, namespace, name, {
      roleRef: { apiGroup: RBAC, kind: `${cluster}Role`, name },
      subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
    }),
  ];
}

function idIn({ kind, metadata: { name, namespace = "" } }: KubernetesObject): ObjectId {
  return { group: RBAC, kind, namespace, name };
}

/** The Role of a tenant's people, which rules can be added to. */
export interface OpenRole {
  /** Makes it what it was, and these rules beside. */
  with(...rules: readonly PolicyRule[]): Promise<void>;
}

/** Opens the Role that mtenant made for a role in a namespace. */
export async function openRole(admin: Cluster, namespace: string, role: TenantRole): Promise<OpenRole> {
  const path = pathOf({ group: RBAC, kind: "Role", namespace, name: RoleName[role] });
  const { rules } = (await admin.send({ method: "GET", path })).body as { rules: readonly PolicyRule[] };
  const contentType = "application/merge-patch+json";
  return {
    with: async (...more) => {
      await admin.send({ method: "PATCH", path, contentType, body: { rules: [...rules, ...more] } });
    },
  };
}
