import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { collectionPath } from "../cluster/paths.ts";
import { readObject } from "../cluster/read-object.ts";
import type { JsonMap, KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId, idOf } from "../manifests/object.ts";
import { mergePatch } from "./merge-patch.ts";
import { isStale } from "./apply-request.ts";
import { finalizersOf } from "../plan/blocking.ts";
import type { Execution } from "./execution.ts";
import { waitFor } from "./waiting.ts";

/** What makes pods, makers of makers first. */
const workloads = [
  { group: "batch", kind: "CronJob" },
  { group: "apps", kind: "Deployment" },
  { group: "apps", kind: "StatefulSet" },
  { group: "apps", kind: "DaemonSet" },
  { group: "batch", kind: "Job" },
  { group: "apps", kind: "ReplicaSet" },
  { group: "", kind: "ReplicationController" },
] as const;

const pods = { group: "", kind: "Pod" } as const;

/** The kinds whose objects are deleted, all of a namespace at once, before the namespace is. */
export const drainedKinds = [...workloads, pods] as const;

/**
 * Takes every workload out of a namespace and waits until no pod is left, while its walls still stand: a namespace that
 * is deleted as a whole may lose its NetworkPolicies before its pods (CVE-2024-7598). `quotas` are set to no pods first,
 * so that nothing comes back. Throws ExpectedError (exit code 5 naming the pods that stay, 130), ApiError, ConnectionError.
 */
export async function drain(
  execution: Execution,
  namespace: string,
  quotas: readonly ObjectId[],
): Promise<void> {
  const { cluster } = execution;
  await Promise.all(quotas.map((id) => allowNoPods(execution, id)));
  const found = await Promise.all(drainedKinds.map((kind) => listObjects(cluster, kind, { namespace })));
  const present = drainedKinds.filter((_, index) => found[index]?.length !== 0);
  for (const kind of present) await removeAll(cluster, kind, namespace);
  if (present.length === 0) return;
  let left: readonly KubernetesObject[] = [];
  await waitFor(execution, {
    what: `the pods of namespace ${namespace} to be gone`,
    check: async () => {
      left = await listObjects(cluster, pods, { namespace });
      return left.length === 0 ? true : undefined;
    },
    blockers: async () => left.map(whyItStays),
  });
}

async function allowNoPods(execution: Execution, id: ObjectId): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const live = await readObject(execution.cluster, id);
    const hard = (live?.["spec"] as { hard?: JsonMap } | undefined)?.hard;
    if (live === undefined || hard?.["pods"] === "0") return;
    try {
      await mergePatch(execution, id, live, { spec: { hard: { pods: "0" } } });
      return;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return;
      if (!isStale(error) || tries >= 5) throw error;
    }
  }
}

async function removeAll(
  cluster: Cluster,
  kind: { group: string; kind: string },
  namespace: string,
): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  await cluster.send({ method: "DELETE", path: collectionPath(kind, namespace), body, repeatable: true });
}

function whyItStays(pod: KubernetesObject): string {
  const [held] = finalizersOf(pod);
  if (held !== undefined) return held;
  const node = (pod["spec"] as { nodeName?: string } | undefined)?.nodeName;
  return `${describeId(idOf(pod))} is still ${node === undefined ? "there" : `on node ${node}: does its kubelet run?`}`;
}
