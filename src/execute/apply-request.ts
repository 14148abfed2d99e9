import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { pathOf } from "../cluster/paths.ts";
import { receivedObject } from "../cluster/received-object.ts";
import { FIELD_MANAGER } from "../manifests/names.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { idOf } from "../manifests/object.ts";
import type { FieldConflict } from "../plan/observed.ts";

/** How an object is applied. */
export interface ApplyOptions {
  /** Take fields over from other managers. */
  readonly force: boolean;
  readonly dryRun?: boolean;
}

/** The object as the server has it now, and whether the apply created it. */
export interface Applied {
  readonly object: KubernetesObject;
  readonly created: boolean;
}

/**
 * Server-side apply of exactly this object, as `mtenant`. It may be sent again when an answer is lost: the second time
 * it changes nothing. Throws ApiError, ConnectionError.
 */
export async function sendApply(
  cluster: Cluster,
  object: KubernetesObject,
  options: ApplyOptions,
): Promise<Applied> {
  const id = idOf(object);
  const path = pathOf(id);
  const { status, body } = await cluster.send({
    method: "PATCH",
    path,
    query: {
      fieldManager: FIELD_MANAGER,
      force: String(options.force),
      fieldValidation: "Strict",
      ...(options.dryRun === true ? { dryRun: "All" } : {}),
    },
    body: object,
    contentType: "application/apply-patch+yaml",
    repeatable: true,
  });
  return { object: receivedObject(body, { ...id, request: `PATCH ${path}` }), created: status === 201 };
}

/** The object with the preconditions of an update: the uid alone forbids a create, the resourceVersion a lost change. */
export function withPreconditions(object: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const { uid, resourceVersion } = live.metadata;
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return { ...object, metadata: { ...object.metadata, ...preconditions } };
}

/** The fields that other managers hold; empty when the answer is about something else. */
export function conflictsOf(error: unknown): readonly FieldConflict[] {
  if (!(error instanceof ApiError) || error.code !== 409) return [];
  return error.causes
    .filter(({ reason }) => reason === "FieldManagerConflict")
    .map(({ field = "", message = "" }) => ({ field, message }));
}

/**
 * Did a precondition fail: the object changed (409 without a field conflict), or is another one of the same name (409, or
 * 422 for `metadata.uid`)?
 */
export function isStale(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 422) return error.causes.some(({ field }) => field === "metadata.uid");
  return error.code === 409 && conflictsOf(error).length === 0;
}
