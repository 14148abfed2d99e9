import { type NodeObjection, objectionTo, type Visitor, visitorOf } from "../boundaries/nodes/objections.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listKept, listObjects } from "../cluster/list-objects.ts";
import type { NodeRefusals } from "../execute/execution.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { TENANT_NODES_LABEL } from "../manifests/names.ts";
import { idOf, type KubernetesObject, keyOf, type ObjectId } from "../manifests/object.ts";
import { amendedNode } from "../plan/amendments.ts";
import { grouped } from "../plan/grouped.ts";
import { sameJson } from "../plan/json-values.ts";
import type { HeldObject } from "../plan/observed.ts";
import { holds } from "../plan/ownership.ts";

type Live = ReadonlyMap<string, KubernetesObject | undefined>;

/** A tenant whose nodes are judged. `held`: what its record holds. */
export interface Designating {
  readonly tenant: string;
  readonly manifests: readonly Manifest[];
  readonly held: readonly HeldObject[];
  /** Is its record that of a tenant that was created whole? One that is being created holds nodes that it was not given yet. */
  readonly ready: boolean;
  /** Somebody else applies the tenant, and marks its nodes, which the record then cannot hold by uid. */
  readonly rendered?: boolean;
}

/** So many nodes are asked for their pods one by one; of more, one list of all pods costs less. */
const FEW_NODES = 4;

/**
 * What speaks against designating the nodes of these tenants, by tenant and then by `keyOf`. The pods of all of them are
 * listed once, and not at all when every node is as it should be. Throws ApiError, ConnectionError.
 */
export async function readNodeObjections(
  cluster: Cluster,
  tenants: readonly Designating[],
  known: { readonly live: Live; readonly records: Iterable<StoredRecord> },
): Promise<ReadonlyMap<string, ReadonlyMap<string, NodeObjection>>> {
  const wanted = tenants.map((each) => ({ ...each, nodes: nodesToJudge(each, known.live) }));
  const names = wanted.flatMap(({ nodes }) => nodes.map(({ node }) => node.metadata.name));
  const visitors = await readVisitors(cluster, [...new Set(names)]);
  const letIn = visitors.size === 0 ? new Set<string>() : await readLetIn(cluster);
  const taken = namespacesOfRecords(known.records);
  return new Map(
    wanted.map(({ tenant, manifests, nodes }) => {
      const tenantOf = new Map([...taken, ...namespacesOfManifests(tenant, manifests)]);
      const judged = nodes.map(({ node, isHeld }): [string, NodeObjection] => [
        keyOf(idOf(node)),
        objectionTo(node, visitors.get(node.metadata.name) ?? [], { tenant, tenantOf, letIn, isHeld }),
      ]);
      return [tenant, new Map(judged)];
    }),
  );
}

/** The same look while a tenant is created: until the taint is there, pods go on coming. */
export function nodeRefusals(
  cluster: Cluster,
  designating: Designating,
  records: readonly StoredRecord[],
): NodeRefusals {
  return async (nodes) => {
    const live = new Map(nodes.map((node) => [keyOf(idOf(node)), node]));
    const objections = await readNodeObjections(cluster, [designating], { live, records });
    const found = [...(objections.get(designating.tenant) ?? [])];
    return new Map(found.flatMap(([key, { refusal }]) => (refusal === undefined ? [] : [[key, refusal]])));
  };
}

/** The nodes that exist and are to be changed, or are not the tenant's yet. */
function nodesToJudge(
  { manifests, held, ready, rendered }: Designating,
  live: Live,
): { readonly node: KubernetesObject; readonly isHeld: boolean }[] {
  return manifests
    .filter(({ object }) => isNode(idOf(object)))
    .flatMap(({ object }) => {
      const key = keyOf(idOf(object));
      const node = live.get(key);
      if (node === undefined) return [];
      const entry = held.find(({ id }) => keyOf(id) === key);
      const isHeld = holds(node, entry) && (ready || carriesLabels(node, object));
      return (isHeld || rendered === true) && sameJson(amendedNode(node, object), node)
        ? []
        : [{ node, isHeld }];
    });
}

/** The label is put on last, when the node was seen to be empty (execute/designate.ts). */
function carriesLabels(node: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const present = node.metadata.labels ?? {};
  return Object.entries(metadata.labels ?? {}).every(([key, value]) => present[key] === value);
}

function isNode({ group, kind }: ObjectId): boolean {
  return group === "" && kind === "Node";
}

async function readVisitors(
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

async function readLetIn(cluster: Cluster): Promise<ReadonlySet<string>> {
  const labelSelector = `${TENANT_NODES_LABEL}=Allow`;
  const namespaces = await listObjects(cluster, { group: "", kind: "Namespace" }, { labelSelector });
  return new Set(namespaces.map(({ metadata }) => metadata.name));
}

function namespacesOfRecords(records: Iterable<StoredRecord>): [string, string][] {
  return [...records].flatMap(({ record: { owner, entries } }) =>
    owner.kind === "cluster"
      ? []
      : entries
          .filter(({ id }) => id.group === "" && id.kind === "Namespace")
          .map(({ id }): [string, string] => [id.name, owner.name]),
  );
}

function namespacesOfManifests(tenant: string, manifests: readonly Manifest[]): [string, string][] {
  return manifests
    .map(({ object }) => idOf(object))
    .filter(({ group, kind }) => group === "" && kind === "Namespace")
    .map(({ name }) => [name, tenant]);
}
