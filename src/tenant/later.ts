/** Fields of the spec whose machinery is still to come: refused by name, so that nobody relies on what does nothing. */
const laterFields: ReadonlySet<string> = new Set([
  "spec.selfService",
  "spec.pods.imagePullSecrets",
  "spec.namespaces[].annotations",
  "spec.namespaces[].quota.scopes",
  "spec.namespaces[].quota.scopeSelector",
  "spec.network.dialects",
  "spec.controlPlane.version",
  "spec.controlPlane.replicas",
  "spec.controlPlane.nodes",
  "spec.controlPlane.service",
]);

const laterValues: ReadonlySet<string> = new Set(["spec.controlPlane.mode=Nested"]);

/** Is this a field that the spec is to have, but that does nothing yet? List positions in the path are written `[]`. */
export function isLaterField(pattern: string): boolean {
  return laterFields.has(pattern);
}

/** Is this a value that the field is to accept, but that does nothing yet? */
export function isLaterValue(pattern: string, value: string): boolean {
  return laterValues.has(`${pattern}=${value}`);
}
