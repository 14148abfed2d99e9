import type { Json, KubernetesObject } from "../manifests/object.ts";
import type { One, PlanInput } from "./changes.ts";
import { foreignFields, withoutFields } from "./foreign-fields.ts";
import { overlay, sameJson } from "./json-values.ts";
import type { Change } from "./plan.ts";
import { change, compared, refuse } from "./planned-change.ts";
import * as refusals from "./refusals.ts";
import { planRendered } from "./rendered-changes.ts";
import { ownEntry, unchanged } from "./unchanged.ts";

/** The change that an apply makes to an existing object, by the server's own answer where there is one. */
export function planApply(
  one: One,
  action: "update" | "adopt" | "amend",
  input: PlanInput,
  force: boolean,
): Change {
  if (input.rendered === true) return planRendered(one, action, input);
  const { live, dryRun, dryRunRefusal } = one.observed;
  if (live === undefined) return change(one, "unchanged");
  const isApplied = unchanged(one.manifest.object, live);
  if (!isApplied && dryRunRefusal !== undefined) return refuse(one, refusals.refusedByServer(dryRunRefusal));
  const applied = isApplied ? live : (dryRun ?? laidOver(live, one.manifest.object));
  const planned = compared(
    one,
    action,
    isWhollyOurs(one) ? withoutFields(applied, foreignFields(applied)) : applied,
    input,
  );
  if (!isApplied && dryRun === undefined) {
    return { ...planned, force, notes: [...planned.notes, "not validated by the server"] };
  }
  if (planned.fields.length > 0) return { ...planned, force };
  if (sameJson(ownEntry(live)?.fieldsV1, ownEntry(applied)?.fieldsV1)) return change(one, "unchanged");
  return { ...planned, force, notes: ["only who manages its fields changes"] };
}

/** Of an amendment, everything but our fields is somebody else's. */
function isWhollyOurs({ manifest }: One): boolean {
  return manifest.form === "object";
}

/** The live object with everything that is wanted in the place of what it has there. */
export function laidOver(live: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  return overlay(live as unknown as Json, wanted as unknown as Json) as unknown as KubernetesObject;
}
