import type { KubernetesObject } from "../../../src/manifests/object.ts";
import { object, parameters, sharedParameters } from "./attacks.ts";
import { type Actor, namespaceObject } from "./guarded-cluster.ts";
import { MUTANT_LABEL, type Mutant } from "./mutants.ts";

/** Has every right in the namespaces of the mutants, and none beside. */
export const attacker: Actor = { user: "mallory", groups: ["attackers"] };
/** Changes everything by a list of verbs, and is no operator. */
export const administrator: Actor = { user: "clumsy", groups: ["administrators"] };
/** By its name a kubelet, but not in the group of nodes: the plugin NodeRestriction leaves it to the guard. */
export const kubelet: Actor = { user: "system:node:n1", groups: ["administrators"] };

/** Kubernetes' own, by its name, with the rights that it needs. */
export const kubernetes: Actor = { user: "system:kube-controller-manager", groups: ["administrators"] };

/** In the order of `scopes`. */
const places = ["given", "shared", "old"] as const;

/** The namespace in which a mutant is attacked from one of the scopes. */
export function placeOf(mutant: Mutant, scope = 0): string {
  return `${mutant.name}-${places[scope]}`;
}

/** The Node of a mutant. */
export function nodeOf({ name }: Mutant): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { [MUTANT_LABEL]: name, "mtenant.dev/tenant": "team1" } },
    spec: { taints: [{ key: "mtenant.dev/tenant", value: "team1", effect: "NoSchedule" }] },
  };
}

/** The ServiceAccount that every namespace has, with its token off. */
export function accountIn(namespace: string): KubernetesObject {
  return {
    ...object("v1", "ServiceAccount", namespace, { metadata: { name: "default" } }),
    automountServiceAccountToken: false,
  };
}

/**
 * The namespaces of a mutant: of a tenant, but for the guard against those who are of none, which the first is for. It
 * holds in a tenant's stage of warnings too: its last is in it.
 */
export function namespacesOf(mutant: Mutant): KubernetesObject[] {
  const own = { [MUTANT_LABEL]: mutant.name };
  const labels = { ...own, "mtenant.dev/tenant": "team1" };
  const isOutside = mutant.policy === "mtenant-outsiders";
  const stage: Record<string, string> = isOutside ? { "mtenant.dev/enforcement": "Warn" } : {};
  const old = { ...labels, ...stage, "pod-security.kubernetes.io/enforce-version": "v1.33" };
  return [
    namespaceObject(placeOf(mutant), isOutside ? own : labels, { ...parameters }),
    namespaceObject(placeOf(mutant, 1), labels, { ...sharedParameters }),
    namespaceObject(placeOf(mutant, 2), old, { ...parameters }),
  ];
}

/** What there is in those namespaces, and the Node. */
export function inhabitantsOf(mutant: Mutant): KubernetesObject[] {
  const inEach = places.flatMap((_, scope) => {
    const namespace = placeOf(mutant, scope);
    return [accountIn(namespace), bindingIn(namespace)];
  });
  return [...inEach, ...(mutant.policy === "mtenant-nodes" ? [nodeOf(mutant)] : [])];
}

const RBAC = "rbac.authorization.k8s.io";

function bindingIn(namespace: string): KubernetesObject {
  return {
    ...object(`${RBAC}/v1`, "RoleBinding", namespace),
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: "attackers" }],
  };
}

/** What the attacks name, and the rights of who is no operator. */
export function prerequisites(): KubernetesObject[] {
  const ofCluster = (apiVersion: string, kind: string, name: string, fields: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name },
    ...fields,
  });
  const verbs = ["get", "list", "create", "update", "patch", "delete"];
  return [
    ofCluster("v1", "Node", "elder", {}),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "gvisor", { handler: "runsc" }),
    ofCluster("node.k8s.io/v1", "RuntimeClass", "other", { handler: "runc" }),
    ofCluster("scheduling.k8s.io/v1", "PriorityClass", "low", { value: 10 }),
    ofCluster("storage.k8s.io/v1", "StorageClass", "gp3", { provisioner: "example.com/none" }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "example.com/none",
    },
    ofCluster(`${RBAC}/v1`, "ClusterRole", "everything-listed", {
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs }],
    }),
    ofCluster(`${RBAC}/v1`, "ClusterRoleBinding", "administrators", {
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "everything-listed" },
      subjects: [{ apiGroup: RBAC, kind: "Group", name: "administrators" }],
    }),
  ];
}
