import type { Neighbour } from "../boundaries/attack.ts";
import { attackTenant } from "../checks/verify/attack-tenant.ts";
import type { Finding } from "../checks/verify/finding.ts";
import { attackersIn } from "../checks/verify/identities.ts";
import { mayImpersonate } from "../checks/verify/impersonation.ts";
import { attackScopes } from "../checks/verify/scopes.ts";
import { checkElsewhere, checkWriters, type Grants, readGrants } from "../checks/verify/rights-of-others.ts";
import { checkWalls } from "../checks/verify/walls.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode } from "../errors.ts";
import { probeAnswers } from "../execute/guard-probe.ts";
import type { Io } from "../io.ts";
import { printJson } from "../report/json.ts";
import { verifiedAsJunit } from "../report/verify-junit.ts";
import { verifiedAsSarif } from "../report/verify-sarif.ts";
import { countVerdicts, verifiedAsJson, verifiedAsText, type Verified } from "../report/verify-text.ts";
import { keyOf } from "../manifests/object.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { version } from "../version.ts";
import type { ConnectionFlags } from "./flags.ts";
import { type ClusterPlan, type HowToPlan, planOwners, type TenantPlan } from "./plan-owners.ts";
import { tenantsOf } from "./select-tenants.ts";
import { openSession, type Session } from "./session.ts";

const asTheyAre: HowToPlan = { forceConflicts: false, takeOver: false };

/** The flags of `verify`. */
export interface VerifyFlags extends ConnectionFlags {
  readonly filename?: readonly string[];
  readonly templates?: string;
  readonly clusterProfile?: string;
  readonly output: "text" | "json" | "junit" | "sarif";
}

/**
 * `mtenant verify`: are the walls there, and do they hold against the tenant's own people? Changes nothing. Exit code 1
 * on a breach, else 3 when something could not be told.
 */
export async function verify(name: string | undefined, flags: VerifyFlags, io: Io): Promise<number> {
  const session = await openSession(flags, io);
  const tenants = await tenantsOf(
    name,
    flags,
    io,
    session,
    () => "only one that was created can be attacked",
  );
  try {
    await mayImpersonate(session.cluster, tenants.flatMap(attackers));
    const planned = await planOwners(session, tenants, asTheyAre);
    const grants = await readGrants(session.cluster, session.clusterRoles);
    const shared = [...(await checkCluster(session, planned.cluster)), checkWriters(grants)];
    const verified: Verified[] = [];
    for (const each of planned.tenants) {
      io.progress(`attacking tenant ${each.tenant.name}`);
      verified.push({
        tenant: each.tenant.name,
        findings: [...shared, ...(await checkTenant(session, each, grants))],
      });
    }
    io.idle();
    await io.out(printed(verified, flags, io));
    return exitCodeOf(verified.flatMap(({ findings }) => findings));
  } catch (error) {
    throw explainError(error, session.cluster, "verify");
  }
}

function attackers(tenant: Tenant) {
  return tenant.namespaces.flatMap((namespace) => attackersIn(tenant, namespace.name));
}

async function checkCluster({ cluster }: Session, planned: ClusterPlan): Promise<readonly Finding[]> {
  const live = await Promise.all(
    planned.probes.map(async (probe): Promise<Finding> => {
      const answers = await probeAnswers(cluster, probe);
      return {
        id: "guard",
        boundary: "guards",
        title: `the guard ${probe.policy} is live`,
        verdict: answers ? "pass" : "breach",
        message: answers ? "it refuses its probe" : "it does not refuse its probe, or is another one",
        evidence: [],
      };
    }),
  );
  return [...checkWalls(planned.plan), ...live];
}

async function checkTenant(
  session: Session,
  { tenant, plan }: TenantPlan,
  grants: Grants,
): Promise<readonly Finding[]> {
  const scopes = await attackScopes(session.cluster, tenant, session.facts, neighboursIn(session));
  return [
    ...checkWalls(plan),
    ...checkElsewhere(tenant, grants, heldKeys(session)),
    ...(await attackTenant(session.cluster, scopes)),
  ];
}

/** What the records of all tenants hold. */
function heldKeys({ records }: Session): ReadonlySet<string> {
  return new Set([...records.values()].flatMap(({ record }) => record.entries.map(({ id }) => keyOf(id))));
}

/** The first namespace of every tenant that has a record. */
function neighboursIn({ records }: Session): Neighbour[] {
  return [...records.values()].flatMap(({ record: { owner, entries } }) => {
    const namespace = entries.find(({ id }) => id.kind === "Namespace")?.id.name;
    return owner.kind === "tenant" && namespace !== undefined ? [{ tenant: owner.name, namespace }] : [];
  });
}

function printed(verified: readonly Verified[], { output }: VerifyFlags, io: Io): string {
  if (output === "text") return verified.map((each) => verifiedAsText(each, io.style)).join("");
  if (output === "junit") return verifiedAsJunit(verified);
  const data = output === "json" ? verifiedAsJson(verified) : verifiedAsSarif(verified, version);
  return printJson(data);
}

function exitCodeOf(findings: readonly Finding[]): number {
  if (countVerdicts(findings, "breach") > 0) return ExitCode.different;
  return countVerdicts(findings, "inconclusive") > 0 ? ExitCode.unable : ExitCode.done;
}
