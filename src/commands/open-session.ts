import type { Cluster } from "../cluster/cluster.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { ClusterRanges, Facts } from "../facts/facts.ts";
import { OLDEST_MINOR } from "../facts/pinned.ts";
import { completedRanges } from "../facts/ranges.ts";
import type { Io } from "../io.ts";
import type { DamagedRecord } from "../execute/records.ts";
import { escapeLine } from "../report/escape.ts";
import { readRecords, type Session } from "../planning/session.ts";
import type { ConnectionFlags } from "./flags.ts";

/** Connects as kubectl would; warnings go to the person. Throws ExpectedError (exit code 2 or 3). */
export async function openCluster(flags: ConnectionFlags, io: Io): Promise<Cluster> {
  const { connect } = await import("../cluster/connect.ts");
  const { kubeconfig, context, cluster, user, as } = flags;
  const connection = await connect({
    kubeconfig,
    context,
    cluster,
    user,
    as,
    asGroups: flags.asGroup,
    requestTimeoutMs: flags.requestTimeout === undefined ? undefined : flags.requestTimeout * 1000,
    interactive: io.interactive,
    env: io.env,
    homeDir: io.homeDir,
    cwd: io.cwd,
  });
  for (const warning of connection.warnings) io.note(`warning: ${warning}`);
  return connection;
}

/** What is added to what the cluster itself tells. */
export interface SessionFlags extends ConnectionFlags {
  readonly templates?: string;
  readonly clusterProfile?: string;
}

/** Connects, loads the templates, and reads the facts and all records at the same time. Throws ExpectedError. */
export async function openSession(flags: SessionFlags, io: Io): Promise<Session> {
  const { loadTemplates } = await import("../files/templates.ts");
  const [templates, cluster, stated] = await Promise.all([
    loadTemplates(flags.templates),
    openCluster(flags, io),
    statedRanges(flags.clusterProfile),
  ]);
  const { gather } = await import("../cluster/gather-facts.ts");
  const [{ facts, clusterRoles }, { records, damaged }] = await Promise.all([
    gather(cluster),
    readRecords(cluster),
  ]);
  refuseTooOld(facts, cluster);
  const ranges = stated === undefined ? facts.ranges : completedRanges(facts.ranges, stated);
  return { cluster, facts: { ...facts, ranges }, clusterRoles, templates, records, damaged };
}

async function statedRanges(file: string | undefined): Promise<ClusterRanges | undefined> {
  if (file === undefined) return undefined;
  return (await (await import("../files/cluster-profile.ts")).readProfile(file)).ranges;
}

/** Without admission policies of the server's own nothing holds what RBAC cannot say. Throws ExpectedError (exit code 3). */
function refuseTooOld({ minor }: Facts, { server }: Cluster): void {
  if (minor >= OLDEST_MINOR) return;
  throw new ExpectedError(
    ExitCode.unable,
    `${server} is Kubernetes 1.${minor}, and mtenant needs 1.${OLDEST_MINOR} or newer`,
    {
      hint: "older servers do not serve the ValidatingAdmissionPolicies that guard the tenants: upgrade the cluster",
    },
  );
}

/**
 * Throws the error of a damaged record that a command about these tenants needs, the cluster's always among them; the
 * others are told, since nobody knows what they hold.
 */
export function refuseDamaged(damaged: readonly DamagedRecord[], names: readonly string[], io: Io): void {
  for (const { owner, error } of damaged) {
    if (owner.kind === "cluster" || names.includes(owner.name)) throw error;
    io.note(`warning: ${escapeLine(error.message)}; what it holds is not known`);
  }
}
