import type { Anyway } from "./row.ts";

/** A right in one namespace says nothing about others. */
export const elsewhere: Anyway = {
  by: "RBAC",
  why: "a RoleBinding gives rights in its own namespace, and in no other",
};

/** A right of the whole cluster cannot be had through a RoleBinding. */
export const clusterWide: Anyway = { by: "RBAC", why: "what it needs is a right in the whole cluster" };

/** What Kubernetes itself keeps from the administrators of a namespace. */
export const notInAdmin: Anyway = { by: "RBAC", why: "admin does not grant it" };

/** Nobody gives what they do not have. */
export const escalation: Anyway = {
  by: "escalation check",
  why: "Kubernetes lets nobody grant rights that they do not have",
};

/** `A1: secrets pods` stands for A1-secrets and A1-pods. */
const groups: readonly (readonly [Anyway, readonly string[]])[] = [
  [elsewhere, ["A1: secrets pods config-maps records create-pod create-config-map delete-pods"]],
  [
    clusterWide,
    [
      "A2: secrets pods namespaces nodes volumes storage-classes cluster-role-bindings signing-requests",
      "A5: cluster-bind",
      "A13: ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
      "A23: node-proxy",
      "A37: signing-request",
      "S11: node",
    ],
  ],
  [
    notInAdmin,
    [
      "A11: pod-security tenant unlabel parameters device-admin",
      "A12: status finalize",
      "A13: namespace create-quota delete-quota change-quota delete-limits change-limits",
      "A18: endpoints endpoint-slice",
      "A20: status",
      "A24: ephemeralcontainers resize binding",
    ],
  ],
  [escalation, ["A5: bind"]],
];

function idsOf(line: string): string[] {
  const [row, forms = ""] = line.split(": ");
  return forms.split(" ").map((form) => `${row}-${form}`);
}

const byId = new Map(
  groups.flatMap(([anyway, lines]) => lines.flatMap(idsOf).map((id) => [id, anyway] as const)),
);

/** What stops an attack of the product's table in a bare namespace too. */
export function stoppedAnyway(id: string): Anyway | undefined {
  return byId.get(id);
}
