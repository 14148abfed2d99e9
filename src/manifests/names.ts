/** The version of everything that mtenant itself defines: specs, profiles, and what `-o json` prints. */
export const API_VERSION = "mtenant.dev/v1alpha1";

/** The field manager of everything that mtenant applies (server-side apply). */
export const FIELD_MANAGER = "mtenant";

/** The label that every object of mtenant carries, with the value `mtenant`. It proves nothing by itself: the record does. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const MANAGED_BY = "mtenant";

/** The label that names the tenant of an object, and the key of the taint on a tenant's nodes. */
export const TENANT_KEY = "mtenant.dev/tenant";

/**
 * The label on a node that was designated by name. A kubelet may not set or change labels below this prefix on itself
 * (kubernetes: plugin/pkg/admission/noderestriction).
 */
export const TENANT_NODE_LABEL = "node-restriction.kubernetes.io/mtenant-tenant";

/**
 * May a kubelet not change this label of its own Node? The guard on nodes refuses it below these two prefixes; any other
 * label a node that was broken into can put on itself, and so call for the pods that select it.
 */
export function isKeptFromKubelets(label: string): boolean {
  return label.startsWith("mtenant.dev/") || label.startsWith("node-restriction.kubernetes.io/");
}

/** The label of a namespace whose pods an operator lets onto the nodes of tenants, with the value `Allow`. */
export const TENANT_NODES_LABEL = "mtenant.dev/tenant-nodes";

/** The namespace of the records, in which no tenant has any right. */
export const SYSTEM_NAMESPACE = "mtenant-system";

/** The label that says whether the guards refuse (`Deny`) or only warn (`Warn`) in a tenant's namespace; without it they refuse. */
export const ENFORCEMENT_LABEL = "mtenant.dev/enforcement";

/** The annotation with the last day, `YYYY-MM-DD`, on which a namespace's guards only warn; empty when they refuse. */
export const WARN_UNTIL_ANNOTATION = "mtenant.dev/warn-until";

/**
 * The value of the TENANT_KEY label on the system namespace: it is guarded as a tenant's namespace is and belongs to
 * none, so that the guards can be probed before the first tenant exists.
 */
export const NO_TENANT = "";

/** An object that carries this annotation is a question to the guards, never meant to be stored: the guard that its value names refuses it. */
export const PROBE_ANNOTATION = "mtenant.dev/probe";

/**
 * The virtual resource by which RBAC says who is an operator: the guards let through whoever may `manage` it. No API
 * serves it, and none has to.
 */
export const MANAGED_TENANTS = { group: "mtenant.dev", resource: "tenants" } as const;

/**
 * The domains of the labels and annotations by which the pods of a ServiceAccount or a namespace get an identity in a
 * cloud, by whose it is: EKS, kube2iam and kiam, GKE, AKS, ACK, TKE, IKS.
 */
export const cloudIdentityDomains = {
  aws: "eks.amazonaws.com",
  "aws-by-node": "iam.amazonaws.com",
  google: "iam.gke.io",
  azure: "azure.workload.identity",
  alibaba: "pod-identity.alibabacloud.com",
  tencent: "tke.cloud.tencent.com",
  ibm: "iam.cloud.ibm.com",
} as const;

/** Does the label or annotation give pods an identity in a cloud? */
export function isCloudIdentity(key: string): boolean {
  return Object.values(cloudIdentityDomains).some((domain) => key.startsWith(`${domain}/`));
}

/** The guards' parameters, as annotations of a tenant's namespace. */
export const GuardParameter = {
  /** Alternatives separated by `;`, each `key=value,key=value`: what a pod's nodeSelector must contain. Empty: anything. */
  nodeSelector: "mtenant.dev/node-selector",
  /** Tolerations beside the tenant's own taint, comma separated: `key=value:Effect`, or `key:Effect` for any value; no effect means every effect. */
  tolerations: "mtenant.dev/tolerations",
  /** Comma separated prefixes of image references. Empty: any registry. */
  imageRegistries: "mtenant.dev/image-registries",
  /** The one RuntimeClass pods run with. Empty: none may be named. */
  runtimeClassName: "mtenant.dev/runtime-class",
  /** Comma separated names; the class-less pod is always allowed. */
  priorityClassNames: "mtenant.dev/priority-classes",
  /** Comma separated names of inline CSI drivers. */
  csiDrivers: "mtenant.dev/csi-drivers",
  /** Comma separated names. Empty: the cluster's default class only. */
  storageClassNames: "mtenant.dev/storage-classes",
  /** Comma separated audiences of projected ServiceAccount tokens. */
  tokenAudiences: "mtenant.dev/token-audiences",
  /** The pull policy that containers must have. Empty: any. */
  imagePullPolicy: "mtenant.dev/image-pull-policy",
  /** Comma separated names of devices and huge pages that containers may ask for; `*`: any. */
  extendedResources: "mtenant.dev/extended-resources",
} as const;

/** The names of the Roles and of their RoleBindings, the same in every tenant so that an operator's rights can be limited by resourceNames. */
export const RoleName = {
  Owner: "mtenant-owner",
  Developer: "mtenant-developer",
  Viewer: "mtenant-viewer",
} as const;
