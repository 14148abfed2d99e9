import { type BindingElsewhere, bindingsElsewhere } from "../../boundaries/access/bindings-elsewhere.ts";
import { type GrantedRules, grantedRules } from "../../boundaries/access/granted-rules.ts";
import { describeWriter, type WallWriter, wallWriters } from "../../boundaries/access/wall-writers.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { listObjects } from "../../cluster/list-objects.ts";
import type { PolicyRule } from "../../facts/facts.ts";
import { describeId, idOf, type KubernetesObject, keyOf } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import type { Finding, Verdict } from "./finding.ts";

/** Everything in the cluster that gives rights. */
export interface Grants {
  readonly roleBindings: readonly KubernetesObject[];
  readonly rulesOf: GrantedRules;
  readonly writers: readonly WallWriter[];
}

/** Reads who has which rights, in all namespaces. Throws ApiError, ConnectionError. */
export async function readGrants(
  cluster: Cluster,
  clusterRoles: readonly KubernetesObject[],
): Promise<Grants> {
  const list = (kind: string): Promise<readonly KubernetesObject[]> =>
    listObjects(cluster, { group: "rbac.authorization.k8s.io", kind });
  const [roles, roleBindings, clusterRoleBindings] = await Promise.all(
    ["Role", "RoleBinding", "ClusterRoleBinding"].map(list),
  );
  return {
    roleBindings: roleBindings ?? [],
    rulesOf: grantedRules(clusterRoles, roles),
    writers: wallWriters(clusterRoles, clusterRoleBindings ?? []),
  };
}

/** Who may take the walls down: a breach only where everyone may; the others have to be trusted, so they are named. */
export function checkWriters({ writers }: Grants): Finding {
  const everyone = writers.filter((each) => each.everyone);
  const told = everyone.length > 0 ? everyone : writers;
  return {
    id: "wall-writers",
    boundary: "guards",
    title: "only operators may write the walls",
    verdict: everyone.length > 0 ? "breach" : "pass",
    message:
      told.length === 0
        ? "nobody else may"
        : `these may as well, and have to be trusted: ${told.map(describeWriter).join("; ")}`,
    evidence: [],
  };
}

/**
 * What RoleBindings outside of its namespaces give the tenant's people and pods. `declared`: by `keyOf`, the RoleBindings
 * that are other tenants' own, whose specs name the same subjects.
 */
export function checkElsewhere(
  tenant: Tenant,
  { roleBindings, rulesOf }: Grants,
  declared: ReadonlySet<string>,
): readonly Finding[] {
  return bindingsElsewhere(tenant, roleBindings, rulesOf).map((each): Finding => {
    const id = idOf(each.binding);
    const [verdict, why] = judge(each, declared.has(keyOf(id)));
    return {
      id: "rights-elsewhere",
      boundary: "access",
      title: `${describeId(id)} gives ${each.subjects.join(", ")} nothing outside of the tenant's namespaces`,
      namespace: id.namespace,
      verdict,
      message: `${why}: ${each.rules === undefined ? "its role cannot be read" : each.rules.map(describeRule).join("; ")}`,
      evidence: [],
    };
  });
}

function judge({ isPublic }: BindingElsewhere, isDeclared: boolean): readonly [Verdict, string] {
  if (isDeclared) return ["pass", "the spec of another tenant names them too"];
  return isPublic ? ["pass", "everyone may read this"] : ["breach", "it does"];
}

function describeRule({ verbs, resources = [], resourceNames = [] }: PolicyRule): string {
  const names = resourceNames.length === 0 ? "" : ` "${resourceNames.join(", ")}"`;
  return `${verbs.join(", ")} ${resources.join(", ")}${names}`;
}
