import { explainError } from "../cluster/explain-error.ts";
import { describeId } from "../manifests/object.ts";
import { describeOwner } from "../manifests/manifest.ts";
import { namespacesOf } from "../plan/consequences.ts";
import type { Change, Outcome, Plan, Wave } from "../plan/plan.ts";
import { refuseRendered } from "../record/lock.ts";
import type { Holder } from "../record/record.ts";
import { drain } from "./drain.ts";
import { entriesAfter } from "./entries-of-plan.ts";
import type { Executed } from "./execute-plan.ts";
import { executePlan, interrupted, notReached, refuseRefused } from "./execute-plan.ts";
import type { Execution, NodeRefusals } from "./execution.ts";
import { type RecordHold, holdRecord } from "./hold.ts";
import type { StoredRecord } from "./records.ts";

/** What one tenant's `delete` is made of: `planDelete` of its record. */
export interface DeleteInput {
  readonly plan: Plan;
  readonly stored: StoredRecord;
  readonly us: Holder;
  /** Absent: nothing speaks against giving any Node back. */
  readonly nodeRefusals?: NodeRefusals;
}

/**
 * Takes a tenant away: its access, its workloads, its namespaces, our fields on nodes, the rest, and at last its record.
 * A rerun goes on wherever this one stopped. Throws ExpectedError before the first write.
 */
export async function executeDelete(execution: Execution, input: DeleteInput): Promise<Executed> {
  const { plan, stored, us, nodeRefusals } = input;
  refuseRefused(plan);
  if (execution.signal.aborted) throw interrupted();
  refuseRendered(stored.record, stored.appliedBy);
  const hold = await holdRecord(execution, stored, { ...stored.record, phase: "deleting" }, us);
  const held = { ...execution, keepAlive: hold.keepAlive, ...(nodeRefusals && { nodeRefusals }) };
  const executed = await takeAway(held, plan);
  return finish(execution, hold, executed);
}

async function finish(execution: Execution, hold: RecordHold, executed: Executed): Promise<Executed> {
  const isComplete =
    executed.error === undefined && executed.outcomes.every(({ result }) => result === "done");
  try {
    if (isComplete) await hold.remove();
    else await hold.release({ entries: entriesAfter(hold.record.entries, executed.outcomes) });
    return executed;
  } catch (error) {
    const what = `write the record of ${describeOwner(hold.record.owner)}`;
    return { ...executed, error: executed.error ?? explainError(error, execution.cluster, what) };
  }
}

/** Access first; then what lives in our namespaces; what a namespace takes along is not deleted one by one. */
async function takeAway(execution: Execution, plan: Plan): Promise<Executed> {
  const changes = plan.waves.flatMap((wave) => wave.changes);
  const namespaces = new Set(namespacesOf(plan).gone);
  const goesAlong = ({ id }: Change): boolean => namespaces.has(id.namespace);
  const waves = plan.waves.map((wave) =>
    wave.name === "access" ? wave : { ...wave, changes: wave.changes.filter((change) => !goesAlong(change)) },
  );
  const quotas = changes.filter((change) => change.id.kind === "ResourceQuota" && goesAlong(change));
  let isDrained = false;
  const executed = await executePlan(
    execution,
    { ...plan, waves: waves.filter(isNotEmpty) },
    async (wave) => {
      if (wave.name === "access" || isDrained) return;
      const drains = [...namespaces].map((name) => drainOne(execution, name, quotas));
      await Promise.all(drains);
      isDrained = true;
    },
  );
  return inOrder(plan, executed);
}

function drainOne(execution: Execution, namespace: string, quotas: readonly Change[]): Promise<void> {
  const own = quotas.filter(({ id }) => id.namespace === namespace).map(({ id }) => id);
  return drain(execution, namespace, own);
}

function isNamespaceDelete({ action, id }: Change): boolean {
  return action === "delete" && id.group === "" && id.kind === "Namespace";
}

function isNotEmpty({ changes }: Wave): boolean {
  return changes.length > 0;
}

/** One outcome per change of the plan: what goes along shares the fate of its namespace. */
function inOrder(plan: Plan, executed: Executed): Executed {
  const own = new Map(executed.outcomes.map((outcome) => [outcome.change, outcome]));
  const byNamespace = new Map(
    executed.outcomes
      .filter(({ change }) => isNamespaceDelete(change))
      .map((each) => [each.change.id.name, each]),
  );
  const outcomes = plan.waves
    .flatMap((wave) => wave.changes)
    .map((change) => own.get(change) ?? along(change, byNamespace.get(change.id.namespace)));
  return { ...executed, outcomes };
}

function along(change: Change, namespace: Outcome | undefined): Outcome {
  if (namespace?.result === "done") return { change, result: "done" };
  const [outcome] = notReached([{ name: "walls", changes: [change] }]);
  if (outcome === undefined) throw new Error(`no outcome for ${describeId(change.id)}`);
  return outcome;
}
