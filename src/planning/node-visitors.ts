import { type Visitor, visitorOf } from "../boundaries/nodes/objections.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listKept, listObjects } from "../cluster/list-objects.ts";
import type { StoredRecord } from "../execute/records.ts";
import { TENANT_NODES_LABEL } from "../manifests/names.ts";
import { grouped } from "../plan/grouped.ts";

/** So many nodes are asked for their pods one by one; of more, one list of all pods costs less. */
const FEW_NODES = 4;

/** The pods that run on these nodes, by node. Throws ApiError, ConnectionError. */
export async function readVisitors(
  cluster: Cluster,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, readonly Visitor[]>> {
  const among = new Set(nodes);
  const selections =
    nodes.length <= FEW_NODES ? nodes.map((node) => ({ fieldSelector: `spec.nodeName=${node}` })) : [{}];
  const lists = selections.map((selection) =>
    listKept(cluster, { group: "", kind: "Pod" }, selection, (pod) =>
      visitorOf(pod).filter(({ node }) => among.has(node)),
    ),
  );
  const visitors = (await Promise.all(lists)).flat();
  return grouped(visitors, ({ node }) => node);
}

/** The namespaces whose pods an operator lets onto the nodes of tenants. Throws ApiError, ConnectionError. */
export async function readLetIn(cluster: Cluster): Promise<ReadonlySet<string>> {
  const labelSelector = `${TENANT_NODES_LABEL}=Allow`;
  const namespaces = await listObjects(cluster, { group: "", kind: "Namespace" }, { labelSelector });
  return new Set(namespaces.map(({ metadata }) => metadata.name));
}

/** The namespaces that the records of tenants hold, each with its tenant. */
export function namespacesOfRecords(records: Iterable<StoredRecord>): [string, string][] {
  return [...records].flatMap(({ record: { owner, entries } }) =>
    owner.kind === "cluster"
      ? []
      : entries
          .filter(({ id }) => id.group === "" && id.kind === "Namespace")
          .map(({ id }): [string, string] => [id.name, owner.name]),
  );
}
