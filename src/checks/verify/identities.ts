import { describeSubject } from "../../boundaries/access/wall-writers.ts";
import type { Neighbour } from "../../boundaries/attack.ts";
import type { Identity } from "../../execute/send-attack.ts";
import type { Subject, Tenant, TenantRole } from "../../tenant/tenant.ts";
import type { Finding } from "./finding.ts";

/** Who attacks, and the role that the spec gives them. */
export interface Attacker extends Identity {
  readonly role: TenantRole;
  /** What the spec calls it: `Group payments-admins`. */
  readonly called: string;
  /** The first of its role: the others can differ from it in rights only. */
  readonly isFirst: boolean;
}

/** A member of a group whose own name gives no rights. */
const ANYBODY = "mtenant-verify";
const AUTHENTICATED = "system:authenticated";

/** Every subject that the spec gives a role in the namespace, as the API server would see it. */
export function attackersIn(tenant: Tenant, namespace: string): readonly Attacker[] {
  const subjects = tenant.subjects.filter(({ namespaces }) => namespaces?.includes(namespace) ?? true);
  return subjects.map((subject, at) => ({
    ...identityOf(subject),
    role: subject.role,
    called: describeSubject(subject),
    isFirst: subjects.findIndex(({ role }) => role === subject.role) === at,
  }));
}

/** A finding about a neighbour's namespace; where its spec gives the attacker a role there too, a breach names that as its cause. */
export function towards(
  { tenant, namespace, subjects = [] }: Neighbour,
  { called }: Attacker,
  finding: Finding,
): Finding {
  const roles = subjects.flatMap((each) =>
    describeSubject(each) === called && (each.namespaces?.includes(namespace) ?? true) ? [each.role] : [],
  );
  const isCause = finding.verdict === "breach" && roles.length > 0;
  const cause = isCause ? `: ${called} is ${roles.join(" and ")} of ${tenant} too, by its spec` : "";
  return { ...finding, neighbour: namespace, message: `${finding.message}${cause}` };
}

/** kubernetes: staging/src/k8s.io/apiserver/pkg/authentication/serviceaccount/util.go. */
function identityOf({ kind, name, namespace = "" }: Subject): Identity {
  if (kind === "User") return { user: name, groups: [AUTHENTICATED] };
  if (kind === "Group") return { user: ANYBODY, groups: [name, AUTHENTICATED] };
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  return { user: `system:serviceaccount:${namespace}:${name}`, groups };
}
