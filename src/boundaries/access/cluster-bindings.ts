import type { KubernetesObject } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { subjectKey } from "./subjects.ts";

interface BoundSubject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Kubernetes gives these to everyone (kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go). */
const givenToAll: ReadonlySet<string> = new Set([
  "system:basic-user",
  "system:discovery",
  "system:public-info-viewer",
  "system:service-account-issuer-discovery",
]);

const everyone = new Set(["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]);

/**
 * Does a ClusterRoleBinding give this tenant rights in the whole cluster: to one of its subjects, to a ServiceAccount of
 * its namespaces, or to everyone? mtenant makes none, so whatever it gives reaches past the tenant's walls.
 */
export function reachesTenant(binding: KubernetesObject, tenant: Tenant): boolean {
  const { name } = (binding["roleRef"] ?? {}) as { readonly name?: string };
  if (name !== undefined && givenToAll.has(name)) return false;
  const own = new Set(tenant.subjects.map(subjectKey));
  const namespaces = new Set(tenant.namespaces.map((each) => each.name));
  return ((binding["subjects"] ?? []) as readonly BoundSubject[]).some(
    (subject) => own.has(subjectKey(subject)) || isWithin(subject, namespaces),
  );
}

function isWithin({ kind, name, namespace = "" }: BoundSubject, namespaces: ReadonlySet<string>): boolean {
  if (kind === "ServiceAccount") return namespaces.has(namespace);
  if (kind === "User") {
    const [, owner] = /^system:serviceaccount:([^:]+):/.exec(name) ?? [];
    return owner !== undefined && namespaces.has(owner);
  }
  return everyone.has(name) || namespaces.has(name.replace(/^system:serviceaccounts:/, ""));
}
