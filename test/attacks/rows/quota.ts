import { harmlessClaim, harmlessPod } from "../../../src/boundaries/harmless.ts";
import { pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import { until } from "../../boundaries/guards/guarded-cluster.ts";
import { named } from "../grounds.ts";
import { type AttackRow, type Place, send, type Try } from "../row.ts";
import { creating, trying, writers } from "./requests.ts";

/** How many are made at the same time: more than a quota of few objects has room for. */
const AT_ONCE = 4;

/** A kind that the quota counts: its entry, and an object that does nothing. */
interface Counted {
  readonly id: string;
  readonly entry: string;
  readonly object: (place: Place, name: string) => KubernetesObject;
}

const of =
  (apiVersion: string, kind: string, fields: JsonMap = {}) =>
  ({ small }: Place, name: string): KubernetesObject =>
    named(apiVersion, kind, small, name, fields);

const labels = { app: "mtenant-attack" };
const none: JsonMap = {
  replicas: 0,
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "x" }] } },
};
const task: JsonMap = {
  suspend: true,
  template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "x" }] } },
};

/** The object where another of its kind is wanted: in the namespace of few objects, under this name. */
const placed =
  (make: (scope: Place["scope"]) => KubernetesObject) =>
  ({ scope, small }: Place, name: string): KubernetesObject => {
    const object = make(scope);
    return { ...object, metadata: { ...object.metadata, name, namespace: small } };
  };

