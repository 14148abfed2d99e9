import { ownRules, preflight } from "../cluster/access-review.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { executeClusterDelete } from "../execute/execute-cluster-delete.ts";
import { executeDelete } from "../execute/execute-delete.ts";
import { neededRights } from "../execute/needed-rights.ts";
import { observeForPlan } from "../execute/observe-for-plan.ts";
import { planningState, type StoredRecord } from "../execute/records.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Execution } from "../execute/execution.ts";
import type { Io } from "../io.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { Plan } from "../plan/plan.ts";
import { planDelete } from "../plan/removals.ts";
import { confirm } from "../prompts.ts";
import { planAsText } from "../report/plan-text.ts";
import type { OwnerResult } from "../report/results.ts";
import { countChanges, summaryLine } from "../report/summary.ts";
import type { ConnectionFlags } from "./flags.ts";
import { proveGone } from "./prove-gone.ts";
import { attempt, exitCodeOf, inFlight, reportResults, startExecution } from "./running.ts";
import { selectTenants } from "./select-tenants.ts";
import { openCluster, readRecords, recordKey } from "./session.ts";

/** The flags of `delete`. */
export interface DeleteFlags extends ConnectionFlags {
  readonly filename?: readonly string[];
  readonly confirm?: string;
  readonly yes: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly output: "text" | "json";
}

interface Removal {
  readonly plan: Plan;
  readonly stored: StoredRecord | undefined;
}

/** `mtenant delete`: from the records, a plan too; then the proof by discovery that nothing is left. */
export async function deleteTenants(name: string | undefined, flags: DeleteFlags, io: Io): Promise<number> {
  const names = await namesOf(name, flags, io);
  const cluster = await openCluster(flags, io);
  const records = await readRecords(cluster);
  const owners = names.map((tenant): Owner => ({ kind: "tenant", name: tenant }));
  const recorded = owners.filter((owner) => records.has(recordKey(owner)));
  for (const owner of owners)
    if (!recorded.includes(owner)) io.note(`${recordKey(owner)} has no record: nothing to delete`);
  const removals = await Promise.all(recorded.map((owner) => planRemoval(cluster, owner, records)));
  const isLast = [...records.values()].every(
    ({ record }) => record.owner.kind === "cluster" || names.includes(record.owner.name),
  );
  if (removals.length === 0 && !(isLast && records.size > 0)) return ExitCode.done;
  const shared = isLast ? [await planRemoval(cluster, { kind: "cluster" }, records)] : [];
  const plans = [...removals, ...shared].map(({ plan }) => plan);
  const own = await ownRules(cluster);
  const rights = plans.flatMap((plan) => neededRights(plan, own));
  await preflight(cluster, rights, { own });
  const text = `${plans.map((plan) => planAsText(plan, io.style)).join("")}Everything inside the deleted namespaces goes with them.\n${summaryLine(countChanges(plans))}\n`;
  if (flags.output === "json") io.note(text);
  else await io.out(text);
  const typed = names.length === 1 ? (names[0] ?? "") : `${names.length} tenants`;
  await confirm(
    {
      message: `Delete ${typed} from ${cluster.context} (${cluster.server})?`,
      yes: flags.yes,
      typed,
      ...(flags.confirm === undefined ? {} : { confirmed: flags.confirm }),
    },
    io,
  );
  const execution = startExecution(cluster, flags.timeout, io);
  const code = await reportResults(await removeAll(execution, removals, isLast, io), flags.output, io);
  if (code === ExitCode.done) await proveGone(cluster, names, io);
  return code;
}

async function namesOf(name: string | undefined, flags: DeleteFlags, io: Io): Promise<string[]> {
  if (flags.filename !== undefined) {
    return (await selectTenants(name, { filename: flags.filename }, io)).map((tenant) => tenant.name);
  }
  if (name !== undefined) return [name];
  throw new ExpectedError(ExitCode.usage, "which tenant?", { hint: "give a NAME, or spec files with -f" });
}

async function planRemoval(
  cluster: Cluster,
  owner: Owner,
  records: ReadonlyMap<string, StoredRecord>,
): Promise<Removal> {
  const stored = records.get(recordKey(owner));
  const state = planningState(owner, stored);
  try {
    const observed = await observeForPlan(cluster, { owner, wanted: [], ...state });
    return { plan: planDelete({ owner, observed, ...state, judge: () => "neutral", foreign: [] }), stored };
  } catch (error) {
    throw explainError(error, cluster, "plan");
  }
}

async function removeAll(
  execution: Execution,
  removals: readonly Removal[],
  isLast: boolean,
  io: Io,
): Promise<OwnerResult[]> {
  const us = { id: io.identity, seconds: 20 };
  const results = await inFlight(removals, ({ plan, stored }) =>
    attempt(execution, plan, async () =>
      stored === undefined ? { outcomes: [] } : executeDelete(execution, { plan, stored, us }),
    ),
  );
  if (!isLast || exitCodeOf(results) !== ExitCode.done) return results;
  const owner: Owner = { kind: "cluster" };
  const records = await readRecords(execution.cluster);
  const { plan, stored } = await planRemoval(execution.cluster, owner, records);
  const shared = await attempt(
    execution,
    plan,
    async () => (await executeClusterDelete(execution, { plan, stored, us })) ?? { outcomes: [] },
  );
  return [...results, shared];
}
