import { idOf, keyOf } from "../manifests/object.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { amendedNode, designatedToOther, formerOf, isEditedInPlace } from "./amendments.ts";
import type { One, PlanInput } from "./changes.ts";
import { planApply } from "./apply-changes.ts";
import { change, compared, refuse } from "./planned-change.ts";
import { otherTenant, otherTool } from "./other-tools.ts";
import { holds } from "./ownership.ts";
import type { Change } from "./plan.ts";
import * as refusals from "./refusals.ts";

/** What has to happen to an object that is not ours and carries fields of ours. */
export function planAmendment(one: One, input: PlanInput): Change {
  const planned = planOne(one, input);
  if (planned.action !== "refuse" || !isLost(one)) return planned;
  return { ...planned, ...refusals.lost(one.observed.live === undefined ? undefined : planned.refusal) };
}

/** Is it a Node that the record lists, and that is not there any more? Machines come and go without asking anybody. */
function isLost({ manifest, held, observed: { live } }: One): boolean {
  if (held === undefined || !isEditedInPlace(manifest.object)) return false;
  return live === undefined || live.metadata.deletionTimestamp !== undefined || !holds(live, held);
}

function planOne(one: One, input: PlanInput): Change {
  const { live } = one.observed;
  if (live === undefined) return planMissing(one, input);
  if (live.metadata.deletionTimestamp !== undefined) return refuse(one, refusals.terminating(live));
  const claim = isAmended(live, one, input) ? undefined : claimOn(live, one, input);
  if (claim !== undefined) return refuse(one, claim);
  const { refusal, notes = [] } = input.objections?.get(keyOf(idOf(live))) ?? {};
  if (refusal !== undefined) return refuse(one, { refusal, refusalExit: 4 });
  const planned = isEditedInPlace(live)
    ? planEdit(one, live, input)
    : planApply(one, "amend", input, mayForce(one, live, input));
  if (planned.action === "refuse") return planned;
  return withFormer({ ...planned, notes: [...planned.notes, ...notes] }, one);
}

/** Is it amended already, or is that somebody else's work, who may have marked it? */
function isAmended(live: KubernetesObject, { held, manifest }: One, { rendered }: PlanInput): boolean {
  if (holds(live, held)) return true;
  return rendered === true && held !== undefined && !isEditedInPlace(manifest.object);
}

/** The `default` ServiceAccount of a new namespace may come before or after our apply; both are right. */
function planMissing(one: One, input: PlanInput): Change {
  const { object } = one.manifest;
  if (object.kind !== "ServiceAccount") return refuse(one, refusals.absent(object.kind));
  const effect = input.judge(idOf(object), undefined, object);
  return withFormer({ ...change(one, "amend"), effect, force: false }, one);
}

function claimOn(
  live: KubernetesObject,
  { manifest }: One,
  { owner }: PlanInput,
): refusals.Refusal | undefined {
  if (isEditedInPlace(live)) {
    const mark = designatedToOther(live, manifest.object);
    return mark === undefined ? undefined : refusals.designated(mark);
  }
  const tenant = otherTenant(live, owner);
  const other = tenant === undefined ? otherTool(live) : `tenant ${tenant}`;
  return other === undefined ? undefined : refusals.belongsTo(other);
}

function planEdit(one: One, live: KubernetesObject, input: PlanInput): Change {
  const planned = compared(one, "amend", amendedNode(live, one.manifest.object), input);
  return planned.fields.length === 0 ? change(one, "unchanged") : planned;
}

function mayForce(one: One, live: KubernetesObject, input: PlanInput): boolean {
  return input.forceConflicts === true || holds(live, one.held);
}

/**
 * What was before mtenant came is what the record says, and only at the first time what is live now. Of an object that
 * mtenant made itself nothing was there before.
 */
function withFormer(planned: Change, { manifest, held, observed }: One): Change {
  const before = held?.form === "object" ? undefined : observed.live;
  const former = held?.former ?? JSON.stringify(formerOf(manifest.object, before));
  return { ...planned, former };
}
