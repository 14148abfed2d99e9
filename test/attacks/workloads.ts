import type { Cluster } from "../../src/cluster/cluster.ts";
import { collectionPath } from "../../src/cluster/paths.ts";
import type { KubernetesObject } from "../../src/manifests/object.ts";
import { type Wall, wallThatRefusedPods } from "./refusal.ts";

/** A workload whose pods do not come, and what its controller says about it. */
export interface Failure {
  readonly object: KubernetesObject;
  /** Absent: nobody refused them, they just did not come. */
  readonly by: Wall | undefined;
  readonly message: string;
}

interface Pods {
  readonly pods: number;
  readonly failures: readonly Failure[];
}

/** Long enough for a busy machine: what comes is not waited for, and what is refused says so. */
const PATIENCE_MS = 180_000;

/** How the pods of a kind are found and how many there have to be. Without a kubelet none becomes ready. */
const kinds: Readonly<Record<string, { selector: (o: Workload) => string; count: (o: Workload) => number }>> =
  {
    Pod: { selector: () => "", count: () => 1 },
    Deployment: { selector: labels, count: ({ spec }) => spec.replicas ?? 1 },
    ReplicaSet: { selector: labels, count: ({ spec }) => spec.replicas ?? 1 },
    // The second pod of an ordered set comes when the first one is ready.
    StatefulSet: {
      selector: labels,
      count: ({ spec }) => (spec.podManagementPolicy === "Parallel" ? (spec.replicas ?? 1) : 1),
    },
    Job: {
      selector: ({ metadata }) => `batch.kubernetes.io/job-name=${metadata.name}`,
      count: ({ spec }) => spec.parallelism ?? 1,
    },
  };

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly parallelism?: number;
    readonly podManagementPolicy?: string;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly jobTemplate?: { readonly spec: object };
  };
}

function labels({ spec }: Workload): string {
  return Object.entries(spec.selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/**
 * Waits until each workload among the objects has its pods and each pod a node, or until its controller says which
 * wall refused them: everything as the owner, who has to be able to see both.
 */
export async function podsOf(owner: Cluster, objects: readonly KubernetesObject[]): Promise<Pods> {
  const workloads = [];
  for (const object of objects) {
    if (object.kind === "CronJob") workloads.push(await runNow(owner, object as Workload));
    else if (object.kind in kinds) workloads.push(object as Workload);
  }
  let pods = 0;
  const failures: Failure[] = [];
  for (const workload of workloads) {
    const outcome = await settle(owner, workload);
    if (typeof outcome === "number") pods += outcome;
    else failures.push(outcome);
  }
  return { pods, failures };
}

/** A Job from a CronJob's template, as `kubectl create job --from` makes it: its hour may not come today. */
async function runNow(owner: Cluster, { metadata, spec }: Workload): Promise<Workload> {
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${metadata.name}-now`, namespace: metadata.namespace ?? "" },
    spec: { ...spec.jobTemplate?.spec },
  };
  await owner.send({ method: "POST", path: pathOf(job), body: job });
  return job;
}

async function settle(owner: Cluster, workload: Workload): Promise<number | Failure> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { expected, placed, seen } = await look(owner, workload);
    if (placed === expected) return placed;
    const refusal = (await complaints(owner, workload)).find(
      (message) => wallThatRefusedPods(message) !== undefined,
    );
    if (refusal !== undefined)
      return { object: workload, by: wallThatRefusedPods(refusal), message: refusal };
    if (Date.now() > deadline) return { object: workload, by: undefined, message: seen };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function look(owner: Cluster, workload: Workload) {
  const kind = kinds[workload.kind];
  const expected = kind?.count(workload) ?? 0;
  const query = { labelSelector: kind?.selector(workload) ?? "" };
  const path = collectionPath({ group: "", kind: "Pod" }, workload.metadata.namespace);
  const { items } = (await owner.send({ method: "GET", path, query })).body as {
    items: { metadata: { name: string }; spec: { nodeName?: string }; status?: { conditions?: unknown } }[];
  };
  const own =
    workload.kind === "Pod"
      ? items.filter(({ metadata }) => metadata.name === workload.metadata.name)
      : items;
  const placed = own.filter(({ spec }) => spec.nodeName !== undefined).length;
  const seen = `${own.length} of ${expected} pods, ${placed} on a node: ${JSON.stringify(own.map(({ status }) => status?.conditions))}`;
  return { expected, placed, seen };
}

/** What controllers say about a workload: a Deployment in its conditions, the others in events. */
async function complaints(owner: Cluster, workload: Workload): Promise<readonly string[]> {
  if (workload.kind === "Deployment") {
    const path = `${pathOf(workload)}/${workload.metadata.name}`;
    const { status } = (await owner.send({ method: "GET", path })).body as {
      status?: { conditions?: { type: string; message: string }[] };
    };
    return (status?.conditions ?? [])
      .filter(({ type }) => type === "ReplicaFailure")
      .map((each) => each.message);
  }
  const path = collectionPath({ group: "", kind: "Event" }, workload.metadata.namespace);
  const fieldSelector = `reason=FailedCreate,involvedObject.name=${workload.metadata.name}`;
  const { items } = (await owner.send({ method: "GET", path, query: { fieldSelector } })).body as {
    items: { message: string }[];
  };
  return items.map(({ message }) => message);
}

function pathOf(object: KubernetesObject): string {
  const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
  return collectionPath({ group, kind: object.kind }, object.metadata.namespace);
}
