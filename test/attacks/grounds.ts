import type { AttackScope } from "../../src/boundaries/attack.ts";
import { harmlessPod } from "../../src/boundaries/harmless.ts";
import type { JsonMap, KubernetesObject } from "../../src/manifests/object.ts";
import { people } from "./specs.ts";

const RBAC = "rbac.authorization.k8s.io";

/** What is attacked by its name. */
export const TARGET = "mtenant-attacked";

/** An object of this name, in a namespace unless that is "". */
export function named(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  fields: JsonMap = {},
): KubernetesObject {
  const { metadata, ...rest } = fields as JsonMap & { readonly metadata?: JsonMap };
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === "" ? {} : { namespace }), ...metadata },
    ...rest,
  };
}

/** What a platform has beside its tenants: classes of all sorts, and a volume that held somebody's data. */
export const platform: readonly KubernetesObject[] = [
  named("node.k8s.io/v1", "RuntimeClass", "", "gvisor", { handler: "runsc" }),
  named("node.k8s.io/v1", "RuntimeClass", "", "other", { handler: "runc" }),
  named("scheduling.k8s.io/v1", "PriorityClass", "", "low", { value: 10 }),
  named("storage.k8s.io/v1", "StorageClass", "", "standard", {
    metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "example.com/none",
  }),
  named("storage.k8s.io/v1", "StorageClass", "", "premium", { provisioner: "example.com/none" }),
];

/** A namespace with nothing but what an administrator without mtenant gives: a quota, limits, a policy, and `admin` for its people. An operator has its own account there. */
export function bareNamespace(namespace: string): KubernetesObject[] {
  const roleRef = (kind: string, name: string): JsonMap => ({ roleRef: { apiGroup: RBAC, kind, name } });
  const of = (kind: string, name: string): JsonMap => ({ apiGroup: RBAC, kind, name });
  const subjects = Object.values(people).map((name) => of("User", name));
  return [
    named("v1", "Namespace", "", namespace),
    named(`${RBAC}/v1`, "RoleBinding", namespace, "admins", { ...roleRef("ClusterRole", "admin"), subjects }),
    named(`${RBAC}/v1`, "Role", namespace, "mtenant-owner", {
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    }),
    named(`${RBAC}/v1`, "RoleBinding", namespace, "mtenant-owner", {
      ...roleRef("Role", "mtenant-owner"),
      subjects: [of("User", people.Owner)],
    }),
    named("v1", "ServiceAccount", namespace, "operator"),
    named(`${RBAC}/v1`, "ClusterRoleBinding", "", `operator-of-${namespace}`, {
      ...roleRef("ClusterRole", "cluster-admin"),
      subjects: [{ kind: "ServiceAccount", name: "operator", namespace }],
    }),
    named("v1", "ResourceQuota", namespace, "mtenant", { spec: { hard: { pods: "10k" } } }),
    named("v1", "LimitRange", namespace, "mtenant", {
      spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "1Pi" } }] },
    }),
    named("networking.k8s.io/v1", "NetworkPolicy", namespace, "mtenant-default-deny", {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
  ];
}

/** What an attack finds in the namespace that it starts from: a pod and a Service of the tenant's own. */
export function targetsOf(scope: AttackScope, spec: JsonMap = {}): KubernetesObject[] {
  const pod = harmlessPod(scope, spec);
  return [
    { ...pod, metadata: { ...pod.metadata, name: TARGET } },
    named("v1", "Service", scope.namespace.name, TARGET, { spec: { ports: [{ port: 80 }] } }),
  ];
}
