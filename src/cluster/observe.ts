import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { keyOf } from "../manifests/object.ts";
import type { Cluster } from "./cluster.ts";
import { eachPage } from "./list-objects.ts";
import { builtInKind } from "./paths.ts";
import { readMany } from "./read-object.ts";

/** So many objects are read faster one by one, at the same time, than by lists: a list waits for the watch cache. */
const FEW = 60;
/** So few objects of one kind are not worth the list of the whole kind. */
const FEW_OF_A_KIND = 4;

/**
 * The state of these objects; undefined: it does not exist. Few are read by parallel GETs; of many, each kind by one
 * list, all kinds at once. Throws ApiError, ConnectionError: nothing is ever taken for absent that was not seen.
 */
export async function observe(
  cluster: Cluster,
  ids: readonly ObjectId[],
  signal?: AbortSignal,
): Promise<Map<string, KubernetesObject | undefined>> {
  if (ids.length <= FEW) return readMany(cluster, ids, signal);
  const parts = await Promise.all(byKind(ids).map((some) => observeKind(cluster, some, signal)));
  return new Map(parts.flatMap((part) => [...part]));
}

function byKind(ids: readonly ObjectId[]): readonly (readonly ObjectId[])[] {
  const kinds = new Map<string, ObjectId[]>();
  for (const id of ids) {
    const key = `${id.group}/${id.kind}`;
    const some = kinds.get(key);
    if (some === undefined) kinds.set(key, [id]);
    else some.push(id);
  }
  return [...kinds.values()];
}

async function observeKind(
  cluster: Cluster,
  ids: readonly ObjectId[],
  signal?: AbortSignal,
): Promise<Map<string, KubernetesObject | undefined>> {
  const first = ids[0] as ObjectId;
  if (ids.length <= FEW_OF_A_KIND) return readMany(cluster, ids, signal);
  const state = new Map<string, KubernetesObject | undefined>();
  const restart = (): void => {
    for (const id of ids) state.set(keyOf(id), undefined);
  };
  restart();
  const take = (page: readonly KubernetesObject[]): void => {
    for (const object of page) keepWanted(state, first, object);
  };
  const namespace = ids.every((id) => id.namespace === first.namespace) ? first.namespace : "";
  const selection = { ...(namespace === "" ? {} : { namespace }), ...(signal ? { signal } : {}) };
  await eachPage(cluster, builtInKind(first), selection, take, restart);
  return state;
}

/** Drops what was not asked for at once, so that a large cluster does not fill the memory. */
function keepWanted(
  state: Map<string, KubernetesObject | undefined>,
  { group, kind }: ObjectId,
  object: KubernetesObject,
): void {
  const { name, namespace = "" } = object.metadata;
  const key = keyOf({ group, kind, namespace, name });
  if (state.has(key)) state.set(key, object);
}
