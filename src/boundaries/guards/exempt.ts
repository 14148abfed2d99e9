/**
 * Kubernetes' own identities, which must go on writing the objects that the guards protect: namespace deletion, garbage
 * collection, the status of quotas, aggregation of roles, endpoints that copy the labels of their Service. Without
 * `--use-service-account-credentials` all controllers are `system:kube-controller-manager`. The trusted set of the
 * guards is what this file lists and whoever may `manage` tenants.mtenant.dev; nobody else is exempt anywhere.
 * Source: kubernetes: pkg/serviceaccount, cmd/kube-controller-manager/names/controller_names.go.
 */
export const kubernetesIdentities: readonly string[] = [
  "system:apiserver",
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:serviceaccount:kube-system:namespace-controller",
  "system:serviceaccount:kube-system:generic-garbage-collector",
  "system:serviceaccount:kube-system:resourcequota-controller",
  "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
  "system:serviceaccount:kube-system:endpoint-controller",
  "system:serviceaccount:kube-system:endpointslice-controller",
  "system:serviceaccount:kube-system:endpointslicemirroring-controller",
];

/** Who binds claims to volumes and gives old claims the default class (kubernetes: pkg/controller/volume/persistentvolume). */
export const volumeBinders: readonly string[] = [
  "system:kube-controller-manager",
  "system:serviceaccount:kube-system:persistent-volume-binder",
];

/** Who makes the pods of DaemonSets (kubernetes: pkg/controller/daemon). */
export const daemonSetControllers: readonly string[] = [
  "system:kube-controller-manager",
  "system:serviceaccount:kube-system:daemon-set-controller",
];

/** Who makes the pods of Jobs, and takes their finalizer away (kubernetes: pkg/controller/job). */
export const jobControllers: readonly string[] = [
  "system:kube-controller-manager",
  "system:serviceaccount:kube-system:job-controller",
];

/**
 * Who makes pods and claims of the templates of workloads, finalizers included (kubernetes:
 * pkg/controller/controller_utils.go, GetPodFromTemplate; pkg/controller/statefulset/stateful_set_utils.go).
 */
export const workloadControllers: readonly string[] = [
  ...new Set([...daemonSetControllers, ...jobControllers]),
  "system:serviceaccount:kube-system:replicaset-controller",
  "system:serviceaccount:kube-system:replication-controller",
  "system:serviceaccount:kube-system:statefulset-controller",
];

/**
 * Namespaces of the cluster itself, whose pods may run on every node. Whoever can make pods here has the cluster
 * anyway. Others are exempted one by one, by the label of `TENANT_NODES_LABEL`.
 */
export const systemNamespaces: readonly string[] = ["kube-system"];

/** The names as a list literal of CEL. */
export function celList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(", ")}]`;
}
