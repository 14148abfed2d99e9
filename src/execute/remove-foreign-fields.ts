import { pathOf } from "../cluster/paths.ts";
import { receivedObject } from "../cluster/received-object.ts";
import { FIELD_MANAGER } from "../manifests/names.ts";
import { commentPath } from "../manifests/comments.ts";
import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { foreignFields } from "../plan/foreign-fields.ts";
import type { Execution } from "./execution.ts";

/**
 * Takes away what other managers added to an object of ours, which an apply would leave; nothing is sent when there is
 * nothing. Removing gives us no further fields, so the next apply still has one entry of ours. Throws ApiError (409 when
 * the object changed since), ConnectionError.
 */
export async function removeForeignFields(
  { cluster }: Execution,
  id: ObjectId,
  live: KubernetesObject,
): Promise<KubernetesObject> {
  const fields = foreignFields(live);
  if (fields.length === 0) return live;
  // From the back, so that the indexes of lists stay right.
  const pointers = fields
    .map((path) => commentPath(path))
    .toSorted((one, other) => other.localeCompare(one, "en", { numeric: true }));
  const { resourceVersion } = live.metadata;
  const path = pathOf(id);
  const { body } = await cluster.send({
    method: "PATCH",
    path,
    query: { fieldManager: FIELD_MANAGER },
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
      ...pointers.map((pointer) => ({ op: "remove", path: pointer })),
    ],
  });
  return receivedObject(body, { ...id, request: `PATCH ${path}` });
}
