import type { Cluster } from "../cluster/cluster.ts";
import { listContents } from "../cluster/list-contents.ts";
import { readObject } from "../cluster/read-object.ts";
import type { ObjectId } from "../manifests/object.ts";
import { conditionsOf, finalizersOf } from "../plan/blocking.ts";

/** Why an object does not go, one sentence each: its finalizers; of a namespace, its conditions and what is left in it. */
export async function blockersOf(cluster: Cluster, id: ObjectId): Promise<readonly string[]> {
  const live = await readObject(cluster, id);
  if (live === undefined) return [];
  const own = finalizersOf(live);
  if (id.kind !== "Namespace" || id.group !== "") return own;
  return [...own, ...conditionsOf(live), ...(await heldInside(cluster, id.name))];
}

async function heldInside(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const { found, unlisted } = await listContents(cluster, [namespace], finalizersOf);
  return [...found, ...unlisted.map(({ what, why }) => `what there is of ${what} cannot be told: ${why}`)];
}
