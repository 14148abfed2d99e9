import type { Json, KubernetesObject } from "../manifests/object.ts";
import type { One, PlanInput } from "./changes.ts";
import { change, compared } from "./planned-change.ts";
import { managerOf } from "./field-managers.ts";
import { type FieldPath, withoutFields } from "./foreign-fields.ts";
import { isMap, overlay, valueAt } from "./json-values.ts";
import type { Change } from "./plan.ts";

/**
 * What has to happen to an existing object that somebody else applies from rendered files: which of its fields are not
 * as rendered. Who manages the fields is no difference. Decided without the server, because rendered objects hold its
 * defaults already, and because mtenant is not the one to apply them.
 */
export function planRendered(one: One, action: "update" | "adopt" | "amend", input: PlanInput): Change {
  const { live } = one.observed;
  if (live === undefined) return change(one, "unchanged");
  const planned = compared(one, action, asRendered(one, live), input);
  return planned.fields.length === 0 ? change(one, "unchanged") : planned;
}

/** The live object as applying its file anew should leave it; of an amendment, everything else stays as it is. */
function asRendered({ manifest }: One, live: KubernetesObject): KubernetesObject {
  const wanted = manifest.object as unknown as Json;
  const laidOver = overlay(live as unknown as Json, wanted) as unknown as KubernetesObject;
  return manifest.form === "amendment"
    ? laidOver
    : withoutFields(laidOver, addedFields(manifest.object, live));
}

/**
 * The fields outside metadata and status that somebody set and the file does not have. What no manager owns is a default
 * of the server, unless nothing is known of any manager.
 */
function addedFields(wanted: KubernetesObject, live: KubernetesObject): FieldPath[] {
  const isTracked = (live.metadata.managedFields ?? []).length > 0;
  const isSet = (path: FieldPath): boolean => !isTracked || managerOf(live, path).manager !== undefined;
  const { metadata: _, status: __, ...content } = live;
  return below(wanted as unknown as Json, content as unknown as Json, []).filter(isSet);
}

function below(wanted: Json | undefined, live: Json | undefined, path: FieldPath): FieldPath[] {
  if (!isMap(wanted) || !isMap(live)) return [];
  return Object.keys(live).flatMap((key) => {
    const ours = valueAt(wanted, key);
    return ours === undefined ? [[...path, key]] : below(ours, valueAt(live, key), [...path, key]);
  });
}
