import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { keyOf } from "../manifests/object.ts";
import { ApiError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { pathOf } from "./paths.ts";
import { receivedObject } from "./received-object.ts";

/**
 * Reads one object; undefined when the server says that it does not exist. A 404 for the whole kind (an API that is not
 * served) is thrown: it says nothing about the object. Throws ApiError, ConnectionError.
 */
export async function readObject(
  cluster: Cluster,
  id: ObjectId,
  signal?: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const path = pathOf(id);
  try {
    const { body } = await cluster.send({ method: "GET", path, ...(signal ? { signal } : {}) });
    return receivedObject(body, { ...id, request: `GET ${path}` });
  } catch (error) {
    if (error instanceof ApiError && error.code === 404 && error.reason === "NotFound") return undefined;
    throw error;
  }
}

/** Reads objects at the same time; the key is `keyOf(id)`. Throws the first error. */
export async function readMany(
  cluster: Cluster,
  ids: readonly ObjectId[],
  signal?: AbortSignal,
): Promise<Map<string, KubernetesObject | undefined>> {
  const read = ids.map(async (id) => [keyOf(id), await readObject(cluster, id, signal)] as const);
  return new Map(await Promise.all(read));
}
