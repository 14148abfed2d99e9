import { cloudIdentityDomains, MANAGED_BY_LABEL } from "../manifests/names.ts";
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

type Domains = readonly (readonly [domain: string, meaning: string])[];

/** Whole domains whose keys decide about rights, about admission or about an identity; their subdomains count too. */
const powerfulDomains: Domains = [
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
  ["resource.kubernetes.io", "gives access to devices of others"],
  ...Object.values(cloudIdentityDomains).map((domain) => [domain, "gives a cloud identity"] as const),
];

/** Whole domains whose keys say whose an object is. */
const ownershipDomains: Domains = [
  ["kustomize.toolkit.fluxcd.io", "marks what Flux owns"],
  ["helm.toolkit.fluxcd.io", "marks what Flux owns"],
  ["argoproj.io", "marks what Argo CD owns"],
  ["meta.helm.sh", "marks what Helm owns"],
];

const powerfulKeys: ReadonlyMap<string, string> = new Map([
  ["kubernetes.io/metadata.name", "is set by the API server, and network policies rely on it"],
  ["kubernetes.io/enforce-mountable-secrets", "decides which Secrets pods may use"],
]);

/** Why a label or annotation is not a tenant's to choose: what it means for security; `undefined` when it means nothing. */
export function securityMeaning(key: string): string | undefined {
  if (key === MANAGED_BY_LABEL) return "says who manages the object";
  return powerOf(key) ?? meaningIn(ownershipDomains, key);
}

/** What a label or annotation decides about rights, admission or an identity, whoever owns the object; `undefined` for nothing. */
export function powerOf(key: string): string | undefined {
  return powerfulKeys.get(key) ?? meaningIn(powerfulDomains, key);
}

function meaningIn(domains: Domains, key: string): string | undefined {
  const slash = key.indexOf("/");
  const domain = slash < 0 ? "" : key.slice(0, slash);
  return domains.find(([name]) => domain === name || domain.endsWith(`.${name}`))?.[1];
}
