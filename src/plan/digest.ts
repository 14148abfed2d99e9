import { createHash } from "node:crypto";
import { keyOf } from "../manifests/object.ts";
import type { Change, Plan } from "./plan.ts";

/**
 * A short text that is equal for equal plans: the same changes in the same order, of the same fields, on the same
 * objects, to the same end. What was shown is what is done when a plan made again has the digest of the one shown.
 */
export function planDigest(plan: Plan): string {
  const content = [
    plan.owner,
    plan.waves.map(({ name, changes }) => [name, changes.map(changeContent)]),
    plan.foreign,
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}

/** `unchanged` objects may be touched by their controllers without the plan being another. */
function changeContent(change: Change): readonly unknown[] {
  const { action, id, manifest, live, fields, effect, refusal, former } = change;
  if (action === "unchanged") return [action, keyOf(id)];
  const values = fields.map(({ path, before, after }) => [path, before, after]);
  return [action, keyOf(id), manifest?.object, live?.metadata.uid, values, effect, refusal, former];
}
