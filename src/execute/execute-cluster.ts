import { explainError } from "../cluster/explain-error.ts";
import type { Owner } from "../manifests/manifest.ts";
import { describeId } from "../manifests/object.ts";
import type { Plan, Wave } from "../plan/plan.ts";
import { RECORD_FORMAT } from "../record/codec.ts";
import { refuseGuardChange, refuseUnknownGuards } from "../record/guard-generation.ts";
import { refuseRendered } from "../record/lock.ts";
import type { Holder, OwnerRecord } from "../record/record.ts";
import { entriesAfter, entriesBefore } from "./entries-of-plan.ts";
import type { Executed } from "./execute-plan.ts";
import { executePlan, interrupted, refuseRefused } from "./execute-plan.ts";
import type { Execution } from "./execution.ts";
import type { Probe } from "./guard-probe.ts";
import { guardsLive } from "./guard-probe.ts";
import { holdRecord } from "./hold.ts";
import type { StoredRecord } from "./records.ts";

/** What the cluster's own part is made of. */
export interface ClusterInput {
  readonly plan: Plan;
  /** The record that the plan was made from; undefined: there was none. */
  readonly stored: StoredRecord | undefined;
  /** Of the guards in the plan. */
  readonly generation: string;
  readonly probes: readonly Probe[];
  /** The person wants the guards of the same version replaced by other templates'. */
  readonly replaceGuards: boolean;
  /** The plan takes over what no record holds, or what somebody else applies from rendered files. */
  readonly takesOver: boolean;
  readonly us: Holder;
  readonly writtenBy: string;
}

const clusterOwner: Owner = { kind: "cluster" };

/**
 * Brings what all tenants share to what the plan says, and proves that the guards refuse. Nothing is written when
 * nothing differs. Throws ExpectedError (exit code 4) when the live guards are a newer version's, or come from rendered
 * files and differ.
 */
export async function executeCluster(execution: Execution, input: ClusterInput): Promise<Executed> {
  const { plan, stored, us } = input;
  refuseRefused(plan);
  if (execution.signal.aborted) throw interrupted();
  if (isClusterDone(input)) return useAsTheyAre(execution, input);
  if (stored !== undefined && !input.takesOver) refuseRendered(stored.record, stored.appliedBy);
  if (stored !== undefined) refuseGuardChange(stored.record, input);
  else if (input.takesOver) refuseUnknownGuards(changedGuards(plan), input);
  const [first, rest] = splitSystem(plan);
  // The record lives in the namespace that the first wave makes.
  const before = await executePlan(execution, { ...plan, waves: first });
  if (isBroken(before)) return { ...before, outcomes: [...before.outcomes, ...unreached(rest)] };
  const entries = entriesBefore(stored?.record.entries ?? [], plan);
  const hold = await holdRecord(execution, stored, recordOf(input, entries), us);
  const held = { ...execution, keepAlive: hold.keepAlive };
  const executed = joined(before, await executePlan(held, { ...plan, waves: rest }));
  const proven = isBroken(executed) ? executed : await prove(held, executed, input.probes);
  const after = entriesAfter(hold.record.entries, proven.outcomes);
  await hold.release({ entries: after, ...(isBroken(proven) ? {} : { phase: "ready" as const }) });
  return proven;
}

/** Nobody has seen rendered guards refuse yet: who applies them does not ask. */
async function useAsTheyAre(execution: Execution, { plan, stored, probes }: ClusterInput): Promise<Executed> {
  const executed = await executePlan(execution, plan);
  return stored?.record.phase === "rendered" ? prove(execution, executed, probes) : executed;
}

/** Is there nothing to do, and does the record say so? */
export function isClusterDone({
  plan,
  stored,
  generation,
  takesOver,
}: Pick<ClusterInput, "plan" | "stored" | "generation" | "takesOver">): boolean {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  const { record } = stored ?? {};
  return (
    (record?.phase === "ready" || (record?.phase === "rendered" && !takesOver)) &&
    record.guardGeneration === generation &&
    record.entries.length === changes.length &&
    changes.every(({ action }) => action === "unchanged")
  );
}

/** The guards that are there already and would be others. */
function changedGuards({ waves }: Plan): readonly string[] {
  return waves
    .filter(({ name }) => name === "guards" || name === "guard-bindings")
    .flatMap(({ changes }) => changes.filter(({ live, fields }) => live !== undefined && fields.length > 0))
    .map(({ id }) => describeId(id));
}

function recordOf({ generation, writtenBy }: ClusterInput, entries: OwnerRecord["entries"]): OwnerRecord {
  return {
    formatVersion: RECORD_FORMAT,
    owner: clusterOwner,
    phase: "creating",
    writtenBy,
    guardGeneration: generation,
    entries,
  };
}

function splitSystem({ waves }: Plan): readonly [readonly Wave[], readonly Wave[]] {
  const isFirst = (wave: Wave): boolean =>
    wave.name === "system" && wave.changes.every(({ action }) => action !== "delete");
  return [waves.filter(isFirst), waves.filter((wave) => !isFirst(wave))];
}

async function prove(execution: Execution, executed: Executed, probes: readonly Probe[]): Promise<Executed> {
  try {
    await guardsLive(execution, probes);
    return executed;
  } catch (error) {
    return { ...executed, error: explainError(error, execution.cluster, "prove that the guards refuse") };
  }
}

function isBroken({ outcomes, error }: Executed): boolean {
  return error !== undefined || outcomes.some(({ result }) => result !== "done");
}

function joined(one: Executed, other: Executed): Executed {
  return { ...other, outcomes: [...one.outcomes, ...other.outcomes] };
}

function unreached(waves: readonly Wave[]): Executed["outcomes"] {
  return waves.flatMap(({ changes }) => changes).map((change) => ({ change, result: "not-reached" }));
}
