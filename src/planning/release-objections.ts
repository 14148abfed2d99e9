import type { NodeObjection } from "../boundaries/nodes/objections.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { NodeRefusals } from "../execute/execution.ts";
import { planningState, type StoredRecord } from "../execute/records.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { type Designating, nodeRefusals, readNodeObjections } from "./node-objections.ts";
import { ownNamespaces } from "./prove-gone.ts";

/**
 * What speaks against giving back the nodes of a tenant that is deleted, by `keyOf`: the pods of the namespaces that stay.
 * Those of its own namespaces are gone by then. Throws ApiError, ConnectionError.
 */
export async function readReleaseObjections(
  cluster: Cluster,
  stored: StoredRecord | undefined,
  known: {
    readonly live: ReadonlyMap<string, KubernetesObject | undefined>;
    readonly records: readonly StoredRecord[];
  },
): Promise<ReadonlyMap<string, NodeObjection>> {
  if (stored === undefined || stored.record.owner.kind === "cluster") return new Map();
  const releasing = { ...releasingOf(stored), emptied: new Set(ownNamespaces(stored)) };
  const objections = await readNodeObjections(cluster, [releasing], known);
  return objections.get(releasing.tenant) ?? new Map();
}

/** The same look when the tenant's own namespaces are gone. */
export function releaseRefusals(
  cluster: Cluster,
  stored: StoredRecord,
  records: readonly StoredRecord[],
): NodeRefusals {
  return nodeRefusals(cluster, releasingOf(stored), records);
}

function releasingOf(stored: StoredRecord): Designating {
  const { owner, phase } = stored.record;
  const tenant = owner.kind === "tenant" ? owner.name : "";
  return { tenant, manifests: [], ready: phase === "ready", ...planningState(owner, stored) };
}
