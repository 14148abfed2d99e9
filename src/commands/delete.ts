import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { executeClusterDelete } from "../execute/execute-cluster-delete.ts";
import { executeDelete } from "../execute/execute-delete.ts";
import { observeForPlan } from "../execute/observe-for-plan.ts";
import { planningState, type StoredRecord } from "../execute/records.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Io } from "../io.ts";
import { describeOwner, type Owner } from "../manifests/manifest.ts";
import { namespacesOf } from "../plan/consequences.ts";
import type { Plan } from "../plan/plan.ts";
import { planDelete } from "../plan/removals.ts";
import type { Question } from "../prompts.ts";
import { unknownAsText } from "../report/consequences-text.ts";
import { escapeLine } from "../report/escape.ts";
import { printJson } from "../report/json.ts";
import { plansAsJson } from "../report/plan-json.ts";
import { type OwnerResult, resultsAsJson } from "../report/results.ts";
import { agree, endDryRun } from "./agree.ts";
import { checkRights, rulesOfCaller } from "../planning/check-rights.ts";
import type { ConnectionFlags } from "./flags.ts";
import { foreseeRemovals } from "../planning/foresee-removal.ts";
import { noSuchTenant, tenantsAmong } from "./no-such-tenant.ts";
import { ownNamespaces, proveGone } from "../planning/prove-gone.ts";
import { readReleaseObjections, releaseRefusals } from "../planning/release-objections.ts";
import { refuseRenderedTenants } from "../planning/refuse-rendered.ts";
import {
  attempt,
  exitCodeOf,
  inFlight,
  reportResults,
  type Run,
  type RunFlags,
  startRun,
} from "./running.ts";
import { readUnwalled, refuseUnwalled } from "../planning/refuse-unwalled.ts";
import { selectTenants } from "./select-tenants.ts";
import type { LabelledNamespace } from "../plan/unrecorded.ts";
import { readRecords, recordKey } from "../planning/session.ts";
import { openCluster, refuseDamaged } from "./open-session.ts";
import { showPlans } from "./show-plans.ts";
import { readWithUnrecorded, refuseUnrecorded } from "../planning/unrecorded.ts";

