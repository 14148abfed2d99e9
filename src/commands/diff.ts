import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { plansAsJson } from "../report/plan-json.ts";
import { planAsText } from "../report/plan-text.ts";
import { countChanges, differs, summaryLine } from "../report/summary.ts";
import type { ConnectionFlags, SpecFlags } from "./flags.ts";
import { planOwners, specsAsText, type TenantPlan } from "./plan-owners.ts";
import { tenantsOf } from "./select-tenants.ts";
import { openSession } from "./session.ts";
import { specArguments } from "./spec-options.ts";

/** The flags of `diff`. */
export interface DiffFlags extends ConnectionFlags, SpecFlags {
  readonly templates?: string;
  readonly forceConflicts: boolean;
  readonly output: "text" | "json";
}

/** `mtenant diff`: what `create` would do, object by object. Exit code 1 when there is a difference. */
export async function diff(name: string | undefined, flags: DiffFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const tenants = await tenantsOf(name, flags, io, session);
  const planned = await planOwners(session, tenants, flags.forceConflicts);
  const plans = [planned.cluster.plan, ...planned.tenants.map(({ plan }) => plan)];
  const counts = countChanges(plans);
  io.idle();
  if (flags.output === "json") {
    const specs = new Map(planned.tenants.map(({ tenant, specChanges }) => [tenant.name, specChanges]));
    await io.out(`${JSON.stringify(plansAsJson(plans, session.cluster, specs), null, 2)}\n`);
  } else
    await io.out(
      `${specsAsText(planned.tenants, io)}${plans.map((plan) => planAsText(plan, io.style)).join("")}${summaryLine(counts)}\n`,
    );
  const isDifferent = differs(counts) || planned.tenants.some(isRecordOutdated);
  if (isDifferent) io.note(nextStep(name, flags, planned.tenants));
  return isDifferent ? ExitCode.different : ExitCode.done;
}

function isRecordOutdated({ stored, spec }: TenantPlan): boolean {
  const { phase } = stored?.record ?? {};
  const isWhole = phase === "ready" || phase === "rendered";
  return !isWhole || JSON.stringify(stored?.record.spec) !== JSON.stringify(spec);
}

function nextStep(name: string | undefined, flags: DiffFlags, tenants: readonly TenantPlan[]): string {
  const rendered = tenants.flatMap(({ stored }) => (stored?.record.phase === "rendered" ? [stored] : []));
  const [first] = rendered;
  if (first !== undefined)
    return `Next: mtenant render … --output-dir DIR, and let ${first.appliedBy} apply what the files say`;
  return `Next: mtenant create ${specArguments(name, flags)}`;
}
