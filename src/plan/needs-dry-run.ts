import type { Manifest } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { isEditedInPlace } from "./amendments.ts";
import { valueAt } from "./json-values.ts";
import { sameJson } from "./json-values.ts";
import { unchanged } from "./unchanged.ts";

/**
 * Does planning need the server's own answer to an apply of this manifest? Not for what does not exist (its namespace
 * may not exist either), is certainly unchanged, is about to go, must be recreated, or is edited in place.
 */
export function needsDryRun(manifest: Manifest, live: KubernetesObject | undefined): boolean {
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return false;
  if (isEditedInPlace(manifest.object) || mustRecreate(manifest.object, live)) return false;
  return !unchanged(manifest.object, live);
}

/**
 * Does a field differ that the server never lets change? `roleRef` is the one among the kinds that mtenant makes
 * (kubernetes: pkg/apis/rbac/validation, "cannot change roleRef").
 */
export function mustRecreate(wanted: KubernetesObject, live: KubernetesObject): boolean {
  const roleRef = valueAt(wanted, "roleRef");
  return roleRef !== undefined && !sameJson(roleRef, valueAt(live, "roleRef"));
}
