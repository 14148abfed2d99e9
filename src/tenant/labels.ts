import { dnsSubdomain } from "./names.ts";

const namePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What is wrong with a label or annotation key (kubernetes: apimachinery/pkg/util/validation, IsQualifiedName). */
export function keyFault(key: string): string | undefined {
  const slash = key.indexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && (prefix.length > 253 || !dnsSubdomain.test(prefix))) {
    return `the part of the key before "/" must be a DNS-1123 subdomain`;
  }
  if (name.length <= 63 && namePart.test(name)) return undefined;
  return `the key's name must be 1 to 63 letters, digits, "-", "_" or ".", with a letter or digit at both ends`;
}

/** What is wrong with a label value (kubernetes: apimachinery/pkg/util/validation, IsValidLabelValue). */
export function valueFault(value: string): string | undefined {
  if (value === "" || (value.length <= 63 && namePart.test(value))) return undefined;
  return `${JSON.stringify(value)} is not a label value: at most 63 letters, digits, "-", "_" or ".", with a letter or digit at both ends`;
}

/** Whole domains whose keys decide about security or ownership; their subdomains count too. */
const meaningfulDomains: readonly (readonly [domain: string, meaning: string])[] = [
  ["pod-security.kubernetes.io", "sets the Pod Security level; use podSecurity"],
  ["mtenant.dev", "is mtenant's own"],
  ["node-restriction.kubernetes.io", "decides which node is whose"],
  ["rbac.authorization.k8s.io", "adds rules to ClusterRoles"],
  ["scheduler.alpha.kubernetes.io", "steers where pods run"],
  ["gatekeeper.sh", "turns Gatekeeper off"],
  ["hnc.x-k8s.io", "hands rights down between namespaces"],
  ["openshift.io", "decides about rights of pods"],
  ["field.cattle.io", "moves the namespace into a Rancher project"],
  ["capsule.clastix.io", "names another tool's tenant"],
  ["eks.amazonaws.com", "gives a cloud identity"],
  ["iam.amazonaws.com", "gives a cloud identity"],
  ["iam.gke.io", "gives a cloud identity"],
  ["azure.workload.identity", "gives a cloud identity"],
  ["kustomize.toolkit.fluxcd.io", "marks what Flux owns"],
  ["helm.toolkit.fluxcd.io", "marks what Flux owns"],
  ["argoproj.io", "marks what Argo CD owns"],
  ["meta.helm.sh", "marks what Helm owns"],
];

const meaningfulKeys: ReadonlyMap<string, string> = new Map([
  ["app.kubernetes.io/managed-by", "says who manages the object"],
  ["kubernetes.io/metadata.name", "is set by the API server, and network policies rely on it"],
  ["resource.kubernetes.io/admin-access", "gives access to devices of others"],
  ["kubernetes.io/enforce-mountable-secrets", "decides which Secrets pods may use"],
]);

/** Why a label or annotation is not a tenant's to choose: what it means for security; `undefined` when it means nothing. */
export function securityMeaning(key: string): string | undefined {
  const exact = meaningfulKeys.get(key);
  const slash = key.indexOf("/");
  if (exact !== undefined || slash < 0) return exact;
  const domain = key.slice(0, slash);
  return meaningfulDomains.find(([name]) => domain === name || domain.endsWith(`.${name}`))?.[1];
}
