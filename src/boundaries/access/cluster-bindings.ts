import type { PolicyRule } from "../../facts/facts.ts";
import { rulesCoverRules } from "../../facts/rules.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { subjectKey } from "./subjects.ts";

/** A subject of a binding as the API server answers it (kubernetes: staging/src/k8s.io/api/rbac/v1/types.go). */
export interface BoundSubject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What Kubernetes gives to everyone who can log in (kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go). */
export const givenToAll: readonly PolicyRule[] = [
  {
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    verbs: ["create"],
  },
  { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
  {
    nonResourceURLs: [
      "/api",
      "/api/*",
      "/apis",
      "/apis/*",
      "/openapi",
      "/openapi/*",
      "/version",
      "/version/",
      "/healthz",
      "/livez",
      "/readyz",
      "/.well-known/openid-configuration",
      "/.well-known/openid-configuration/",
      "/openid/v1/jwks",
      "/openid/v1/jwks/",
    ],
    verbs: ["get"],
  },
];

/** Do rules give no more than Kubernetes itself gives to everyone: discovery, and questions about oneself? */
function areGivenToAll(rules: readonly PolicyRule[]): boolean {
  return rulesCoverRules(givenToAll, rules);
}

const everyone = new Set(["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]);

/**
 * Is it a group that every user or every pod of the cluster is in, or the user whom the server sees where a request has
 * no credentials (kubernetes: apiserver/pkg/authentication/user/user.go)?
 */
export function isEveryone({ kind, name }: BoundSubject): boolean {
  return kind === "Group" ? everyone.has(name) : kind === "User" && name === "system:anonymous";
}

/** The subjects of a binding. */
export function boundSubjects(binding: KubernetesObject): readonly BoundSubject[] {
  return (binding["subjects"] ?? []) as readonly BoundSubject[];
}

/** Is the subject one of the tenant's, or does it stand for ServiceAccounts of its namespaces? */
export function isOfTenant(subject: BoundSubject, tenant: Tenant): boolean {
  const namespaces = new Set(tenant.namespaces.map((each) => each.name));
  return (
    tenant.subjects.some((own) => subjectKey(own) === subjectKey(subject)) || isWithin(subject, namespaces)
  );
}

/**
 * Does a ClusterRoleBinding give this tenant rights in the whole cluster: to one of its subjects, to a ServiceAccount of
 * its namespaces, or to everyone? mtenant makes none, so whatever it gives reaches past the tenant's walls. `rules`: what
 * it grants; undefined when that is not known.
 */
export function reachesTenant(
  binding: KubernetesObject,
  tenant: Tenant,
  rules: readonly PolicyRule[] | undefined,
): boolean {
  const isNamed = boundSubjects(binding).some((each) => isEveryone(each) || isOfTenant(each, tenant));
  return isNamed && (rules === undefined || !areGivenToAll(rules));
}

function isWithin({ kind, name, namespace = "" }: BoundSubject, namespaces: ReadonlySet<string>): boolean {
  if (kind === "ServiceAccount") return namespaces.has(namespace);
  const [, owner = ""] =
    (kind === "User" ? /^system:serviceaccount:([^:]+):/ : /^system:serviceaccounts:(.+)$/).exec(name) ?? [];
  return namespaces.has(owner);
}
