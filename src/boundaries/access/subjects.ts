import type { Subject, Tenant, TenantRole } from "../../tenant/tenant.ts";

/** A subject of a RoleBinding as the API server stores it (kubernetes: pkg/apis/rbac/v1/defaults.go). */
export type RbacSubject =
  | { readonly kind: "User" | "Group"; readonly apiGroup: typeof RBAC_GROUP; readonly name: string }
  | { readonly kind: "ServiceAccount"; readonly name: string; readonly namespace: string };

/** The API group of Roles, and of the users and groups in a RoleBinding. */
export const RBAC_GROUP = "rbac.authorization.k8s.io";

/** Who has the role in the namespace of the tenant, each once, sorted. */
export function subjectsOf(tenant: Tenant, role: TenantRole, namespace: string): RbacSubject[] {
  const subjects = tenant.subjects
    .filter((subject) => subject.role === role && (subject.namespaces?.includes(namespace) ?? true))
    .map(canonical);
  const byKey = new Map(subjects.map((subject) => [subjectKey(subject), subject]));
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, subject]) => subject);
}

/** One text per subject, whether it comes from a spec or from a server, which fills in the group of users and groups. */
export function subjectKey(subject: {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}): string {
  return JSON.stringify([
    subject.kind,
    subject.name,
    subject.kind === "ServiceAccount" ? (subject.namespace ?? "") : "",
  ]);
}

function canonical({ kind, name, namespace = "" }: Subject): RbacSubject {
  return kind === "ServiceAccount" ? { kind, name, namespace } : { kind, apiGroup: RBAC_GROUP, name };
}
