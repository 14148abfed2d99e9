import { type AccessCheck, ownRules, preflight } from "../cluster/access-review.ts";
import { ExitCode } from "../errors.ts";
import { executeCluster, isClusterDone } from "../execute/execute-cluster.ts";
import { executeCreate, isDone } from "../execute/execute-create.ts";
import { refuseRefused } from "../execute/execute-plan.ts";
import type { Execution } from "../execute/execution.ts";
import { neededRights, probingRights } from "../execute/needed-rights.ts";
import type { PolicyRule } from "../facts/facts.ts";
import type { Io } from "../io.ts";
import { confirm } from "../prompts.ts";
import { planAsText } from "../report/plan-text.ts";
import { type OwnerResult, resultsAsJson } from "../report/results.ts";
import { countChanges, summaryLine } from "../report/summary.ts";
import { version } from "../version.ts";
import type { ConnectionFlags, SpecFlags } from "./flags.ts";
import { type ClusterPlan, planOwners, specsAsText, type TenantPlan } from "./plan-owners.ts";
import { refuseRenderedGuards, refuseRenderedTenants } from "./refuse-rendered.ts";
import { attempt, exitCodeOf, inFlight, reportResults, startExecution } from "./running.ts";
import { tenantsOf } from "./select-tenants.ts";
import { openSession } from "./session.ts";

/** The flags of `create`. */
export interface CreateFlags extends ConnectionFlags, SpecFlags {
  readonly templates?: string;
  readonly forceConflicts: boolean;
  readonly replaceGuards: boolean;
  readonly yes: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly output: "text" | "json";
}

/** `mtenant create`: plan, show, ask, do, and say what to do next. */
export async function create(name: string | undefined, flags: CreateFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const tenants = await tenantsOf(name, flags, io, session);
  refuseRenderedTenants(
    tenants.map(({ name: tenant }) => tenant),
    session.records,
    "change",
  );
  const [planned, own] = await Promise.all([
    planOwners(session, tenants, flags.forceConflicts),
    ownRules(session.cluster),
  ]);
  const plans = [planned.cluster.plan, ...planned.tenants.map(({ plan }) => plan)];
  const show =
    flags.output === "json" ? async (text: string) => io.note(text) : (text: string) => io.out(`${text}\n`);
  if (isClusterDone(planned.cluster) && planned.tenants.every(isDone)) {
    await show(`${summaryLine(countChanges(plans))}. Every tenant is as its spec says.`);
    if (flags.output === "json") await io.out(`${JSON.stringify(resultsAsJson([]), null, 2)}\n`);
    return ExitCode.done;
  }
  await show(
    `${specsAsText(planned.tenants, io)}${plans.map((plan) => planAsText(plan, io.style)).join("")}${summaryLine(countChanges(plans))}`,
  );
  refuseRenderedGuards(planned.cluster);
  await preflight(session.cluster, rightsFor(planned, own), { own });
  for (const plan of plans) refuseRefused(plan);
  await confirm(
    { message: `Go ahead on ${session.cluster.context} (${session.cluster.server})?`, yes: flags.yes },
    io,
  );
  const results = await execute(startExecution(session.cluster, flags.timeout, io), planned, flags, io);
  const code = await reportResults(results, flags.output, io);
  if (code === ExitCode.done) io.note(nextStep(planned.tenants));
  return code;
}

function rightsFor(
  { cluster, tenants }: { readonly cluster: ClusterPlan; readonly tenants: readonly TenantPlan[] },
  own: readonly PolicyRule[],
): AccessCheck[] {
  return [
    ...(isClusterDone(cluster) && cluster.stored?.record.phase === "ready"
      ? []
      : probingRights(cluster.probes)),
    ...[cluster, ...tenants].flatMap(({ plan }) => neededRights(plan, own)),
  ];
}

async function execute(
  execution: Execution,
  planned: { readonly cluster: ClusterPlan; readonly tenants: readonly TenantPlan[] },
  flags: CreateFlags,
  io: Io,
): Promise<OwnerResult[]> {
  const common = { us: { id: io.identity, seconds: 20 }, writtenBy: version };
  const shared = await attempt(execution, planned.cluster.plan, () =>
    executeCluster(execution, { ...planned.cluster, ...common, replaceGuards: flags.replaceGuards }),
  );
  if (exitCodeOf([shared]) !== ExitCode.done) return [shared];
  const tenants = await inFlight(planned.tenants, (each) =>
    attempt(execution, each.plan, () => executeCreate(execution, { ...each, ...common })),
  );
  return [shared, ...tenants];
}

function nextStep(tenants: readonly TenantPlan[]): string {
  const [first] = tenants;
  return `Next: mtenant diff ${tenants.length === 1 && first !== undefined ? first.tenant.name : "-f …"} shows drift; mtenant list shows all tenants.`;
}
