import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner } from "../manifests/manifest.ts";
import { keyOf } from "../manifests/object.ts";
import type { Change, Plan, Wave } from "../plan/plan.ts";
import { RECORD_FORMAT } from "../record/codec.ts";
import { refuseRendered } from "../record/lock.ts";
import type { Holder, OwnerRecord } from "../record/record.ts";
import { entriesAfter, entriesBefore } from "./entries-of-plan.ts";
import type { Executed } from "./execute-plan.ts";
import { executePlan, interrupted, refuseRefused } from "./execute-plan.ts";
import type { Execution, NodeRefusals } from "./execution.ts";
import type { RecordHold } from "./hold.ts";
import { holdRecord } from "./hold.ts";
import type { StoredRecord } from "./records.ts";
import { readRecord } from "./records.ts";
import { wallsStand } from "./walls.ts";

/** What one tenant's `create` is made of. */
export interface CreateInput {
  readonly plan: Plan;
  /** The record that the plan was made from; undefined: there was none. */
  readonly stored: StoredRecord | undefined;
  /** The tenant's resolved spec, which the record keeps. */
  readonly spec: NonNullable<OwnerRecord["spec"]>;
  /** Make it mtenant's again, though somebody else applies it from rendered files. */
  readonly takeOver?: boolean;
  readonly us: Holder;
  /** The version of mtenant. */
  readonly writtenBy: string;
  /** Absent: nothing speaks against any Node. */
  readonly nodeRefusals?: NodeRefusals;
}

/**
 * Brings one tenant to what its plan says: record first, then walls, then access. Nothing is written when nothing
 * differs. Interrupted or broken, the record still lists everything that may exist, and a rerun goes on.
 * The cluster's own plan must have been carried out before. Throws ExpectedError before the first write of an object.
 */
export async function executeCreate(execution: Execution, input: CreateInput): Promise<Executed> {
  const { plan, stored, us } = input;
  refuseRefused(plan);
  if (execution.signal.aborted) throw interrupted();
  if (isDone(input)) return executePlan(execution, plan);
  if (stored !== undefined && input.takeOver !== true) refuseRendered(stored.record, stored.appliedBy);
  refuseRefused(await lookedAgain(input));
  const entries = entriesBefore(stored?.record.entries ?? [], plan);
  const next = recordOf(input, "creating", entries);
  const hold = await holdRecord(execution, stored, next, us);
  await checkCluster(execution, hold, stored === undefined);
  const { nodeRefusals } = input;
  const held = { ...execution, keepAlive: hold.keepAlive, ...(nodeRefusals && { nodeRefusals }) };
  const executed = await executePlan(held, plan, barrier(held));
  return finish(execution, hold, executed);
}

/** The plan as it would be now: since it was made, others may have come to a Node. */
async function lookedAgain({ plan, nodeRefusals }: CreateInput): Promise<Plan> {
  const nodes = plan.waves
    .flatMap(({ changes }) => changes)
    .flatMap(({ action, id, live }) => (action === "amend" && id.kind === "Node" && live ? [live] : []));
  if (nodes.length === 0 || nodeRefusals === undefined) return plan;
  const refusals = await nodeRefusals(nodes);
  const look = (change: Change): Change => {
    const refusal = refusals.get(keyOf(change.id));
    return refusal === undefined ? change : { ...change, action: "refuse", refusal };
  };
  return { ...plan, waves: plan.waves.map((wave) => ({ ...wave, changes: wave.changes.map(look) })) };
}

/** Is there nothing to do, and does the record say so? */
export function isDone({ plan, stored, spec }: Pick<CreateInput, "plan" | "stored" | "spec">): boolean {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  return (
    stored?.record.phase === "ready" &&
    stored.record.entries.length === changes.length &&
    changes.every(({ action }) => action === "unchanged") &&
    JSON.stringify(stored.record.spec) === JSON.stringify(spec)
  );
}

function recordOf(
  input: CreateInput,
  phase: OwnerRecord["phase"],
  entries: OwnerRecord["entries"],
): OwnerRecord {
  const { plan, spec, writtenBy } = input;
  return { formatVersion: RECORD_FORMAT, owner: plan.owner, phase, writtenBy, spec, entries };
}

/**
 * Posted first, read second: either the last delete sees our record and backs out, or we see that it takes the guards
 * away.
 */
async function checkCluster({ cluster }: Execution, hold: RecordHold, isNew: boolean): Promise<void> {
  const shared = await readRecord(cluster, { kind: "cluster" });
  if (shared?.record.phase === "ready" || shared?.record.phase === "rendered") return;
  await (isNew ? hold.remove() : hold.release({}));
  throw new ExpectedError(
    ExitCode.refused,
    `${describeOwner(hold.record.owner)} was not touched: the guards that all tenants share are being set up or taken away`,
    { hint: "run the command again" },
  );
}

/** Nobody gets in, and no node is given away, before every wall is seen to stand. */
function barrier(execution: Execution): (wave: Wave, done: Executed["outcomes"]) => Promise<void> {
  let stand = false;
  return async (wave, done) => {
    const opens = wave.changes.some(({ action }) => !["delete", "release", "unchanged"].includes(action));
    if (stand || !opens || (wave.name !== "nodes" && wave.name !== "access")) return;
    await wallsStand(execution, done);
    stand = true;
  };
}

async function finish(execution: Execution, hold: RecordHold, executed: Executed): Promise<Executed> {
  const entries = entriesAfter(hold.record.entries, executed.outcomes);
  const isComplete =
    executed.error === undefined &&
    executed.outcomes.every(({ result, change }) => result === "done" || change.isolated === true);
  try {
    await hold.release({ entries, ...(isComplete ? { phase: "ready" as const } : {}) });
    return executed;
  } catch (error) {
    const what = `write the record of ${describeOwner(hold.record.owner)}`;
    return { ...executed, error: executed.error ?? explainError(error, execution.cluster, what) };
  }
}
