import { ExitCode } from "../errors.ts";
import { executeCluster, isClusterDone } from "../execute/execute-cluster.ts";
import { executeCreate, isDone } from "../execute/execute-create.ts";
import { refuseRefused } from "../execute/execute-plan.ts";
import type { Io } from "../io.ts";
import type { Plan } from "../plan/plan.ts";
import { printJson } from "../report/json.ts";
import { type OwnerResult, resultsAsJson } from "../report/results.ts";
import { countChanges, FOREIGN_STAYS } from "../report/summary.ts";
import { leftOpen } from "../tenant/left-open.ts";
import { version } from "../version.ts";
import { agree, endDryRun, type PlanData } from "./agree.ts";
import { checkRights, rulesOfCaller } from "../planning/check-rights.ts";
import { commandLine, connectionOf } from "./command-line.ts";
import type { ConnectionFlags, PlanFlags, SpecFlags } from "./flags.ts";
import {
  type ClusterPlan,
  nodeRefusalsOf,
  plannedAsJson,
  type PlannedOwners,
  planOwners,
  specsAsText,
} from "../planning/plan-owners.ts";
import { refuseOutsiders } from "../planning/refuse-outsiders.ts";
import { refuseRenderedGuards, refuseRenderedTenants } from "../planning/refuse-rendered.ts";
import {
  attempt,
  exitCodeOf,
  inFlight,
  notBegun,
  reportResults,
  type Run,
  type RunFlags,
  startRun,
} from "./running.ts";
import { tenantsOf } from "./select-tenants.ts";
import { type Session } from "../planning/session.ts";
import { openSession } from "./open-session.ts";
import { refuseStrangeAccounts } from "../planning/refuse-accounts.ts";
import { readUnwalled, refuseUnwalled } from "../planning/refuse-unwalled.ts";
import { refuseLeavingClass } from "./refuse-leaving-class.ts";
import { showPlans } from "./show-plans.ts";
import { warningsFor } from "../planning/warnings.ts";

/** The flags of `create`. */
export interface CreateFlags extends ConnectionFlags, SpecFlags, PlanFlags, RunFlags {
  readonly replaceGuards: boolean;
  readonly allowUnwalled: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** `mtenant create`: plan, show, ask, do, and say what to do next. */
export async function create(name: string | undefined, flags: CreateFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const tenants = await tenantsOf(name, flags, io, session);
  refuseLeavingClass(tenants, session.records, flags);
  await refuseStrangeAccounts(session.cluster, tenants, session.records.values());
  refuseRenderedTenants(
    tenants.map(({ name: tenant }) => tenant),
    session.records,
    "change",
    flags.takeOver,
  );
  const [planned, own] = await Promise.all([
    planOwners(session, tenants, flags),
    rulesOfCaller(session.cluster),
  ]);
  const plans = [planned.cluster.plan, ...planned.tenants.map(({ plan }) => plan)];
  const { foreign } = countChanges(plans);
  if (isClusterDone(planned.cluster) && planned.tenants.every(isDone)) {
    if (foreign > 0) await showPlans(plans, session.cluster, { flags, io });
    if (flags.dryRun) return endDryRun(planData(planned, session, flags), io);
    return nothingToDo(plans, foreign, flags, io);
  }
  await showPlans(plans, session.cluster, {
    flags,
    io,
    lead: (style) => specsAsText(planned.tenants, style),
  });
  if (foreign > 0) io.note(FOREIGN_STAYS);
  for (const note of planned.tenants.flatMap(({ notes }) => notes)) io.note(note);
  for (const warning of warningsFor(tenants, session.facts)) io.note(warning);
  for (const sentence of leftOpen(tenants)) io.note(sentence);
  refuseRenderedGuards(planned.cluster);
  await refuseOutsiders(session.cluster, planned.cluster);
  await checkRights(session.cluster, { plans, probes: probesToAsk(planned.cluster) }, own);
  refuseRefused(...plans);
  refuseUnwalled(await readUnwalled(session.cluster, plans), flags.allowUnwalled, io);
  const plan = planData(planned, session, flags);
  if (flags.dryRun) return endDryRun(plan, io);
  const { context, server } = session.cluster;
  await agree({ message: `Go ahead on ${context} (${server})?`, yes: flags.yes }, plan, io);
  const run = startRun(session.cluster, plans, flags, io);
  const code = await reportResults(run, await execute(run, planned, session, { flags, io }), flags, io);
  if (code === ExitCode.done) io.note(nextStep(name, flags));
  return code;
}

function planData(planned: PlannedOwners, { cluster }: Session, { output }: CreateFlags): PlanData {
  return { asJson: () => plannedAsJson(planned, cluster), output };
}

/** The guards are asked whenever the cluster's part is worked on. */
function probesToAsk(cluster: ClusterPlan): ClusterPlan["probes"] {
  return isClusterDone(cluster) && cluster.stored?.record.phase === "ready" ? [] : cluster.probes;
}

async function execute(
  run: Run,
  planned: PlannedOwners,
  session: Session,
  { flags, io }: { readonly flags: CreateFlags; readonly io: Io },
): Promise<OwnerResult[]> {
  const { execution } = run;
  const common = { us: { id: io.identity, seconds: 20 }, writtenBy: version };
  const { takeOver } = flags;
  const shared = await attempt(run, planned.cluster.plan, () =>
    executeCluster(execution, { ...planned.cluster, ...common, replaceGuards: flags.replaceGuards }),
  );
  if (exitCodeOf([shared]) !== ExitCode.done) {
    return [shared, ...planned.tenants.map(({ plan }) => notBegun(plan))];
  }
  const tenants = await inFlight(planned.tenants, (each) => {
    const input = { ...each, ...common, takeOver, nodeRefusals: nodeRefusalsOf(each, session) };
    return attempt(run, each.plan, () => executeCreate(execution, input));
  });
  return [shared, ...tenants];
}

async function nothingToDo(
  plans: readonly Plan[],
  foreign: number,
  flags: CreateFlags,
  io: Io,
): Promise<ExitCode> {
  const results = plans.map(({ owner }) => ({ owner, outcomes: [], milliseconds: 0 }));
  if (flags.output === "json") await io.out(printJson(resultsAsJson(results)));
  else await io.out("Nothing to do: every object of every tenant is as its spec says.\n");
  if (foreign > 0) io.note(FOREIGN_STAYS);
  return ExitCode.done;
}

function nextStep(name: string | undefined, flags: CreateFlags): string {
  const { filename, templates, clusterProfile } = flags;
  const connection = connectionOf(flags);
  // What came through stdin is not there any more, and the records hold it now.
  if (filename?.includes("-") === true) {
    return `Next: ${commandLine("list", undefined, connection)} shows all tenants.`;
  }
  // Neither what flags said of the spec, which the record holds now, nor force: what was taken over is taken.
  const how = { ...(templates && { templates }), ...(clusterProfile && { clusterProfile }) };
  const same = { ...connection, ...(filename && { filename }), ...how };
  const again = commandLine("diff", name, same);
  return `Next: ${again} shows drift later.`;
}
