import type { JsonMap, KubernetesObject } from "../manifests/object.ts";
import { keyOf } from "../manifests/object.ts";
import { isEditedInPlace, releasedNode } from "./amendments.ts";
import type { Judge, PlanInput } from "./changes.ts";
import type { HeldObject } from "./observed.ts";
import { ownershipOf } from "./ownership.ts";
import type { Change, Plan } from "./plan.ts";
import * as refusals from "./refusals.ts";
import { inWaves } from "./waves.ts";

/** Kinds whose deletion takes a tenant's own data along. */
const dataKinds: ReadonlySet<string> = new Set(["/Namespace", "/PersistentVolumeClaim"]);

/** What it takes to leave nothing behind: everything held is deleted or released, access first, what all share last. */
export function planDelete(input: Omit<PlanInput, "wanted" | "adopt" | "forceConflicts">): Plan {
  const changes = planRemovals(input.held, input, { keepData: false });
  return { owner: input.owner, waves: inWaves(input.owner, changes), foreign: input.foreign };
}

/** The removal of what is held: nothing for what is gone already, or is another object of the same name by now. */
export function planRemovals(
  held: readonly HeldObject[],
  input: Pick<PlanInput, "owner" | "observed" | "recordCreated" | "rendered" | "objections"> & {
    readonly judge: Judge;
  },
  { keepData }: { readonly keepData: boolean },
): readonly Change[] {
  return held.flatMap((each) => {
    const live = input.observed.get(keyOf(each.id))?.live;
    if (live === undefined || !isHeld(each, live, input)) return [];
    const mustAsk = keepData && each.form === "object" && dataKinds.has(`${each.id.group}/${each.id.kind}`);
    if (mustAsk) return [keep(each, live)];
    const { refusal } = input.objections?.get(keyOf(each.id)) ?? {};
    return [refusal === undefined ? removal(each, live, input.judge) : notYet(each, live, refusal)];
  });
}

function isHeld(
  held: HeldObject,
  live: KubernetesObject,
  input: Pick<PlanInput, "owner" | "recordCreated" | "rendered">,
): boolean {
  if (held.form === "amendment") return held.uid === undefined || held.uid === live.metadata.uid;
  const { owner, recordCreated, rendered } = input;
  return ownershipOf(live, { owner, held, recordCreated, rendered }).of === "us";
}

function removal(held: HeldObject, live: KubernetesObject, judge: Judge): Change {
  return {
    action: held.form === "object" ? "delete" : "release",
    id: held.id,
    live,
    fields: [],
    effect: judge(held.id, live, afterwards(held, live)),
    ...(held.former === undefined ? {} : { former: held.former }),
    notes: live.metadata.deletionTimestamp === undefined ? [] : ["it is being deleted already"],
  };
}

/** A Node is still there when it is released; of what else is amended, mtenant does not know what becomes of it. */
function afterwards({ form, former }: HeldObject, live: KubernetesObject): KubernetesObject | undefined {
  if (form === "object" || !isEditedInPlace(live)) return undefined;
  return releasedNode(live, JSON.parse(former ?? "{}") as JsonMap);
}

/** What is not given back yet holds up nothing else, and stays in the record. */
function notYet({ id }: HeldObject, live: KubernetesObject, refusal: string): Change {
  const refused = { refusal, refusalExit: 3, isolated: true } as const;
  return { action: "refuse", id, live, fields: [], effect: "neutral", ...refused, notes: [] };
}

function keep(held: HeldObject, live: KubernetesObject): Change {
  const refusal = refusals.holdsData(held.id.kind);
  return { action: "refuse", id: held.id, live, fields: [], effect: "neutral", ...refusal, notes: [] };
}
