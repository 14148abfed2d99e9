import type { Neighbour } from "../boundaries/attack.ts";
import type { Finding, Verdict } from "../checks/verify/finding.ts";
import { attackersIn } from "../checks/verify/identities.ts";
import { mayImpersonate } from "../checks/verify/impersonation.ts";
import { readGrants } from "../checks/verify/rights-of-others.ts";
import { verifyCluster } from "../checks/verify/verify-cluster.ts";
import { verifyTenant } from "../checks/verify/verify-tenant.ts";
import { discoverResources } from "../cluster/discover-resources.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import { keyOf } from "../manifests/object.ts";
import { recordedSubjects } from "../tenant/recorded-tenant.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { ConnectionFlags } from "./flags.ts";
import { type HowToPlan, planOwners } from "../planning/plan-owners.ts";
import { type Session } from "../planning/session.ts";
import { openSession } from "./open-session.ts";
import { printVerification, type VerifyFormat } from "./verify-output.ts";
import { verifyNodes } from "./verify-nodes.ts";
import { attackableAmong, targetsOf, type VerifyTargets } from "./verify-targets.ts";

const asTheyAre: HowToPlan = { forceConflicts: false, takeOver: false };

/** The flags of `verify`. */
export interface VerifyFlags extends ConnectionFlags, VerifyTargets {
  readonly names: readonly string[];
  readonly templates?: string;
  readonly clusterProfile?: string;
  /** How many other tenants each tenant reaches for. */
  readonly neighbours: number;
  readonly verbose: boolean;
  readonly output: VerifyFormat;
}

/**
 * `mtenant verify`: are the walls there, and do they hold against the tenant's own people? Changes nothing. Exit code 3
 * when something could not be told, whatever else; else 1 on a breach.
 */
export async function verify(_name: string | undefined, flags: VerifyFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const { tenants, reasons } = attackableAmong(await targetsOf(flags.names, flags, io, session), session);
  if (tenants.length === 0 && reasons.length > 0) throw nothingToAttack(reasons);
  for (const each of reasons) io.note(`not verified: ${each}`);
  try {
    await mayImpersonate(session.cluster, tenants.flatMap(attackers));
    const code = exitCodeOf(await run(session, tenants, flags, io));
    return reasons.length > 0 ? ExitCode.unable : code;
  } catch (error) {
    throw explainError(error, session.cluster, "verify");
  }
}

/** Exit code 3: nobody can tell how the walls will be. */
function nothingToAttack(reasons: readonly string[]): ExpectedError {
  return new ExpectedError(ExitCode.unable, `nothing was verified: ${reasons.join("; ")}`);
}

function attackers(tenant: Tenant) {
  return tenant.namespaces.flatMap((namespace) => attackersIn(tenant, namespace.name));
}

async function run(
  session: Session,
  tenants: readonly Tenant[],
  flags: VerifyFlags,
  io: Io,
): Promise<readonly Outcome[]> {
  const { cluster, facts, clusterRoles } = session;
  const [grants, discovery, planned] = await Promise.all([
    readGrants(cluster, clusterRoles),
    discoverResources(cluster),
    planOwners(session, tenants, asTheyAre),
  ]);
  const printer = printVerification(flags, io);
  const shared = await verifyCluster(cluster, planned.cluster, grants);
  await printer.cluster(shared);
  const around = {
    facts,
    discovery,
    grants,
    most: flags.neighbours,
    shared: shared.findings,
    ...known(session),
  };
  const outcomes = [outcomeOf(shared.findings)];
  for (const each of planned.tenants) {
    io.progress(`attacking tenant ${each.tenant.name}`);
    const nodes = await verifyNodes(session, each);
    const found = await verifyTenant(cluster, { ...each, nodes }, around);
    outcomes.push(outcomeOf(found.findings));
    await printer.tenant(found);
  }
  await printer.end();
  return outcomes;
}

/** What the records say: the namespaces of every tenant, and what all of them hold. */
function known({ records }: Session): {
  readonly namespaces: readonly Neighbour[];
  readonly held: ReadonlySet<string>;
} {
  const all = [...records.values()].map(({ record }) => record);
  const namespaces = all.flatMap(({ owner, entries, spec }) =>
    owner.kind === "cluster"
      ? []
      : entries
          .filter(({ id }) => id.kind === "Namespace")
          .map(({ id }) => ({ tenant: owner.name, namespace: id.name, subjects: recordedSubjects(spec) })),
  );
  return { namespaces, held: new Set(all.flatMap(({ entries }) => entries.map(({ id }) => keyOf(id)))) };
}

type Outcome = ReadonlySet<Verdict>;

function outcomeOf(findings: readonly Finding[]): Outcome {
  return new Set(findings.map(({ verdict }) => verdict));
}

/**
 * What could not be told weighs more than a breach, as in every command: 1 says that all was told. A wall that the spec
 * leaves open for a time is no breach, and no wall either.
 */
function exitCodeOf(outcomes: readonly Outcome[]): ExitCode {
  const has = (verdict: Verdict): boolean => outcomes.some((each) => each.has(verdict));
  if (has("inconclusive")) return ExitCode.unable;
  return has("breach") || has("open") ? ExitCode.different : ExitCode.done;
}
