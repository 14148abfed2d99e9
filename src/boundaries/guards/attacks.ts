import { cloudIdentityDomains, TENANT_KEY } from "../../manifests/names.ts";
import type { JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { type Attack, type AttackScope, guard, otherTenant } from "../attack.ts";
import { creating, harmlessClaim, harmlessConfigMap, harmlessPod, ownObject } from "../harmless.ts";

type Make = (scope: AttackScope) => KubernetesObject;

/** One attack and its twin, each an object that is created. */
function row(id: string, title: string, policy: string, says: string, attack: Make, twin: Make): Attack {
  return {
    id,
    title,
    boundary: "guards",
    refusedBy: [guard(policy)],
    says,
    request: (scope) => creating(attack(scope)),
    twin: (scope) => creating(twin(scope)),
  };
}

const secret =
  (fields: JsonMap): Make =>
  (scope) =>
    ownObject(scope, "v1", "Secret", fields);
const serviceAccount =
  (fields: JsonMap): Make =>
  (scope) =>
    ownObject(scope, "v1", "ServiceAccount", fields);
const scaler =
  (target: JsonMap): Make =>
  (scope) =>
    ownObject(scope, "autoscaling/v2", "HorizontalPodAutoscaler", {
      spec: { maxReplicas: 2, scaleTargetRef: { name: "x", ...target } },
    });
const budget =
  (spec: JsonMap): Make =>
  (scope) =>
    ownObject(scope, "policy/v1", "PodDisruptionBudget", {
      spec: { selector: { matchLabels: { app: "x" } }, ...spec },
    });
const configMap =
  (metadata: JsonMap): Make =>
  (scope) =>
    harmlessConfigMap(scope, metadata);

/** Which identities and lasting rights a tenant can make for itself. */
const identities: readonly Attack[] = [
  row(
    "A8-token-secret",
    "asks for a lasting token by a Secret",
    "mtenant-secrets",
    "projected token",
    secret({
      type: "kubernetes.io/service-account-token",
      metadata: { annotations: { "kubernetes.io/service-account.name": "default" } },
    }),
    secret({ type: "kubernetes.io/tls", data: { "tls.crt": "", "tls.key": "" } }),
  ),
  ...Object.entries(cloudIdentityDomains).map(([cloud, domain]) =>
    row(
      `A10-${cloud}`,
      `takes a cloud identity by an annotation of ${domain}`,
      "mtenant-serviceaccounts",
      `${domain}/`,
      serviceAccount({ metadata: { annotations: { [`${domain}/identity`]: "x" } } }),
      serviceAccount({
        metadata: { annotations: { "helm.sh/hook": "x" } },
        imagePullSecrets: [{ name: "mine" }],
      }),
    ),
  ),
];

/** Finalizers that Kubernetes removes from one kind only. */
const finalizersElsewhere = {
  claims: "kubernetes.io/pvc-protection",
  jobs: "batch.kubernetes.io/job-tracking",
  services: "service.kubernetes.io/load-balancer-cleanup",
  namespaces: "kubernetes",
};

const podWith =
  (metadata: JsonMap): Make =>
  (scope) => {
    const pod = harmlessPod(scope);
    return { ...pod, metadata: { ...pod.metadata, ...metadata } };
  };

/** What Kubernetes makes anew as soon as it is gone, without what mtenant wrote into it. */
const recreated: Attack = {
  id: "A7-default-account",
  title: "deletes its default ServiceAccount, to get one that mounts its token",
  boundary: "guards",
  refusedBy: [guard("mtenant-serviceaccounts")],
  says: "must stay",
  request: ({ namespace }) => ({
    verb: "delete",
    id: { group: "", kind: "ServiceAccount", namespace: namespace.name, name: "default" },
  }),
  twin: (scope) => creating(ownObject(scope, "v1", "ServiceAccount")),
};

const owner = (kind: string, name: string): JsonMap => ({
  apiVersion: "v1",
  kind,
  name,
  uid: "00000000-0000-4000-8000-000000000000",
  blockOwnerDeletion: true,
});

/** What a tenant can make other people's controllers do. */
const deputies: readonly Attack[] = [
  row(
    "A25-foreign-scale-target",
    "scales what is not its own",
    "mtenant-autoscalers",
    "apps/v1",
    scaler({ apiVersion: "example.com/v1", kind: "ControlPlane" }),
    scaler({ apiVersion: "apps/v1", kind: "StatefulSet" }),
  ),
  row(
    "S10-no-disruption",
    "blocks every drain",
    "mtenant-disruption",
    "maxUnavailable",
    budget({ maxUnavailable: 0 }),
    budget({ maxUnavailable: 1 }),
  ),
  row(
    "S10-no-disruption-percent",
    "blocks every drain by percent",
    "mtenant-disruption",
    "maxUnavailable",
    budget({ maxUnavailable: "0%" }),
    budget({ maxUnavailable: "10%" }),
  ),
  row(
    "S10-all-available",
    "keeps all pods available",
    "mtenant-disruption",
    "minAvailable",
    budget({ minAvailable: "100%" }),
    budget({ minAvailable: "99%" }),
  ),
  row(
    "A26-finalizer",
    "leaves a finalizer that nobody removes",
    "mtenant-objects",
    "evil.example.com/x",
    configMap({ finalizers: ["evil.example.com/x"] }),
    configMap({ finalizers: ["foregroundDeletion"] }),
  ),
  ...Object.entries(finalizersElsewhere).map(([form, finalizer]) =>
    row(
      `A26-${form}`,
      `leaves ${finalizer} where nobody removes it`,
      "mtenant-objects",
      finalizer,
      configMap({ finalizers: [finalizer] }),
      configMap({ finalizers: ["orphan"] }),
    ),
  ),
  row(
    "A26-pod-finalizer",
    "leaves the finalizer of Jobs on a pod of no Job",
    "mtenant-objects",
    "batch.kubernetes.io/job-tracking",
    podWith({ finalizers: ["batch.kubernetes.io/job-tracking"] }),
    podWith({}),
  ),
  row(
    "A27-owner",
    "holds up the removal of a wall",
    "mtenant-objects",
    "ResourceQuota mtenant",
    configMap({ ownerReferences: [owner("ResourceQuota", "mtenant")] }),
    configMap({ ownerReferences: [owner("ConfigMap", "own")] }),
  ),
  row(
    "A11-object-label",
    "pretends to be another tenant's object",
    "mtenant-objects",
    "mtenant.dev/tenant",
    (scope) => harmlessConfigMap(scope, { labels: { "mtenant.dev/tenant": otherTenant(scope) } }),
    configMap({ labels: { tenant: "other" } }),
  ),
  row(
    "A11-object-annotation",
    "answers as a guard's parameter",
    "mtenant-objects",
    "mtenant.dev/x",
    configMap({ annotations: { "mtenant.dev/x": "y" } }),
    configMap({ annotations: { x: "y" } }),
  ),
];

function claimRow(
  id: string,
  title: string,
  says: string,
  attack: Make,
  when: (scope: AttackScope) => boolean = () => true,
): Attack {
  return {
    ...row(id, title, "mtenant-volumes", says, attack, (scope) => harmlessClaim(scope)),
    when: (scope) => scope.storageClassName !== undefined && when(scope),
  };
}

const named = ({ tenant }: AttackScope): boolean => tenant.allowed.storageClassNames.length > 0;

const daemonSet =
  (toleration: JsonMap): Make =>
  (scope) => {
    const labels = { app: "x" };
    const spec = { ...(harmlessPod(scope)["spec"] as JsonMap), tolerations: [toleration] };
    return ownObject(scope, "apps/v1", "DaemonSet", {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
  };

/** How a DaemonSet, which Kubernetes' own controller places, gets onto others' nodes. */
const daemonSets: readonly Attack[] = (
  [
    ["every-node", "tolerates everything", { operator: "Exists" }],
    ["other-tenant", "tolerates every tenant's taint", { key: TENANT_KEY, operator: "Exists" }],
  ] as const
).map(([form, what, toleration]) => ({
  ...row(
    `S5-${form}`,
    `makes a DaemonSet that ${what}`,
    "mtenant-daemonsets",
    "must not run on the nodes of tenants",
    daemonSet(toleration),
    (scope) => harmlessPod(scope),
  ),
  refusedBy: [guard("mtenant-daemonsets"), "RBAC"],
}));

/** Whose data a tenant can get at. */
const volumes: readonly Attack[] = [
  claimRow(
    "T2-foreign-class",
    "claims another storage class",
    "may use",
    (scope) => harmlessClaim(scope, { storageClassName: "mtenant-attack" }),
    named,
  ),
  claimRow(
    "T2-class-annotation",
    "claims a class by the old annotation",
    "may use",
    (scope) =>
      harmlessClaim(
        scope,
        {},
        { annotations: { "volume.beta.kubernetes.io/storage-class": "mtenant-attack" } },
      ),
    named,
  ),
  claimRow("T4-no-class", "claims a volume without a class", "storage class", (scope) =>
    harmlessClaim(scope, { storageClassName: "" }),
  ),
  claimRow("T1-volume-name", "claims a volume by name", "volumeName", (scope) =>
    harmlessClaim(scope, { volumeName: "mtenant-attack" }),
  ),
  {
    ...claimRow(
      "T6-performance",
      "claims another class of performance",
      "volumeAttributesClassName",
      (scope) => harmlessClaim(scope, { volumeAttributesClassName: "mtenant-attack" }),
    ),
    mended: (stored) => !JSON.stringify(stored["spec"]).includes("volumeAttributesClassName"),
  },
  claimRow("S15-selected-node", "has its volume made on a node of its choice", "selected-node", (scope) =>
    harmlessClaim(scope, {}, { annotations: { "volume.kubernetes.io/selected-node": "mtenant-attack" } }),
  ),
  claimRow("T1-volume-selector", "claims a volume by its labels", "selector", (scope) =>
    harmlessClaim(scope, { selector: { matchLabels: { tenant: "other" } } }),
  ),
];

/** What RBAC cannot refuse, because the tenant may create the kind. */
export const guardsAttacks: readonly Attack[] = [
  ...identities,
  recreated,
  ...deputies,
  ...daemonSets,
  ...volumes,
];
