import type { Cluster } from "../cluster/cluster.ts";
import { discoverResources } from "../cluster/discover-resources.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { readObject } from "../cluster/read-object.ts";
import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId, idOf } from "../manifests/object.ts";
import { isList, valueAt } from "../plan/json-values.ts";

/** Why an object does not go, one sentence each: its finalizers; of a namespace, its conditions and what is left in it. */
export async function blockersOf(cluster: Cluster, id: ObjectId): Promise<readonly string[]> {
  const live = await readObject(cluster, id);
  if (live === undefined) return [];
  const own = finalizersOf(live);
  if (id.kind !== "Namespace" || id.group !== "") return own;
  return [...own, ...conditionsOf(live), ...(await heldInside(cluster, id.name))];
}

/** The sentence for an object that finalizers keep; whoever put a finalizer there has to take it away. */
export function finalizersOf(live: KubernetesObject): readonly string[] {
  const { finalizers = [] } = live.metadata;
  if (finalizers.length === 0) return [];
  const owner = live.metadata.managedFields?.find(({ fieldsV1 }) =>
    Object.hasOwn((valueAt(fieldsV1, "f:metadata") ?? {}) as object, "f:finalizers"),
  )?.manager;
  const by = owner === undefined ? "" : `, set by ${owner}`;
  return [`${describeId(idOf(live))} waits for ${finalizers.join(", ")}${by}`];
}

/** kubernetes: staging/src/k8s.io/api/core/v1/types.go, NamespaceConditionType: each is a problem when it is True. */
function conditionsOf(namespace: KubernetesObject): readonly string[] {
  const conditions = valueAt(namespace["status"], "conditions");
  return (isList(conditions) ? conditions : [])
    .filter((each) => valueAt(each, "status") === "True")
    .map((each) => `${String(valueAt(each, "type"))}: ${String(valueAt(each, "message"))}`);
}

async function heldInside(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const { kinds } = await discoverResources(cluster);
  const lists = kinds
    .filter(({ namespaced, group, kind }) => namespaced && kind !== "Event" && group !== "metrics.k8s.io")
    .map((kind) => listObjects(cluster, kind, { namespace }));
  // What may not be listed cannot be named; the conditions still tell that something is there.
  const read = await Promise.allSettled(lists);
  return read.flatMap((list) => (list.status === "fulfilled" ? list.value.flatMap(finalizersOf) : []));
}
