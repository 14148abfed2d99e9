import { ExitCode, ExpectedError } from "../errors.ts";

/** RFC 1123: what a namespace, and each part between the dots of most other names, is made of. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;

/** Groups whose names may be any path segment: `system:node`, `Admins` (kubernetes: pkg/apis/rbac/validation). */
const pathSegmentGroups: ReadonlySet<string> = new Set(["rbac.authorization.k8s.io"]);

/**
 * Throws an ExpectedError (exit code 2) unless an object of that kind may be called that. `..`, an empty name or a slash
 * would turn a request for one object into a request for another one, or for all.
 */
export function checkName(kind: { readonly group: string; readonly kind: string }, name: string): void {
  const fits = pathSegmentGroups.has(kind.group) ? isPathSegment(name) : isSubdomain(name);
  if (!fits) throw notAName(name, kind.kind);
}

/** The same for the name of a namespace. */
export function checkNamespace(name: string): void {
  if (!LABEL.test(name) || name.length > LABEL_LENGTH) throw notAName(name, "Namespace");
}

/** The same for a part of a path that the server told us: a group, a version, a plural, a subresource. */
export function checkPathPart(part: string): void {
  if (!isSubdomain(part)) throw notAName(part, "resource");
}

function isSubdomain(name: string): boolean {
  return name.length <= SUBDOMAIN_LENGTH && name.split(".").every((part) => LABEL.test(part));
}

/** kubernetes: apimachinery/pkg/api/validation/path/name.go. */
function isPathSegment(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/%]|\p{Surrogate}/u.test(name);
}

function notAName(name: string, kind: string): ExpectedError {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return new ExpectedError(ExitCode.usage, `"${shown}" cannot be the name of a ${kind}`, {
    hint: "Kubernetes allows lower-case letters, digits and `-`, beginning and ending with a letter or digit",
  });
}
