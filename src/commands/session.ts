import type { Cluster } from "../cluster/cluster.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { ClusterRanges, Facts } from "../facts/facts.ts";
import { OLDEST_MINOR } from "../facts/pinned.ts";
import { completedRanges } from "../facts/ranges.ts";
import type { Io } from "../io.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { DamagedRecord, StoredRecord } from "../execute/records.ts";
import { escapeLine } from "../report/escape.ts";
import type { TemplateSet } from "../render/templates.ts";
import type { ConnectionFlags } from "./flags.ts";

/** A cluster, what is known of it, and what mtenant has in it already. */
export interface Session {
  readonly cluster: Cluster;
  readonly facts: Facts;
  /** What a role is called says nothing of what a binding to it grants. */
  readonly clusterRoles: readonly KubernetesObject[];
  readonly templates: TemplateSet;
  /** By `recordKey`. */
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly damaged: readonly DamagedRecord[];
}

/** What mtenant keeps in the cluster. */
export interface ReadRecords {
  /** By `recordKey`. */
  readonly records: ReadonlyMap<string, StoredRecord>;
  readonly damaged: readonly DamagedRecord[];
}

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
  const { loadTemplates } = await import("./templates.ts");
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
  return (await (await import("./cluster-profile.ts")).readProfile(file)).ranges;
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

/** All records of the cluster. Throws ExpectedError (exit code 3). */
export async function readRecords(cluster: Cluster): Promise<ReadRecords> {
  const [{ listRecords }, { explainError }] = await Promise.all([
    import("../execute/records.ts"),
    import("../cluster/explain-error.ts"),
  ]);
  try {
    const { records, damaged } = await listRecords(cluster);
    return { records: new Map(records.map((each) => [recordKey(each.record.owner), each])), damaged };
  } catch (error) {
    throw explainError(error, cluster, "read the records of the tenants");
  }
}

/** The key of an owner in `Session.records`. */
export function recordKey(owner: Owner): string {
  return owner.kind === "cluster" ? "cluster" : `tenant/${owner.name}`;
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
