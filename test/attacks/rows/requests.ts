import type { ApiRequest } from "../../../src/cluster/cluster.ts";
import { collectionPath, pathOf } from "../../../src/cluster/paths.ts";
import { idOf, type JsonMap, type KubernetesObject } from "../../../src/manifests/object.ts";
import type { TenantRole } from "../../../src/tenant/tenant.ts";
import { type AttackRow, type Place, send, type Try } from "../row.ts";

const dryRun = { dryRun: "All" };

/** Creates an object; a dry-run unless it has to be there. */
export function creating(
  object: KubernetesObject,
  query: Readonly<Record<string, string>> = dryRun,
): ApiRequest {
  const id = idOf(object);
  return { method: "POST", path: collectionPath(id, id.namespace), query, body: object };
}

/** A JSON merge patch of an object that is there, as a dry-run. */
export function patching(object: KubernetesObject, body: JsonMap, subresource?: string): ApiRequest {
  const contentType = "application/merge-patch+json";
  return { method: "PATCH", path: pathOf(idOf(object), subresource), query: dryRun, contentType, body };
}

/** One request, computed from the place. */
export function trying(request: (place: Place) => ApiRequest): Try {
  return (place, person) => send(person, request(place));
}

/** Lists the pods of the tenant's own namespace: what everybody may who has any right there. */
const lookingAround: Try = trying(({ scope }) => ({
  method: "GET",
  path: collectionPath({ group: "", kind: "Pod" }, scope.namespace.name),
  query: { limit: "1" },
}));

/** A row that the authorizer alone has to stop. */
export function forbidden(
  id: string,
  title: string,
  attack: Try,
  more: Partial<Pick<AttackRow, "twin" | "stoppedAnyway" | "roles">> = {},
): AttackRow {
  return { id, title, roles: everybody, stoppedBy: ["RBAC"], attack, twin: lookingAround, ...more };
}

/** Every role that a tenant has. */
const everybody: readonly TenantRole[] = ["Owner", "Developer", "Viewer"];

/** Those who may write. */
export const writers: readonly TenantRole[] = ["Owner", "Developer"];
