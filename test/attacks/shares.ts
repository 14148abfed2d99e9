import type { Application } from "./applications.ts";

/** How often something is found among published applications, and how to see it in one; a share in percent. */
export interface Trait {
  readonly what: string;
  /** Counted over 66 published applications, plain YAML and helm charts with their default values. */
  readonly counted: number;
  readonly has: (application: Application) => boolean;
}

interface PodSpec {
  readonly securityContext?: Security;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { emptyDir?: { sizeLimit?: string }; hostPath?: object }[];
}

interface Security {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly seccompProfile?: object;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[] };
}

interface Container {
  readonly securityContext?: Security;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
}

/** The shares that the corpus is made after. */
export const traits: readonly Trait[] = [
  { what: "Service", counted: 97, has: withKind("Service") },
  { what: "Deployment", counted: 70, has: withKind("Deployment") },
  { what: "ServiceAccount", counted: 62, has: withKind("ServiceAccount") },
  { what: "ConfigMap", counted: 56, has: withKind("ConfigMap") },
  { what: "StatefulSet", counted: 48, has: withKind("StatefulSet") },
  { what: "Secret of its own", counted: 47, has: withKind("Secret") },
  { what: "release record of helm", counted: 77, has: ({ installedBy }) => installedBy === "helm" },
  { what: "PodDisruptionBudget", counted: 23, has: withKind("PodDisruptionBudget") },
  { what: "NetworkPolicy", counted: 21, has: withKind("NetworkPolicy") },
  { what: "Role and RoleBinding", counted: 14, has: withKind("RoleBinding") },
  { what: "Job or CronJob", counted: 14, has: (each) => withKind("Job")(each) || withKind("CronJob")(each) },
  { what: "DaemonSet", counted: 6, has: withKind("DaemonSet") },
  { what: "Ingress", counted: 5, has: withKind("Ingress") },
  { what: "claim of the default class", counted: 36, has: hasClaim },
  { what: "Service of type LoadBalancer", counted: 14, has: withServiceType("LoadBalancer") },
  { what: "Service of type NodePort", counted: 5, has: withServiceType("NodePort") },
  { what: "anything cluster-scoped", counted: 18, has: isClusterScoped },
  {
    what: "no limit of ephemeral storage",
    counted: 80,
    has: someContainer(withoutLimit("ephemeral-storage")),
  },
  { what: "no limit of memory", counted: 77, has: someContainer(withoutLimit("memory")) },
  { what: "emptyDir without a size", counted: 71, has: somePod(hasUnboundDirectory) },
  {
    what: "no seccomp profile",
    counted: 70,
    has: someContainer((own, pod) => !(own.seccompProfile ?? pod.seccompProfile)),
  },
  {
    what: "does not drop ALL",
    counted: 58,
    has: someContainer((own) => !own.capabilities?.drop?.includes("ALL")),
  },
  {
    what: "may escalate its privileges",
    counted: 50,
    has: someContainer((own) => own.allowPrivilegeEscalation !== false),
  },
  { what: "the image decides on the user", counted: 38, has: someContainer(leavesUserToImage) },
  {
    what: "asks for root",
    counted: 6,
    has: someContainer((own, pod) => (own.runAsUser ?? pod.runAsUser) === 0),
  },
  {
    what: "hostPath",
    counted: 3,
    has: somePod((pod) => (pod.volumes ?? []).some(({ hostPath }) => hostPath)),
  },
];

/** The share of the applications that have a trait, in percent. */
export function shareOf({ has }: Trait, applications: readonly Application[]): number {
  return (100 * applications.filter(has).length) / applications.length;
}

function withKind(kind: string) {
  return ({ objects }: Application): boolean => objects.some((object) => object.kind === kind);
}

function withServiceType(type: string) {
  return ({ objects }: Application): boolean =>
    objects.some(({ kind, spec }) => kind === "Service" && (spec as { type?: string }).type === type);
}

function isClusterScoped({ objects }: Application): boolean {
  return objects.some(({ kind }) => kind.startsWith("ClusterRole") || kind === "CustomResourceDefinition");
}

function hasClaim({ objects }: Application): boolean {
  return objects.some(
    ({ kind, spec }) =>
      kind === "PersistentVolumeClaim" || "volumeClaimTemplates" in ((spec ?? {}) as object),
  );
}

function somePod(is: (pod: PodSpec) => boolean | undefined | object) {
  return ({ objects }: Application): boolean =>
    objects.some(({ spec }) => podSpecsIn(spec).some((pod) => is(pod)));
}

function someContainer(is: (own: Security, pod: Security, container: Container) => boolean) {
  return somePod((pod) =>
    [...(pod.initContainers ?? []), ...pod.containers].some((container) =>
      is(container.securityContext ?? {}, pod.securityContext ?? {}, container),
    ),
  );
}

/** The pod spec of a workload, however deep its kind has it. */
function podSpecsIn(spec: unknown): PodSpec[] {
  const { template, jobTemplate } = (spec ?? {}) as {
    template?: { spec: PodSpec };
    jobTemplate?: { spec: unknown };
  };
  if (jobTemplate !== undefined) return podSpecsIn(jobTemplate.spec);
  return template === undefined ? [] : [template.spec];
}

function withoutLimit(resource: string) {
  return (_own: Security, _pod: Security, { resources }: Container): boolean =>
    !resources?.limits?.[resource];
}

function hasUnboundDirectory({ volumes = [] }: PodSpec): boolean {
  return volumes.some(({ emptyDir }) => emptyDir !== undefined && emptyDir.sizeLimit === undefined);
}

function leavesUserToImage(own: Security, pod: Security): boolean {
  const said = { ...pod, ...own };
  return said.runAsUser === undefined && said.runAsNonRoot === undefined;
}
