import { isCloudIdentity } from "../manifests/names.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { PodSecurityLevel } from "../tenant/tenant.ts";

/**
 * The kinds whose objects the guards and Pod Security judge when they are made, and leave as they are when a namespace is
 * adopted. Of Secrets those that hold a token, and never their data.
 */
export const judgedWhenMade = [
  { group: "", kind: "Pod" },
  { group: "", kind: "Service" },
  { group: "", kind: "ServiceAccount" },
  {
    group: "",
    kind: "Secret",
    fieldSelector: "type=kubernetes.io/service-account-token",
    metadataOnly: true,
  },
] as const;

/**
 * What an object of these kinds opens that a tenant could not make, as a sentence; undefined when it opens nothing. Of
 * pods it is what Pod Security refuses at the level `baseline` (kubernetes.io: Pod Security Standards): that reaches the
 * node. `level` is the namespace's.
 */
export function opensWhat(object: KubernetesObject, level: PodSecurityLevel): string | undefined {
  if (object.kind === "Secret") return "it holds a token that does not expire, which owners can read";
  if (object.kind === "ServiceAccount") return cloudIdentity(object);
  if (object.kind === "Service") return serviceOpens((object["spec"] ?? {}) as ServiceSpec);
  if (object.kind !== "Pod" || level === "privileged" || hasEnded(object)) return undefined;
  return podOpens((object["spec"] ?? {}) as PodSpec);
}

function hasEnded({ status }: KubernetesObject): boolean {
  const { phase } = (status ?? {}) as { readonly phase?: string };
  return phase === "Succeeded" || phase === "Failed";
}

function cloudIdentity({ metadata }: KubernetesObject): string | undefined {
  const keys = Object.keys({ ...metadata.annotations, ...metadata.labels }).filter(isCloudIdentity);
  return keys.length === 0 ? undefined : `it gives its pods an identity in a cloud: ${keys.join(", ")}`;
}

interface ServiceSpec {
  readonly type?: string;
  readonly externalIPs?: readonly string[];
}

function serviceOpens({ type = "ClusterIP", externalIPs = [] }: ServiceSpec): string | undefined {
  const open = [
    ...(type === "ClusterIP" ? [] : [`type ${type}`]),
    ...(externalIPs.length === 0 ? [] : [`externalIPs ${externalIPs.join(", ")}`]),
  ];
  return open.length === 0 ? undefined : `a tenant's Service could not have ${open.join(" and ")}`;
}

interface Container {
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly capabilities?: { readonly add?: readonly string[] };
  };
}
interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly { readonly hostPath?: object }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

function podOpens(spec: PodSpec): string | undefined {
  const containers = [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap(
    (some) => some ?? [],
  );
  const named: readonly (readonly [string, boolean | undefined])[] = [
    ["privileged", containers.some(({ securityContext }) => securityContext?.privileged)],
    ["hostNetwork", spec.hostNetwork],
    ["hostPID", spec.hostPID],
    ["hostIPC", spec.hostIPC],
    ["hostPath", spec.volumes?.some(({ hostPath }) => hostPath !== undefined)],
    ["hostPort", containers.some(({ ports }) => ports?.some(({ hostPort = 0 }) => hostPort > 0))],
    ["capabilities", containers.some(addsCapabilities)],
  ];
  const open = named.filter(([, isOpen]) => isOpen === true).map(([name]) => name);
  return open.length === 0 ? undefined : `Pod Security refuses what it has: ${open.join(", ")}`;
}

/** What the level `baseline` allows (kubernetes: pod-security-admission/policy/check_capabilities_baseline.go). */
const allowedCapabilities: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

function addsCapabilities({ securityContext }: Container): boolean {
  return (securityContext?.capabilities?.add ?? []).some((name) => !allowedCapabilities.has(name));
}
