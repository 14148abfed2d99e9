import { isClean } from "./text.ts";
import { dnsLabel, subdomainFault } from "./names.ts";

interface SubjectFields {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly role: string;
}

/** What makes two subjects the same entry: kind, name, a service account's namespace, and role. */
export function identityOf(subject: SubjectFields): string {
  const name = subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
  return `${subject.kind} ${name} ${subject.role}`;
}

/** What is wrong with one RBAC subject (kubernetes: pkg/apis/rbac/validation, ValidateRoleBindingSubject). */
export function subjectFaults(subject: SubjectFields): { path: string[]; message: string }[] {
  const faults = [
    at("name", subjectNameFault(subject.kind, subject.name)),
    at("namespace", namespaceFault(subject)),
  ];
  return faults.flatMap((fault) => (fault === undefined ? [] : [fault]));
}

function at(field: string, message: string | undefined) {
  return message === undefined ? undefined : { path: [field], message };
}

/** What is wrong with the name of a Group, User or ServiceAccount. */
function subjectNameFault(kind: string, name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (kind === "ServiceAccount")
    return name.includes(":")
      ? `${JSON.stringify(name)} holds a ":"; state name and namespace apart`
      : subdomainFault(name);
  if (name.length > 512) return "has more than 512 characters";
  if (!isClean(name) || name !== name.trim())
    return `${JSON.stringify(name)} holds a control or invisible character, or a space at an end`;
  if (!name.startsWith("system:")) return undefined;
  if (name.startsWith("system:serviceaccount:"))
    return `${JSON.stringify(name)} is a service account; use kind ServiceAccount`;
  return `${JSON.stringify(name)} is one of Kubernetes' own identities, which can hold no role in a tenant`;
}

function namespaceFault(subject: SubjectFields): string | undefined {
  if (subject.kind !== "ServiceAccount") {
    return subject.namespace === undefined
      ? undefined
      : `is for kind ServiceAccount only, not ${subject.kind}`;
  }
  if (subject.namespace === undefined) return "is required for kind ServiceAccount";
  return subject.namespace.length <= 63 && dnsLabel.test(subject.namespace)
    ? undefined
    : `${JSON.stringify(subject.namespace)} is not a namespace name`;
}
