import type { Manifest, Owner } from "../manifests/manifest.ts";
import type { KubernetesObject, ObjectId } from "../manifests/object.ts";
import { idOf, keyOf } from "../manifests/object.ts";
import { planAmendment } from "./amendment-changes.ts";
import { laidOver, planApply } from "./apply-changes.ts";
import { mustRecreate } from "./needs-dry-run.ts";
import type { HeldObject, Observed } from "./observed.ts";
import { carriesOurLabels, isOursByMarks, ownershipOf } from "./ownership.ts";
import type { Change, ChangeEffect, Foreign, Plan } from "./plan.ts";
import { change, compared, refuse } from "./planned-change.ts";
import * as refusals from "./refusals.ts";
import { planRemovals } from "./removals.ts";
import { inWaves } from "./waves.ts";

/** Decides what a change means: `reachOf` of the boundaries. An absent side: the object does not exist. */
export type Judge = (
  id: ObjectId,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
) => ChangeEffect;

/** Why an object that is not ours must not be amended, and what a person should know before it is. */
export interface Objection {
  readonly refusal?: string;
  readonly notes: readonly string[];
}

/** Everything that a plan is made from. Maps and sets are keyed by `keyOf`. */
export interface PlanInput {
  readonly owner: Owner;
  /** What should exist, in the order of rendering. */
  readonly wanted: readonly Manifest[];
  /** Of everything wanted and everything held. */
  readonly observed: ReadonlyMap<string, Observed>;
  readonly held: readonly HeldObject[];
  /** `creationTimestamp` of the owner's record; absent when there is none yet. */
  readonly recordCreated?: string;
  /** Somebody else applies the owner's objects from rendered files: what the record lists and our labels mark is ours. */
  readonly rendered?: boolean;
  /** Objects that the spec names for adoption. */
  readonly adopt: ReadonlySet<string>;
  /** Take fields over from other managers, on adopted and amended objects too. */
  readonly forceConflicts?: boolean;
  /** Take back what is the owner's by its marks, though no record holds it. */
  readonly takeOver?: boolean;
  readonly judge: Judge;
  /** Refusals of what the spec relies on and does not change: a Node that somebody else marks for the owner. */
  readonly refused?: readonly Change[];
  /** What speaks against amending, or releasing, objects that are not ours. */
  readonly objections?: ReadonlyMap<string, Objection>;
  readonly foreign: readonly Foreign[];
}

/** All that has to happen to an owner's objects so that exactly the wanted ones exist, as they should be. */
export function planChanges(input: PlanInput): Plan {
  const held = new Map(input.held.map((each) => [keyOf(each.id), each]));
  const changes = input.wanted.map((manifest) => {
    const key = keyOf(idOf(manifest.object));
    const one = { manifest, held: held.get(key), observed: input.observed.get(key) ?? {} };
    return manifest.form === "amendment" ? planAmendment(one, input) : planObject(one, input);
  });
  const wanted = new Set(changes.map(({ id }) => keyOf(id)));
  const removals = planRemovals(
    input.held.filter(({ id }) => !wanted.has(keyOf(id))),
    input,
    { keepData: true },
  );
  return {
    owner: input.owner,
    waves: inWaves(input.owner, [...changes, ...(input.refused ?? []), ...removals]),
    foreign: input.foreign,
  };
}

/** One wanted object, and what is known of it. */
export interface One {
  readonly manifest: Manifest;
  readonly held: HeldObject | undefined;
  readonly observed: Observed;
}

function planObject(one: One, input: PlanInput): Change {
  const { observed, manifest } = one;
  const { live } = observed;
  if (live === undefined) return planCreate(one, input);
  if (live.metadata.deletionTimestamp !== undefined) return refuse(one, refusals.terminating(live));
  if (one.held?.form === "amendment") return refuse(one, refusals.wasThere(live.kind));
  const { owner, recordCreated, rendered } = input;
  const ownership = ownershipOf(live, { owner, held: one.held, recordCreated, rendered });
  if (ownership.of === "other") return refuse(one, refusals.belongsTo(ownership.name));
  if (ownership.of === "us") return planUpdate(one, live, input);
  if (input.adopt.has(keyOf(idOf(manifest.object)))) return planAdoption(one, live, input);
  if (input.takeOver === true && isOursByMarks(live, { owner, held: one.held }))
    return planTakeover(one, live, input);
  return refuse(one, refusalOf(one, live, input));
}

function refusalOf({ held }: One, live: KubernetesObject, { owner, takeOver }: PlanInput): refusals.Refusal {
  if (!carriesOurLabels(live, owner)) return refusals.exists(live.kind);
  const mayTakeOver = isOursByMarks(live, { owner, held });
  return takeOver === true || !mayTakeOver ? refusals.onlyLabelled() : refusals.unrecorded();
}

/** As an update, and shown even without a difference: the record holds it from now on. */
function planTakeover(one: One, live: KubernetesObject, input: PlanInput): Change {
  const planned = planUpdate(one, live, input);
  if (planned.action !== "update" && planned.action !== "unchanged") return planned;
  return { ...planned, action: "adopt", force: true };
}

function planCreate(one: One, input: PlanInput): Change {
  const { dryRunRefusal } = one.observed;
  if (dryRunRefusal !== undefined) return refuse(one, refusals.refusedByServer(dryRunRefusal));
  const { object } = one.manifest;
  return { ...change(one, "create"), effect: input.judge(idOf(object), undefined, object) };
}

function planUpdate(one: One, live: KubernetesObject, input: PlanInput): Change {
  if (mustRecreate(one.manifest.object, live)) {
    return compared(one, "recreate", laidOver(live, one.manifest.object), input);
  }
  return planApply(one, "update", input, true);
}

function planAdoption(one: One, live: KubernetesObject, input: PlanInput): Change {
  const found = planApply(
    { ...one, observed: { ...one.observed, live } },
    "adopt",
    input,
    input.forceConflicts === true,
  );
  // Even without a difference it has to become ours: the labels and the record say so from now on.
  return found.action === "unchanged" ? { ...found, action: "adopt" } : found;
}
