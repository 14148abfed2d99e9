import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { pathOf } from "../cluster/paths.ts";
import { readObject } from "../cluster/read-object.ts";
import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { describeId } from "../manifests/object.ts";
import { blockersOf } from "./blockers.ts";
import type { Execution } from "./execution.ts";
import { waitFor } from "./waiting.ts";

/** Deletes exactly this object and waits until it is gone; gone already is done. Throws as `requestDelete` and `waitFor`. */
export async function removeObject(
  execution: Execution,
  id: ObjectId,
  live: KubernetesObject,
): Promise<void> {
  if (await requestDelete(execution.cluster, id, live)) return;
  await untilGone(execution, id, live);
}

/**
 * Asks for the deletion of exactly this object (by uid). True: it is certainly gone already. Throws ApiError,
 * ConnectionError.
 */
async function requestDelete(cluster: Cluster, id: ObjectId, live: KubernetesObject): Promise<boolean> {
  const { uid } = live.metadata;
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
  try {
    const answer = await cluster.send({ method: "DELETE", path: pathOf(id), body, repeatable: true });
    // A Status says that it is gone; the object itself, that it goes.
    return (answer.body as { kind?: string }).kind === "Status";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 404) return true;
    // 409: another object of that name by now, or a namespace that is being deleted already.
    if (error.code === 409) return (await readObject(cluster, id))?.metadata.uid !== uid;
    throw error;
  }
}

/** Waits until the object is gone, or another one has its name. */
async function untilGone(execution: Execution, id: ObjectId, live: KubernetesObject): Promise<void> {
  await waitFor(execution, {
    what: `${describeId(id)} to be gone`,
    check: async () => {
      const now = await readObject(execution.cluster, id);
      return now === undefined || now.metadata.uid !== live.metadata.uid ? true : undefined;
    },
    blockers: () => blockersOf(execution.cluster, id),
  });
}
