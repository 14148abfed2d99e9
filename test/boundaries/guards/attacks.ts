import type { Json, JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";

/** An object that a guard must refuse when a tenant creates it, and one almost like it that must pass. */
export interface Attack {
  readonly title: string;
  readonly guard: string;
  readonly attack: KubernetesObject;
  readonly twin: KubernetesObject;
  /** Words of the refusal that say what to change. */
  readonly says: string;
  /** Where pod defaults are served they repair this one. */
  readonly repaired?: true;
  /** An old server does not know the field, and drops it. */
  readonly newField?: true;
}

/** A namespace with every parameter set, one with none, and one that Pod Security judges by an older version. */
export const namespaces = { t1: "guarded", t2: "guarded-plain", old: "guarded-old" } as const;

export const parameters: Readonly<Record<string, string>> = {
  "mtenant.dev/node-selector": "pool=team1;pool=team1-gpu,zone=a",
  "mtenant.dev/tolerations": "nvidia.com/gpu:NoSchedule,dedicated=team1,any.example.com/thing",
  "mtenant.dev/image-registries": "docker.io/library/,ecr.example.com/team1",
  "mtenant.dev/runtime-class": "gvisor",
  "mtenant.dev/priority-classes": "low",
  "mtenant.dev/csi-drivers": "secrets-store.csi.k8s.io",
  "mtenant.dev/storage-classes": "gp3",
};

/** A pod that all guards and Pod Security let through in `namespace`, with some fields changed. */
export function pod(
  spec: JsonMap = {},
  container: JsonMap = {},
  namespace: string = namespaces.t1,
): KubernetesObject {
  const ours =
    namespace === namespaces.t2 ? {} : { nodeSelector: { pool: "team1" }, runtimeClassName: "gvisor" };
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  return object("v1", "Pod", namespace, {
    spec: {
      ...ours,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "main", image: "nginx", securityContext, ...container }],
      ...spec,
    },
  });
}

export function object(
  apiVersion: string,
  kind: string,
  namespace: string,
  fields: JsonMap = {},
): KubernetesObject {
  const { metadata, ...rest } = fields as JsonMap & { metadata?: JsonMap };
  return { apiVersion, kind, metadata: { name: "subject", namespace, ...metadata }, ...rest };
}

const restrictedContainer = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const good = pod();

function podAttack(
  title: string,
  says: string,
  attack: KubernetesObject,
  twin: KubernetesObject = good,
): Attack {
  return { title, guard: "mtenant-pods", attack, twin, says };
}

function tolerating(title: string, attack: JsonMap, twin?: JsonMap): Attack {
  const twinPod = twin === undefined ? good : pod({ tolerations: [twin] });
  return podAttack(
    `tolerates ${title}`,
    "must not carry the toleration",
    pod({ tolerations: [attack] }),
    twinPod,
  );
}

function image(reference: string, twin = "nginx"): Attack {
  return podAttack(
    `runs the image ${reference}`,
    reference,
    pod({}, { image: reference }),
    pod({}, { image: twin }),
  );
}

const projected = (token: JsonMap): Json => [
  { name: "t", projected: { sources: [{ serviceAccountToken: { path: "t", ...token } }] } },
];

