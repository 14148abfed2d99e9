/** One rule of a Role or ClusterRole (kubernetes: staging/src/k8s.io/api/rbac/v1/types.go, PolicyRule). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The built-in user-facing ClusterRoles that the tenant Roles are derived from. */
export type BaseRoleName = "admin" | "edit" | "view";

/** CIDRs that no egress or ingress rule of a tenant may reach; `unknown` where the cluster does not tell. */
export interface ClusterRanges {
  readonly pods: readonly string[] | "unknown";
  readonly services: readonly string[] | "unknown";
  readonly nodes: readonly string[] | "unknown";
  readonly apiServer: readonly string[] | "unknown";
}

/** A RuntimeClass of the cluster, with the tolerations that it adds to its pods. */
export interface RuntimeClassFact {
  readonly name: string;
  readonly handler: string;
  readonly tolerations: readonly Toleration[];
}

/** kubernetes: staging/src/k8s.io/api/core/v1/types.go, Toleration. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  readonly tolerationSeconds?: number;
}

/** A PriorityClass of the cluster. */
export interface PriorityClassFact {
  readonly name: string;
  readonly globalDefault: boolean;
}

/**
 * What rendering needs to know of the target cluster. `pinned`: from the bootstrap data of a Kubernetes minor, without
 * a cluster; `live`: read from the cluster; `profile`: read earlier and kept in a file.
 */
export interface Facts {
  readonly source: "pinned" | "live" | "profile";
  /** The minor of Kubernetes 1.x. */
  readonly minor: number;
  readonly baseRoles: Readonly<Record<BaseRoleName, readonly PolicyRule[]>>;
  /** MutatingAdmissionPolicy admissionregistration.k8s.io/v1, GA in 1.36. */
  readonly mutatingAdmissionPolicies: boolean;
  readonly ranges: ClusterRanges;
  readonly runtimeClasses: readonly RuntimeClassFact[] | "unknown";
  readonly priorityClasses: readonly PriorityClassFact[] | "unknown";
}