const counted: readonly Counted[] = [
  { id: "A31-pods", entry: "count/pods", object: placed((scope) => harmlessPod(scope)) },
  { id: "A29-running-pods", entry: "pods", object: placed((scope) => harmlessPod(scope)) },
  { id: "A29-config-maps", entry: "configmaps", object: of("v1", "ConfigMap") },
  { id: "A29-secrets", entry: "secrets", object: of("v1", "Secret") },
  { id: "A29-services", entry: "services", object: of("v1", "Service", { spec: { ports: [{ port: 80 }] } }) },
  { id: "A29-service-accounts", entry: "count/serviceaccounts", object: of("v1", "ServiceAccount") },
  { id: "T5-claims", entry: "persistentvolumeclaims", object: placed((scope) => harmlessClaim(scope)) },
  // Paused, it makes no ReplicaSet, which another row counts.
  {
    id: "A29-deployments",
    entry: "count/deployments.apps",
    object: of("apps/v1", "Deployment", { spec: { ...none, paused: true } }),
  },
  {
    id: "A29-stateful-sets",
    entry: "count/statefulsets.apps",
    object: of("apps/v1", "StatefulSet", { spec: { ...none, serviceName: "x" } }),
  },
  {
    id: "A29-replica-sets",
    entry: "count/replicasets.apps",
    object: of("apps/v1", "ReplicaSet", { spec: none }),
  },
  { id: "A29-jobs", entry: "count/jobs.batch", object: of("batch/v1", "Job", { spec: task }) },
  {
    id: "A29-cron-jobs",
    entry: "count/cronjobs.batch",
    object: of("batch/v1", "CronJob", {
      spec: { suspend: true, schedule: "0 0 1 1 *", jobTemplate: { spec: task } },
    }),
  },
  {
    id: "A29-autoscalers",
    entry: "count/horizontalpodautoscalers.autoscaling",
    object: of("autoscaling/v2", "HorizontalPodAutoscaler", {
      spec: { maxReplicas: 1, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" } },
    }),
  },
  {
    id: "A29-disruption-budgets",
    entry: "count/poddisruptionbudgets.policy",
    object: of("policy/v1", "PodDisruptionBudget", {
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    }),
  },
  {
    id: "A29-leases",
    entry: "count/leases.coordination.k8s.io",
    object: of("coordination.k8s.io/v1", "Lease"),
  },
];

const flooding = ({ id, entry, object }: Counted): AttackRow => ({
  id,
  title: `fills the cluster's store: ${entry}`,
  roles: ["Owner"],
  stoppedBy: ["ResourceQuota"],
  says: () => `${entry === "pods" ? "," : ""}${entry}=1`,
  attack: flood(entry, object),
  twin: trying((place) => creating(object(place, "mtenant-attack"))),
});

const taken = { gracePeriodSeconds: "0", propagationPolicy: "Background" };

/** Really makes several at the same time; it is through when all are there. Takes them away again. */
function flood(entry: string, object: Counted["object"]): Try {
  return async (place, person) => {
    const objects = Array.from({ length: AT_ONCE }, (_, at) => object(place, `${person.user}-${at}`));
    const replies = await Promise.all(objects.map((each) => send(person, creating(each, {}))));
    const made = objects.filter((_, at) => replies[at]?.through);
    for (const each of made)
      await place.admin.send({ method: "DELETE", path: pathOf(idOf(each)), query: taken });
    await until(`there is room again after the flood of ${entry}`, async () => {
      return (await send(person, creating(object(place, "mtenant-attack")))).by !== "ResourceQuota";
    });
    return replies.find(({ through }) => !through) ?? (replies[0] as NonNullable<(typeof replies)[0]>);
  };
}

/** What one container may have at most in a namespace of the default size, and more than that; and next to nothing. */
const amounts = [
  { resource: "cpu", most: "4", more: "4500m", little: "1m" },
  { resource: "memory", most: "4Gi", more: "5Gi", little: "1Mi" },
  { resource: "ephemeral-storage", most: "10Gi", more: "11Gi", little: "1Mi" },
] as const;

/** A pod with this many containers alike. */
const crowded = (count: number, limit: JsonMap, request: JsonMap) =>
  trying(({ scope }) => {
    const pod = harmlessPod(scope, {}, { resources: { limits: limit, requests: request } });
    const { containers: [one] = [], ...rest } = pod["spec"] as { containers?: JsonMap[] };
    const containers = Array.from({ length: count }, (_, at) => ({ ...one, name: `main-${at}` }));
    return creating({ ...pod, spec: { ...rest, containers } });
  });

/** Together more than the quota has, each no more than one may have; and one that has too much alone. */
const shares: readonly AttackRow[] = amounts.flatMap(({ resource, most, more, little }) => {
  const of = (amount: string): JsonMap => ({ [resource]: amount });
  const shared = { roles: writers, twin: crowded(1, of(most), of(little)) };
  return [
    {
      ...shared,
      id: `S12-requests-${resource}`,
      title: `takes more than its share: requests.${resource}`,
      stoppedBy: ["ResourceQuota"],
      says: () => `requests.${resource}=`,
      attack: crowded(40, of(most), of(most)),
    },
    {
      ...shared,
      id: `S12-limits-${resource}`,
      title: `takes more than its share: limits.${resource}`,
      stoppedBy: ["ResourceQuota"],
      says: () => `limits.${resource}=`,
      attack: crowded(40, of(most), of(little)),
    },
    {
      ...shared,
      id: `S12-container-${resource}`,
      title: `takes more ${resource} for one container than a container may have`,
      stoppedBy: ["LimitRanger"],
      says: () => `maximum ${resource} usage per Container`,
      attack: crowded(1, of(more), of(little)),
    },
  ] satisfies AttackRow[];
});

const storage: AttackRow = {
  id: "T5-storage",
  title: "claims more storage than its share",
  roles: writers,
  stoppedBy: ["ResourceQuota"],
  says: () => "requests.storage=",
  attack: trying(({ scope }) =>
    creating(harmlessClaim(scope, { resources: { requests: { storage: "900Ti" } } })),
  ),
  twin: trying(({ scope }) => creating(harmlessClaim(scope))),
};

/** Where the guards only warn, the quota stands alone: what it never gives is seen to be refused by it. */
const neverGiven: readonly AttackRow[] = [
  ...(
    [
      ["NodePort", "services.nodeports"],
      ["LoadBalancer", "services.loadbalancers"],
    ] as const
  ).map(
    ([type, entry]): AttackRow => ({
      id: `N8-quota-${type}`,
      title: `opens a Service of type ${type} where the guards only warn`,
      roles: writers,
      stoppedBy: ["ResourceQuota"],
      says: () => `${entry}=1`,
      attack: trying((place) => creating(service(place, { type }))),
      twin: trying((place) => creating(service(place, {}))),
    }),
  ),
  {
    id: "S8-quota",
    title: "pushes others off their nodes where the guards only warn",
    roles: writers,
    stoppedBy: ["ResourceQuota"],
    says: () => "exceeded quota: mtenant-priority-classes",
    attack: trying((place) => creating(lenientPod(place, { priorityClassName: "system-node-critical" }))),
    twin: trying((place) => creating(lenientPod(place, {}))),
  },
];

function service({ lenient }: Place, spec: JsonMap): KubernetesObject {
  return named("v1", "Service", lenient, "mtenant-attack", { spec: { ports: [{ port: 80 }], ...spec } });
}

function lenientPod({ scope, lenient }: Place, spec: JsonMap): KubernetesObject {
  const pod = harmlessPod(scope, spec);
  return { ...pod, metadata: { ...pod.metadata, namespace: lenient } };
}

/** Each entry of a tenant's quotas by itself. */
export const quotaRows: readonly AttackRow[] = [...counted.map(flooding), ...shares, storage, ...neverGiven];
