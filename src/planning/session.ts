import type { Cluster } from "../cluster/cluster.ts";
import type { DamagedRecord, StoredRecord } from "../execute/records.ts";
import type { Facts } from "../facts/facts.ts";
import type { Owner } from "../manifests/manifest.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { TemplateSet } from "../render/templates.ts";

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
