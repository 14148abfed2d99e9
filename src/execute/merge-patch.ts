import { pathOf } from "../cluster/paths.ts";
import { receivedObject } from "../cluster/received-object.ts";
import { FIELD_MANAGER } from "../manifests/names.ts";
import type { JsonMap, KubernetesObject, ObjectId } from "../manifests/object.ts";
import { overlay } from "../plan/json-values.ts";
import type { Execution } from "./execution.ts";

/** RFC 7396, under the resourceVersion that was read. */
export async function mergePatch(
  { cluster }: Execution,
  id: ObjectId,
  live: KubernetesObject,
  patch: JsonMap,
): Promise<KubernetesObject> {
  const { uid, resourceVersion } = live.metadata;
  const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  const path = pathOf(id);
  const { body } = await cluster.send({
    method: "PATCH",
    path,
    query: { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" },
    contentType: "application/merge-patch+json",
    body: overlay(patch, { metadata: preconditions }),
  });
  return receivedObject(body, { ...id, request: `PATCH ${path}` });
}
