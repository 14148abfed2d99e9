import type { JsonMap } from "../../manifests/object.ts";
import { type Attack, type AttackScope, guard } from "../attack.ts";
import { creating, harmlessPod, restrictedContainer } from "../harmless.ts";

interface Change {
  readonly spec?: JsonMap;
  readonly container?: JsonMap;
}

const isRestricted = ({ namespace }: AttackScope): boolean => namespace.podSecurity === "restricted";
const isBaseline = ({ namespace }: AttackScope): boolean => namespace.podSecurity !== "privileged";

/** A pod below the level of the namespace; its twin is the harmless pod itself. */
function row(id: string, title: string, when: Attack["when"] & {}, { spec, container }: Change): Attack {
  return {
    id,
    title,
    boundary: "pods",
    refusedBy: ["PodSecurity"],
    when,
    request: (scope) => creating(harmlessPod(scope, spec, container)),
    twin: (scope) => creating(harmlessPod(scope)),
  };
}

const securityContext = (fields: JsonMap): Change => ({
  container: { securityContext: { ...restrictedContainer, ...fields } },
});
const ofPod = (fields: JsonMap): Change => ({
  spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" }, ...fields } },
});
const volume = (source: JsonMap): Change => ({ spec: { volumes: [{ name: "v", ...source }] } });
const adding = (capability: string): Change =>
  securityContext({ capabilities: { drop: ["ALL"], add: [capability] } });

const baseline: readonly Attack[] = [
  row("H1-privileged", "runs privileged", isBaseline, {
    container: { securityContext: { privileged: true } },
  }),
  row("H2-host-path", "mounts the disk of the node", isBaseline, volume({ hostPath: { path: "/" } })),
  row("H3-host-pid", "sees the processes of the node", isBaseline, { spec: { hostPID: true } }),
  row("H4-host-network", "uses the network of the node", isBaseline, { spec: { hostNetwork: true } }),
  row("H5-host-ipc", "shares memory with the node", isBaseline, { spec: { hostIPC: true } }),
  row("H6-sys-admin", "adds the capability SYS_ADMIN", isBaseline, {
    container: { securityContext: { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } } },
  }),
  row("H6-net-raw", "adds the capability NET_RAW", isBaseline, adding("NET_RAW")),
  row("H7-host-port", "takes a port of the node", isBaseline, {
    container: { ports: [{ containerPort: 8086, hostPort: 8086 }] },
  }),
  {
    // The server's own validation asks for a user namespace with it.
    ...row("H7-proc-mount", "sees /proc unmasked", isBaseline, {
      spec: { hostUsers: false },
      ...securityContext({ procMount: "Unmasked" }),
    }),
    twin: (scope) => creating(harmlessPod(scope, { hostUsers: false })),
  },
  row("H7-seccomp", "calls every system call", isBaseline, ofPod({ seccompProfile: { type: "Unconfined" } })),
  row(
    "H7-apparmor",
    "leaves its AppArmor profile",
    isBaseline,
    securityContext({ appArmorProfile: { type: "Unconfined" } }),
  ),
  row(
    "H7-selinux",
    "takes another SELinux user",
    isBaseline,
    ofPod({ seLinuxOptions: { user: "system_u" } }),
  ),
  row(
    "H7-sysctl",
    "sets a sysctl that the node shares",
    isBaseline,
    ofPod({ sysctls: [{ name: "kernel.msgmax", value: "1" }] }),
  ),
  row("H7-host-process", "runs as a process of a Windows node", isBaseline, {
    spec: {
      hostNetwork: true,
      securityContext: { runAsNonRoot: true, windowsOptions: { hostProcess: true, runAsUserName: "x" } },
    },
    container: { securityContext: {} },
  }),
];

const restricted: readonly Attack[] = [
  row("H6-setpcap", "adds a capability that baseline allows", isRestricted, adding("SETPCAP")),
  row(
    "H7-escalation",
    "lets its processes gain privileges",
    isRestricted,
    securityContext({ allowPrivilegeEscalation: true }),
  ),
  row("H7-root", "runs as root", isRestricted, ofPod({ runAsUser: 0, runAsNonRoot: false })),
  row(
    "H7-may-be-root",
    "does not say that it runs as another than root",
    isRestricted,
    ofPod({ runAsNonRoot: false }),
  ),
  ...(
    [
      ["nfs", { nfs: { server: "203.0.113.1", path: "/" } }],
      ["iscsi", { iscsi: { targetPortal: "203.0.113.1", iqn: "iqn.2001-04.com.example:x", lun: 0 } }],
      ["flex-volume", { flexVolume: { driver: "example.com/driver" } }],
      ["git-repo", { gitRepo: { repository: "https://example.com/x" } }],
    ] as const
  ).map(([name, source]) =>
    row(`H22-${name}`, `mounts a volume of the kind ${Object.keys(source)[0]}`, isRestricted, volume(source)),
  ),
  {
    ...row("H8-user-namespace", "is root in a user namespace of its own", isRestricted, {
      spec: {
        hostUsers: false,
        securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
      },
    }),
    refusedBy: ["PodSecurity", guard("mtenant-pods")],
  },
];

/** What Pod Security refuses: the ways from a pod to its node that do not need an escape (Bishop Fox's "bad pods", 1 to 7, and the standards' own list). */
export const hostAttacks: readonly Attack[] = [...baseline, ...restricted];
