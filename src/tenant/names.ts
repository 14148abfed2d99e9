import { SYSTEM_NAMESPACE } from "../manifests/names.ts";

/** On a resolved document: the class that is merged in already, and must not be merged again. */
export const CLASS_ANNOTATION = "mtenant.dev/resolved-class";

/** On a resolved document: what of that class still binds, as JSON text (recorded-class.ts). */
export const CLASS_RULES_ANNOTATION = "mtenant.dev/class-rules";

/** The most characters of a DNS-1123 label (kubernetes: apimachinery/pkg/util/validation, RFC 1123). */
const MAX_LABEL = 63;

const CONTROL_PLANE_SUFFIX = "-control-plane";

/** The longest tenant name whose derived namespace name still fits. */
const MAX_TENANT_NAME = MAX_LABEL - CONTROL_PLANE_SUFFIX.length;

/** Lower-case letters, digits and `-`, letters or digits at both ends. */
export const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** DNS labels joined by dots. */
export const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The namespace that is kept for a control plane of the tenant's own. */
export function controlPlaneNamespace(tenant: string): string {
  return `${tenant}${CONTROL_PLANE_SUFFIX}`;
}

/** Does this namespace belong to Kubernetes, the platform or mtenant itself, so that no tenant may have it? */
function isProtectedNamespace(name: string): boolean {
  return (
    name === "default" || name === "openshift" || name === SYSTEM_NAMESPACE || /^(kube|openshift)-/.test(name)
  );
}

/** What is wrong with a name of at most `max` characters that has to be a DNS-1123 label; `undefined` when nothing is. */
export function labelFault(name: string, max = MAX_LABEL): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length > max)
    return `${JSON.stringify(name)} has ${name.length} characters; at most ${max} are possible`;
  if (dnsLabel.test(name)) return undefined;
  return `${JSON.stringify(name)} is not a DNS-1123 label: lower-case letters, digits and "-", with a letter or digit at both ends`;
}

/** The same for a DNS-1123 subdomain, such as the name of a node or a StorageClass. */
export function subdomainFault(name: string): string | undefined {
  if (name.length <= 253 && dnsSubdomain.test(name)) return undefined;
  return `${JSON.stringify(name)} is not a DNS-1123 subdomain: lower-case letters, digits, "-" and ".", at most 253 characters`;
}

/** What is wrong with the name of a tenant: it is a namespace name, and so is what is derived from it. */
export function tenantNameFault(name: string): string | undefined {
  const fault = labelFault(name);
  if (fault !== undefined) return fault;
  if (isProtectedNamespace(name))
    return `${JSON.stringify(name)} is kept for the cluster itself; choose another name`;
  if (name.length <= MAX_TENANT_NAME) return undefined;
  return `${JSON.stringify(name)} has ${name.length} characters; at most ${MAX_TENANT_NAME} are possible, because ${controlPlaneNamespace("NAME")} must fit into ${MAX_LABEL}`;
}

/** What is wrong with the name of one of a tenant's namespaces. */
export function namespaceNameFault(name: string): string | undefined {
  const fault = labelFault(name);
  if (fault !== undefined || !isProtectedNamespace(name)) return fault;
  return `${JSON.stringify(name)} belongs to the cluster itself and can be no tenant's namespace`;
}
