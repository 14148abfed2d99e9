import type { Change, Outcome, Plan } from "../plan/plan.ts";
import { keyOf } from "../manifests/object.ts";
import { superset } from "../record/entries.ts";
import type { RecordEntry } from "../record/record.ts";

/** What may exist once the plan has begun: what is created is intended, what exists is held by its uid. */
export function entriesBefore(held: readonly RecordEntry[], plan: Plan): readonly RecordEntry[] {
  const planned = changesOf(plan).filter((change) => isWanted(change) && change.action !== "refuse");
  return superset(held, planned.map(entryBefore));
}

/**
 * What exists after the plan: held by uid what was done, out of the record what was taken away. After a complete run
 * only the wanted objects remain; after a broken one, everything that may still exist.
 */
export function entriesAfter(
  before: readonly RecordEntry[],
  outcomes: readonly Outcome[],
): readonly RecordEntry[] {
  const isComplete = outcomes.every(({ result }) => result === "done");
  const known = new Map(outcomes.map((outcome) => [keyOf(outcome.change.id), outcome]));
  return before.flatMap((entry) => {
    const outcome = known.get(keyOf(entry.id));
    if (outcome === undefined) return isComplete ? [] : [entry];
    if (outcome.result !== "done") return [entry];
    if (!isWanted(outcome.change)) return [];
    const uid = outcome.object?.metadata.uid;
    return [uid === undefined ? entry : { ...entry, uid }];
  });
}

function changesOf(plan: Plan): readonly Change[] {
  return plan.waves.flatMap(({ changes }) => changes);
}

function isWanted({ action }: Change): boolean {
  return action !== "delete" && action !== "release";
}

function entryBefore({ action, id, manifest, live, former }: Change): RecordEntry {
  const uid = action === "recreate" ? undefined : live?.metadata.uid;
  return {
    id,
    form: manifest?.form ?? "object",
    ...(uid === undefined ? {} : { uid }),
    ...(former === undefined ? {} : { former }),
  };
}
