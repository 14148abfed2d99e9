import type { TenantNamespace } from "../../tenant/tenant.ts";

/** The compute resources that are always limited, and to what where neither the size nor the spec says it. */
const compute: Readonly<Record<string, string>> = {
  "requests.cpu": "4",
  "requests.memory": "8Gi",
  "requests.ephemeral-storage": "20Gi",
  "requests.storage": "100Gi",
  pods: "100",
};

/** Limits follow the requests where nothing is said: the namespace then never takes more than it asked for. */
const limited = ["cpu", "memory", "ephemeral-storage"] as const;

/**
 * How many objects of each kind that a tenant can create, or have controllers create, where the spec says nothing. Room
 * for kube-root-ca.crt and for the ServiceAccount `default` is included, and for the 10 revisions that each StatefulSet
 * keeps beside the two in use (kubernetes: pkg/apis/apps/v1/defaults.go, revisionHistoryLimit).
 */
const counted: Readonly<Record<string, string>> = {
  configmaps: "201",
  secrets: "200",
  services: "100",
  persistentvolumeclaims: "50",
  "count/pods": "1k",
  "count/serviceaccounts": "101",
  "count/deployments.apps": "100",
  "count/statefulsets.apps": "100",
  "count/replicasets.apps": "1k",
  "count/controllerrevisions.apps": "1200",
  "count/jobs.batch": "500",
  "count/cronjobs.batch": "50",
  "count/horizontalpodautoscalers.autoscaling": "100",
  "count/poddisruptionbudgets.policy": "100",
  "count/leases.coordination.k8s.io": "100",
};

/** What is never given, whatever the spec says. */
export const never: Readonly<Record<string, string>> = {
  "services.nodeports": "0",
  "services.loadbalancers": "0",
};

/** Other names that the quota has for the same resource (kubernetes: pkg/quota/v1/evaluator/core). */
const aliases: Readonly<Record<string, string>> = {
  cpu: "requests.cpu",
  memory: "requests.memory",
  "ephemeral-storage": "requests.ephemeral-storage",
};

/** `spec.hard` of a namespace's quota: what the spec says over the defaults, and what is never given above all. */
export function hardOf({ quota }: TenantNamespace): Readonly<Record<string, string>> {
  const hard = known.get(quota.hard) ?? completed(quota.hard);
  known.set(quota.hard, hard);
  return hard;
}

// Not state: a pure function of amounts that never change: it is asked for once to render and once to judge.
const known = new WeakMap<Amounts, Amounts>();

type Amounts = Readonly<Record<string, string>>;

function completed(amounts: Amounts): Amounts {
  const said = Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [aliases[name] ?? name, amount]),
  );
  const requests = { ...compute, ...said };
  const limits = limited.map((name) => [`limits.${name}`, requests[`requests.${name}`] ?? "0"] as const);
  const names = new Set(Object.keys(said).map(countedName));
  const counts = Object.entries(counted).filter(([name]) => !names.has(countedName(name)));
  return { ...Object.fromEntries(limits), ...requests, ...Object.fromEntries(counts), ...never };
}

/** One name for what a quota counts under two: a core kind by its own name or under `count/`. Of pods they differ. */
function countedName(name: string): string {
  return name.startsWith("count/") && name !== "count/pods" ? name.slice("count/".length) : name;
}

/** The names under which a quota can count a resource of a group. */
export function countKeys(group: string, resource: string): readonly string[] {
  return group === "" ? [resource, `count/${resource}`] : [`count/${resource}.${group}`];
}
