import { ExitCode } from "../errors.ts";
import { refusedExitOf } from "../execute/execute-plan.ts";
import type { Io } from "../io.ts";
import { escapeLine } from "../report/escape.ts";
import { printJson } from "../report/json.ts";
import type { Style } from "../report/style.ts";
import { someOf } from "../report/results.ts";
import { changes, countChanges, differs, FOREIGN_STAYS } from "../report/summary.ts";
import { commandLine } from "./command-line.ts";
import type { ConnectionFlags, PlanFlags, SpecFlags } from "./flags.ts";
import { plannedAsJson, planOwners, specsAsText, type TenantPlan } from "../planning/plan-owners.ts";
import { tenantsOf } from "./select-tenants.ts";
import { openSession } from "./open-session.ts";
import { refuseStrangeAccounts } from "../planning/refuse-accounts.ts";
import { refuseLeavingClass } from "./refuse-leaving-class.ts";
import { showPlans } from "./show-plans.ts";
import { warningsFor } from "../planning/warnings.ts";

/** The flags of `diff`. */
export interface DiffFlags extends ConnectionFlags, SpecFlags, PlanFlags {
  readonly output: "text" | "json";
  readonly verbose: boolean;
}

/** `mtenant diff`: what `create` would do, object by object. Exit code 1 when there is a difference, 4 or 3 when `create` would refuse. */
export async function diff(name: string | undefined, flags: DiffFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const tenants = await tenantsOf(name, flags, io, session);
  refuseLeavingClass(tenants, session.records, flags);
  await refuseStrangeAccounts(session.cluster, tenants, session.records.values());
  const planned = await planOwners(session, tenants, flags);
  const plans = [planned.cluster.plan, ...planned.tenants.map(({ plan }) => plan)];
  const counts = countChanges(plans);
  if (flags.output === "json") await io.out(printJson(plannedAsJson(planned, session.cluster)));
  else {
    const lead = (style: Style): string => specsAsText(planned.tenants, style);
    await showPlans(plans, session.cluster, { flags, io, lead });
  }
  for (const note of planned.tenants.flatMap(({ notes }) => notes)) io.note(note);
  for (const warning of warningsFor(tenants, session.facts)) io.note(warning);
  const refused = refusedExitOf(plans);
  if (refused !== undefined) {
    io.note("create would refuse this, and change nothing.");
    return refused;
  }
  const outdated = planned.tenants.filter(isRecordOutdated).map(({ tenant }) => tenant.name);
  if (!differs(counts) && outdated.length === 0) return ExitCode.done;
  if (!changes(counts) && outdated.length > 0) {
    io.note(`The records do not say what is wanted, or that it was finished: ${someOf(outdated)}`);
  }
  if (counts.foreign > 0) io.note(FOREIGN_STAYS);
  if (changes(counts) || outdated.length > 0) io.note(nextStep(name, flags, planned.tenants));
  return ExitCode.different;
}

function isRecordOutdated({ stored, spec }: TenantPlan): boolean {
  const { phase } = stored?.record ?? {};
  const isWhole = phase === "ready" || phase === "rendered";
  return !isWhole || JSON.stringify(stored?.record.spec) !== JSON.stringify(spec);
}

function nextStep(name: string | undefined, flags: DiffFlags, tenants: readonly TenantPlan[]): string {
  const rendered = (flags.takeOver ? [] : tenants).flatMap(({ stored }) =>
    stored?.record.phase === "rendered" ? [stored] : [],
  );
  const [first] = rendered;
  if (first !== undefined)
    return `Next: mtenant render … --output-dir DIR, and let ${escapeLine(first.appliedBy)} apply what the files say`;
  return `Next: ${commandLine("create", name, flags)} brings it to this.`;
}