const podAttacks: readonly Attack[] = [
  {
    ...podAttack(
      "leaves the node selector out",
      "must carry nodeSelector pool=team1 or pool=team1-gpu,zone=a",
      pod({ nodeSelector: {} }),
    ),
    repaired: true,
  },
  podAttack(
    "selects another tenant's nodes",
    "must carry nodeSelector pool=team1",
    pod({ nodeSelector: { pool: "team2" } }),
  ),
  podAttack(
    "selects half of an alternative",
    "must carry nodeSelector",
    pod({ nodeSelector: { pool: "team1-gpu", zone: "b" } }),
    pod({ nodeSelector: { pool: "team1-gpu", zone: "a", disk: "ssd" } }),
  ),
  tolerating("everything", { operator: "Exists" }),
  tolerating(
    "every value of the tenant taint",
    { key: "mtenant.dev/tenant", operator: "Exists" },
    { key: "mtenant.dev/tenant", operator: "Equal", value: "team1" },
  ),
  tolerating(
    "another tenant's taint",
    { key: "mtenant.dev/tenant", value: "team2", effect: "NoSchedule" },
    { key: "mtenant.dev/tenant", value: "team1", effect: "NoSchedule" },
  ),
  tolerating("the tenant taint without a value", { key: "mtenant.dev/tenant", effect: "NoSchedule" }),
  tolerating("another taint", {
    key: "node-role.kubernetes.io/control-plane",
    operator: "Exists",
    effect: "NoSchedule",
  }),
  tolerating(
    "an allowed key with another effect",
    { key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" },
    { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
  ),
  tolerating(
    "an allowed key with every effect",
    { key: "nvidia.com/gpu", operator: "Exists" },
    { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" },
  ),
  tolerating(
    "every value of a key with one allowed",
    { key: "dedicated", operator: "Exists" },
    { key: "dedicated", value: "team1", effect: "NoExecute" },
  ),
  tolerating(
    "another value of a key with one allowed",
    { key: "dedicated", value: "team2" },
    { key: "dedicated", value: "team1" },
  ),
  tolerating(
    "a key that only begins like an allowed one",
    { key: "any.example.com/thing2", operator: "Exists" },
    { key: "any.example.com/thing", operator: "Exists" },
  ),
  tolerating(
    "an unreachable node for ever",
    { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
    { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60 },
  ),
  podAttack("names its node", "nodeName", pod({ nodeName: "victim" })),
  image("ghcr.io/evil/miner"),
  image("ecr.example.com/team1-evil/x", "ecr.example.com/team1/x"),
  image("evil/miner", "docker.io/library/nginx:1"),
  image("docker.io.evil.example/library/nginx", "ecr.example.com/team1:1"),
  image(
    "localhost/library/nginx",
    "ecr.example.com/team1@sha256:0000000000000000000000000000000000000000000000000000000000000000",
  ),
  podAttack(
    "hides a foreign image in an init container",
    "ghcr.io/evil",
    pod({ initContainers: [{ name: "i", image: "ghcr.io/evil", securityContext: restrictedContainer }] }),
    pod({ initContainers: [{ name: "i", image: "busybox", securityContext: restrictedContainer }] }),
  ),
  {
    ...podAttack(
      "mounts a foreign image as a volume",
      "ghcr.io/evil",
      pod({ volumes: [{ name: "v", image: { reference: "ghcr.io/evil" } }] }),
      pod({ volumes: [{ name: "v", emptyDir: {} }] }),
    ),
    newField: true,
  },
  podAttack("uses another scheduler", "schedulerName", pod({ schedulerName: "privileged" })),
  podAttack(
    "takes a critical priority",
    "priority class system-node-critical",
    pod({ priorityClassName: "system-node-critical" }),
    pod({ priorityClassName: "low" }),
  ),
  podAttack(
    "runs with another runtime class",
    "must carry runtimeClassName gvisor",
    pod({ runtimeClassName: "other" }),
  ),
  podAttack(
    "names a runtime class where the tenant has none",
    "leave runtimeClassName out",
    pod({ runtimeClassName: "gvisor" }, {}, namespaces.t2),
    pod({}, {}, namespaces.t2),
  ),
  podAttack(
    "mounts another inline CSI driver",
    "host.example.com",
    pod({ volumes: [{ name: "v", csi: { driver: "host.example.com" } }] }),
    pod({ volumes: [{ name: "v", csi: { driver: "secrets-store.csi.k8s.io" } }] }),
  ),
  podAttack(
    "mounts a token for another audience",
    "audience",
    pod({ volumes: projected({ audience: "sts.amazonaws.com" }) }),
    pod({ volumes: projected({}) }),
  ),
  podAttack(
    "mounts a token that lives for a year",
    "86400",
    pod({ volumes: projected({ expirationSeconds: 31_536_000 }) }),
    pod({ volumes: projected({ expirationSeconds: 86_400 }) }),
  ),
  podAttack(
    "takes for ever to end",
    "terminationGracePeriodSeconds",
    pod({ terminationGracePeriodSeconds: 1_000_000_000 }),
    pod({ terminationGracePeriodSeconds: 600 }),
  ),
  ...(["livenessProbe", "readinessProbe", "startupProbe"] as const).map((probe) =>
    podAttack(
      `makes the node call another host by ${probe}`,
      "host",
      pod({}, { [probe]: { httpGet: { host: "169.254.169.254", port: 80 } } }, namespaces.old),
      pod({}, { [probe]: { httpGet: { port: 80 } } }, namespaces.old),
    ),
  ),
  podAttack(
    "makes the node call another host by a hook of an init container",
    "host",
    pod(
      {
        initContainers: [
          {
            name: "i",
            image: "busybox",
            restartPolicy: "Always",
            securityContext: restrictedContainer,
            lifecycle: { preStop: { tcpSocket: { host: "10.0.0.1", port: 80 } } },
          },
        ],
      },
      {},
      namespaces.old,
    ),
    pod(
      {
        initContainers: [
          {
            name: "i",
            image: "busybox",
            restartPolicy: "Always",
            securityContext: restrictedContainer,
            lifecycle: { preStop: { sleep: { seconds: 1 } } },
          },
        ],
      },
      {},
      namespaces.old,
    ),
  ),
];

const service = (spec: JsonMap): KubernetesObject =>
  object("v1", "Service", namespaces.t1, { spec: { ports: [{ port: 80 }], ...spec } });
const claim = (spec: JsonMap, namespace: string = namespaces.t1, metadata: JsonMap = {}): KubernetesObject =>
  object("v1", "PersistentVolumeClaim", namespace, {
    metadata,
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: namespace === namespaces.t1 ? "gp3" : "standard",
      resources: { requests: { storage: "1Gi" } },
      ...spec,
    },
  });
const scaler = (target: JsonMap): KubernetesObject =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", namespaces.t1, {
    spec: { maxReplicas: 2, scaleTargetRef: { name: "x", ...target } },
  });
const budget = (spec: JsonMap): KubernetesObject =>
  object("policy/v1", "PodDisruptionBudget", namespaces.t1, {
    spec: { selector: { matchLabels: { app: "x" } }, ...spec },
  });
const configMap = (metadata: JsonMap): KubernetesObject =>
  object("v1", "ConfigMap", namespaces.t1, { metadata });

const objectAttacks: readonly Attack[] = [
  ...(["NodePort", "LoadBalancer"] as const).map(
    (type): Attack => ({
      title: `opens a Service of type ${type}`,
      guard: "mtenant-services",
      says: "ClusterIP",
      attack: service({ type }),
      twin: service({}),
    }),
  ),
  {
    title: "points a Service at another name",
    guard: "mtenant-services",
    says: "ClusterIP",
    attack: service({ type: "ExternalName", externalName: "kubernetes.default.svc" }),
    twin: service({ clusterIP: "None" }),
  },
  {
    title: "takes a victim's address for its Service",
    guard: "mtenant-services",
    says: "externalIPs",
    attack: service({ externalIPs: ["10.1.1.1"] }),
    twin: service({}),
  },
  {
    title: "asks for a token by a Secret",
    guard: "mtenant-secrets",
    says: "projected token",
    attack: object("v1", "Secret", namespaces.t1, {
      type: "kubernetes.io/service-account-token",
      metadata: { annotations: { "kubernetes.io/service-account.name": "default" } },
    }),
    twin: object("v1", "Secret", namespaces.t1, {
      type: "kubernetes.io/tls",
      data: { "tls.crt": "", "tls.key": "" },
    }),
  },
  ...[
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/client-id",
  ].map(
    (key): Attack => ({
      title: `takes a cloud identity by ${key}`,
      guard: "mtenant-serviceaccounts",
      says: key,
      attack: object("v1", "ServiceAccount", namespaces.t1, { metadata: { annotations: { [key]: "x" } } }),
      twin: object("v1", "ServiceAccount", namespaces.t1, {
        metadata: { annotations: { "helm.sh/hook": "x" } },
        imagePullSecrets: [{ name: "mine" }],
      }),
    }),
  ),
  {
    title: "claims another storage class",
    guard: "mtenant-volumes",
    says: "may use gp3",
    attack: claim({ storageClassName: "standard" }),
    twin: claim({}),
  },
  {
    title: "claims a class that is not the default one",
    guard: "mtenant-volumes",
    says: "default class",
    attack: claim({ storageClassName: "gp3" }, namespaces.t2),
    twin: claim({ storageClassName: "standard" }, namespaces.t2),
  },
  {
    title: "claims a class by the old annotation",
    guard: "mtenant-volumes",
    says: "may use gp3",
    attack: claim({}, namespaces.t1, {
      annotations: { "volume.beta.kubernetes.io/storage-class": "standard" },
    }),
    twin: claim({}),
  },
  {
    title: "claims a volume without a class",
    guard: "mtenant-volumes",
    says: "storage class",
    attack: claim({ storageClassName: "" }, namespaces.t2),
    twin: claim({}, namespaces.t2),
  },
  {
    title: "claims a volume by name",
    guard: "mtenant-volumes",
    says: "volumeName",
    attack: claim({ volumeName: "pv-of-team2" }),
    twin: claim({}),
  },
  {
    title: "claims a volume by its labels",
    guard: "mtenant-volumes",
    says: "selector",
    attack: claim({ selector: { matchLabels: { tenant: "team2" } } }),
    twin: claim({}),
  },
  {
    title: "scales what is not its own",
    guard: "mtenant-autoscalers",
    says: "apps/v1",
    attack: scaler({ apiVersion: "example.com/v1", kind: "ControlPlane" }),
    twin: scaler({ apiVersion: "apps/v1", kind: "StatefulSet" }),
  },
  {
    title: "blocks every drain",
    guard: "mtenant-disruption",
    says: "maxUnavailable",
    attack: budget({ maxUnavailable: 0 }),
    twin: budget({ maxUnavailable: 1 }),
  },
  {
    title: "blocks every drain by percent",
    guard: "mtenant-disruption",
    says: "maxUnavailable",
    attack: budget({ maxUnavailable: "0%" }),
    twin: budget({ maxUnavailable: "10%" }),
  },
  {
    title: "keeps all pods available",
    guard: "mtenant-disruption",
    says: "minAvailable",
    attack: budget({ minAvailable: "100%" }),
    twin: budget({ minAvailable: "99%" }),
  },
  {
    title: "leaves a finalizer that nobody removes",
    guard: "mtenant-objects",
    says: "evil.example.com/x",
    attack: configMap({ finalizers: ["evil.example.com/x"] }),
    twin: configMap({ finalizers: ["foregroundDeletion"] }),
  },
  {
    title: "pretends to be another tenant's object",
    guard: "mtenant-objects",
    says: "mtenant.dev/tenant",
    attack: configMap({ labels: { "mtenant.dev/tenant": "team2" } }),
    twin: configMap({ labels: { tenant: "team2" } }),
  },
  {
    title: "answers as a guard's parameter",
    guard: "mtenant-objects",
    says: "mtenant.dev/x",
    attack: configMap({ annotations: { "mtenant.dev/x": "y" } }),
    twin: configMap({ annotations: { x: "y" } }),
  },
];

export const attacks: readonly Attack[] = [...podAttacks, ...objectAttacks];
