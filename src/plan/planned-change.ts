import type { KubernetesObject } from "../manifests/object.ts";
import { idOf } from "../manifests/object.ts";
import type { One, PlanInput } from "./changes.ts";
import { fieldChanges } from "./field-changes.ts";
import type { Change } from "./plan.ts";
import type { Refusal } from "./refusals.ts";

/** The change from what is live to `after`, with its fields and what it means. */
export function compared(
  one: One,
  action: Change["action"],
  after: KubernetesObject,
  input: PlanInput,
): Change {
  const { live } = one.observed;
  const fields = live === undefined ? [] : fieldChanges(live, after);
  if (fields.length === 0) return change(one, action);
  const id = idOf(one.manifest.object);
  const effect = input.judge(id, live, after);
  const mends = effect !== "widens" && input.judge(id, after, live) === "widens";
  return { ...change(one, action), fields, effect, ...(mends ? { mends } : {}) };
}

/** A change without fields and without effect. */
export function change({ manifest, observed }: One, action: Change["action"]): Change {
  return {
    action,
    id: idOf(manifest.object),
    manifest,
    ...(observed.live === undefined ? {} : { live: observed.live }),
    fields: [],
    effect: "neutral",
    notes: [],
  };
}

/** A refused change. */
export function refuse(one: One, refusal: Refusal): Change {
  return { ...change(one, "refuse"), ...refusal };
}
