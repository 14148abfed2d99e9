import { idOf, keyOf } from "../manifests/object.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { amendedNode, designatedToOther, formerOf, isEditedInPlace, withoutOurs } from "./amendments.ts";
import type { One, PlanInput } from "./changes.ts";
import { planApply } from "./apply-changes.ts";
import { change, compared, refuse } from "./planned-change.ts";
import { TENANT_KEY } from "../manifests/names.ts";
import { valueAt } from "./json-values.ts";
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
  return withFormer({ ...planned, notes: [...planned.notes, ...notes] }, one, input);
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
  return withFormer({ ...change(one, "amend"), effect, force: false }, one, input);
}

function claimOn(
  live: KubernetesObject,
  { manifest }: One,
  { owner, takeOver }: PlanInput,
): refusals.Refusal | undefined {
  if (isEditedInPlace(live)) {
    const mark = designatedToOther(live, manifest.object);
    return mark === undefined ? undefined : refusals.designated(mark);
  }
  const tenant = otherTenant(live, owner);
  const other = tenant === undefined ? otherTool(live) : `tenant ${tenant}`;
  if (other !== undefined) return refusals.belongsTo(other);
  // Without a record, what was there before mtenant came is not known any more.
  const isMarked = valueAt(live.metadata.labels, TENANT_KEY) !== undefined;
  return isMarked && takeOver !== true ? refusals.unrecorded() : undefined;
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
 * mtenant made itself nothing was there before, and of what is taken over, nothing that is as we want it.
 */
function withFormer(planned: Change, { manifest, held, observed }: One, { takeOver }: PlanInput): Change {
  if (held?.former !== undefined) return { ...planned, former: held.former };
  const before = held?.form === "object" ? undefined : observed.live;
  const former = formerOf(manifest.object, before);
  const known = takeOver === true ? withoutOurs(former, manifest.object) : former;
  return { ...planned, former: JSON.stringify(known) };
}
