import type { Plan, Wave } from "../plan/plan.ts";
import type { Holder } from "../record/record.ts";
import { entriesAfter } from "./entries-of-plan.ts";
import type { Executed } from "./execute-plan.ts";
import { executePlan, notReached, refuseRefused } from "./execute-plan.ts";
import type { Execution } from "./execution.ts";
import { holdRecord } from "./hold.ts";
import type { StoredRecord } from "./records.ts";
import { listRecords } from "./records.ts";

/** What taking away the shared part is made of: `planDelete` of the cluster's record. */
export interface ClusterDeleteInput {
  readonly plan: Plan;
  /** Undefined: an earlier run was interrupted between the record and the system namespace. */
  readonly stored: StoredRecord | undefined;
  readonly us: Holder;
}

/**
 * Takes away what all tenants share, after the last of them: the guards, the cluster's record, the system namespace.
 * Marks the record first and looks for tenants second; if there is one after all, or if somebody else applies the shared
 * part from rendered files, everything stays and the result is undefined. Throws ExpectedError (exit code 4) when somebody else works on it.
 */
export async function executeClusterDelete(
  execution: Execution,
  { plan, stored, us }: ClusterDeleteInput,
): Promise<Executed | undefined> {
  if (stored?.record.phase === "rendered") return undefined;
  refuseRefused(plan);
  if (stored === undefined) return (await hasTenants(execution)) ? undefined : executePlan(execution, plan);
  const hold = await holdRecord(execution, stored, { ...stored.record, phase: "removing" }, us);
  if (await hasTenants(execution)) {
    // What an interrupted removal took away already, the next create brings back.
    await hold.release({ phase: stored.record.phase === "removing" ? "creating" : stored.record.phase });
    return undefined;
  }
  const isLast = (wave: Wave): boolean => wave.name === "system";
  const last = plan.waves.filter(isLast);
  const held = { ...execution, keepAlive: hold.keepAlive };
  const guards = await executePlan(held, { ...plan, waves: plan.waves.filter((wave) => !isLast(wave)) });
  if (guards.error !== undefined || guards.outcomes.some(({ result }) => result !== "done")) {
    await hold.release({ phase: "creating", entries: entriesAfter(hold.record.entries, guards.outcomes) });
    return { ...guards, outcomes: [...guards.outcomes, ...notReached(last)] };
  }
  await hold.remove();
  const system = await executePlan(execution, { ...plan, waves: last });
  return { ...system, outcomes: [...guards.outcomes, ...system.outcomes] };
}

async function hasTenants({ cluster }: Execution): Promise<boolean> {
  const { records, damaged } = await listRecords(cluster);
  return [...records.map(({ record }) => record), ...damaged].some(({ owner }) => owner.kind === "tenant");
}