/** The flags of `delete`. */
export interface DeleteFlags extends ConnectionFlags, RunFlags {
  readonly filename?: readonly string[];
  readonly confirm?: string;
  readonly ignoreNotFound: boolean;
  readonly allowUnwalled: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

interface Removal {
  readonly plan: Plan;
  readonly stored: StoredRecord | undefined;
}

/** `mtenant delete`: from the records, a plan too; then the proof by discovery that nothing is left. */
export async function deleteTenants(name: string | undefined, flags: DeleteFlags, io: Io): Promise<number> {
  const names = await namesOf(name, flags, io);
  const cluster = await openCluster(flags, io);
  const { records, damaged, unrecorded } = await readWithUnrecorded(cluster);
  refuseDamaged(damaged, names, io);
  refuseRenderedTenants(names, records, "delete");
  const isWithout = (tenant: string): boolean => !records.has(recordKey({ kind: "tenant", name: tenant }));
  refuseUnrecorded(names.filter(isWithout), unrecorded);
  const owners = names.map((tenant): Owner => ({ kind: "tenant", name: tenant }));
  const recorded = owners.filter((owner) => records.has(recordKey(owner)));
  const isLast = isLastOf(names, { records, damaged, unrecorded });
  if (recorded.length === 0 && !(isLast && records.size > 0)) {
    if (mustBeThere(flags))
      throw noSuchTenant(
        names[0] ?? "",
        tenantsAmong([...records.values()].map(({ record }) => record.owner)),
        NOT_THERE,
      );
    return nothingToDo(cluster, names, flags, io);
  }
  for (const owner of owners) if (!recorded.includes(owner)) io.note(hasNoRecord(owner));
  for (const tenant of isLast ? [] : tenantsWithout(unrecorded, isWithout))
    io.note(
      `${escapeLine(`tenant ${tenant}`)} has no record, and namespaces that name it: the guards stay for it`,
    );
  const [removals, own] = await Promise.all([
    planAll(cluster, [...recorded, ...(isLast ? [shared] : [])], records),
    rulesOfCaller(cluster),
  ]);
  const plans = removals.map(({ plan }) => plan);
  await checkRights(cluster, { plans }, own);
  await showPlans(plans, cluster, { flags, io });
  const unknown = unknownAsText(plans, io.noteStyle);
  if (unknown !== "") io.note(unknown.trimEnd());
  refuseUnwalled(await readUnwalled(cluster, plans), flags.allowUnwalled, io);
  const plan = { asJson: () => plansAsJson(plans, cluster), output: flags.output };
  if (flags.dryRun) return endDryRun(plan, io);
  const asked = recorded.length === 0 ? names : tenantsAmong(recorded);
  await agree(question(asked, cluster, flags), plan, io);
  const run = startRun(cluster, plans, flags, io);
  const tenants = removals.filter(({ plan }) => plan.owner.kind === "tenant");
  const results = await removeAll(run, tenants, [...records.values()], { isLast, io });
  const code = await reportResults(run, results, flags, io);
  const namespaces = tenants.flatMap(({ stored }) => (stored === undefined ? [] : ownNamespaces(stored)));
  const kept = plans.flatMap((plan) => namespacesOf(plan).kept);
  if (code === ExitCode.done) await proveGone(cluster, { tenants: names, namespaces, kept }, io);
  return code;
}

/** Does nobody else need what all tenants share? */
function isLastOf(
  names: readonly string[],
  { records, damaged, unrecorded }: Awaited<ReturnType<typeof readWithUnrecorded>>,
): boolean {
  if (damaged.length > 0 || unrecorded.some(({ tenant }) => !names.includes(tenant))) return false;
  return [...records.values()].every(({ record }) =>
    record.owner.kind === "cluster" ? record.phase !== "rendered" : names.includes(record.owner.name),
  );
}

function tenantsWithout(
  unrecorded: readonly LabelledNamespace[],
  isWithout: (tenant: string) => boolean,
): readonly string[] {
  return [...new Set(unrecorded.map(({ tenant }) => tenant))].filter(isWithout);
}

const shared: Owner = { kind: "cluster" };

const NOT_THERE = "to delete one that may be gone already: --ignore-not-found, or -f FILE";

/** A file says what there should be; a NAME that nobody has is most likely mistyped. */
function mustBeThere({ filename, ignoreNotFound }: DeleteFlags): boolean {
  return filename === undefined && !ignoreNotFound;
}

function hasNoRecord(owner: Owner): string {
  return `${escapeLine(describeOwner(owner))} has no record: nothing to delete`;
}

/** An earlier run may have ended between the last deletion and its proof. */
async function nothingToDo(
  cluster: Cluster,
  tenants: readonly string[],
  { output }: DeleteFlags,
  io: Io,
): Promise<number> {
  for (const name of tenants) io.note(hasNoRecord({ kind: "tenant", name }));
  if (output === "json") await io.out(printJson(resultsAsJson([])));
  await proveGone(cluster, { tenants, namespaces: [] }, io);
  return ExitCode.done;
}

async function planAll(
  cluster: Cluster,
  owners: readonly Owner[],
  records: ReadonlyMap<string, StoredRecord>,
): Promise<readonly Removal[]> {
  const removals = await Promise.all(owners.map((owner) => planRemoval(cluster, owner, records)));
  const uids = new Set([...records.values()].map(({ uid }) => uid));
  const plans = await foreseeRemovals(
    cluster,
    removals.map(({ plan }) => plan),
    uids,
  );
  return plans.map((plan, at) => ({ plan, stored: removals[at]?.stored }));
}

/** What has to be typed: the tenants of the plan; of a run that only ends what others began, those that were named. */
function question(tenants: readonly string[], { context, server }: Cluster, flags: DeleteFlags): Question {
  const typed = tenants.length === 1 ? (tenants[0] ?? "") : `${tenants.length} tenants`;
  const message = `Delete ${typed} from ${context} (${server})?`;
  return { message, yes: flags.yes, typed, ...(flags.confirm !== undefined && { confirmed: flags.confirm }) };
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
    const live = new Map([...observed].map(([key, each]) => [key, each.live]));
    const objections = await readReleaseObjections(cluster, stored, { live, records: [...records.values()] });
    const input = { owner, observed, ...state, objections, judge: () => "neutral" as const, foreign: [] };
    return { plan: planDelete(input), stored };
  } catch (error) {
    throw explainError(error, cluster, "plan");
  }
}

async function removeAll(
  run: Run,
  removals: readonly Removal[],
  recorded: readonly StoredRecord[],
  { isLast, io }: { readonly isLast: boolean; readonly io: Io },
): Promise<OwnerResult[]> {
  const { execution } = run;
  const us = { id: io.identity, seconds: 20 };
  const results = await inFlight(removals, ({ plan, stored }) =>
    attempt(run, plan, async () => {
      if (stored === undefined) return { outcomes: [] };
      const nodeRefusals = releaseRefusals(execution.cluster, stored, recorded);
      return executeDelete(execution, { plan, stored, us, nodeRefusals });
    }),
  );
  if (!isLast || exitCodeOf(results) !== ExitCode.done) return results;
  const { records } = await readRecords(execution.cluster);
  const { plan, stored } = await planRemoval(execution.cluster, shared, records);
  const last = await attempt(
    run,
    plan,
    async () => (await executeClusterDelete(execution, { plan, stored, us })) ?? { outcomes: [] },
  );
  return [...results, last];
}
