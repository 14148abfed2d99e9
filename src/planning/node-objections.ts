import {
  type NodeObjection,
  objectionTo,
  objectionToRelease,
  type Visitor,
} from "../boundaries/nodes/objections.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { NodeRefusals } from "../execute/execution.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { Manifest } from "../manifests/manifest.ts";
import { idOf, type KubernetesObject, keyOf, type ObjectId } from "../manifests/object.ts";
import { amendedNode } from "../plan/amendments.ts";
import { sameJson } from "../plan/json-values.ts";
import type { HeldObject } from "../plan/observed.ts";
import { holds } from "../plan/ownership.ts";
import { namespacesOfRecords, readLetIn, readVisitors } from "./node-visitors.ts";
import { claimsOn, reservedByRecord } from "./reservations.ts";

type Live = ReadonlyMap<string, KubernetesObject | undefined>;

/** A tenant whose nodes are judged. `held`: what its record holds. */
export interface Designating {
  readonly tenant: string;
  readonly manifests: readonly Manifest[];
  readonly held: readonly HeldObject[];
  /** Is its record that of a tenant that was created whole? One that is being created holds nodes that it was not given yet. */
  readonly ready: boolean;
  /** Namespaces of the tenant that are emptied before its nodes are given back; absent: none. */
  readonly emptied?: ReadonlySet<string>;
  /** Somebody else applies the tenant, and marks its nodes, which the record then cannot hold by uid. */
  readonly rendered?: boolean;
}

/**
 * What speaks against designating the nodes of these tenants, or giving back those they have no longer, by tenant and then by `keyOf`. The pods of all of them are
 * listed once, and not at all when every node is as it should be. Throws ApiError, ConnectionError.
 */
export async function readNodeObjections(
  cluster: Cluster,
  tenants: readonly Designating[],
  known: { readonly live: Live; readonly records: Iterable<StoredRecord> },
): Promise<ReadonlyMap<string, ReadonlyMap<string, NodeObjection>>> {
  const wanted = tenants.map((each) => ({
    ...each,
    nodes: nodesToJudge(each, known.live),
    released: nodesToRelease(each, known.live),
  }));
  const names = wanted.flatMap(({ nodes, released }) =>
    [...nodes.map(({ node }) => node), ...released].map(({ metadata }) => metadata.name),
  );
  const visitors = await readVisitors(cluster, [...new Set(names)]);
  const letIn = visitors.size === 0 ? new Set<string>() : await readLetIn(cluster);
  const records = [...known.records];
  const taken = namespacesOfRecords(records);
  const reserved = records.flatMap(reservedByRecord);
  return new Map(
    wanted.map(({ tenant, manifests, nodes, released, emptied }) => {
      const tenantOf = new Map([...taken, ...namespacesOfManifests(tenant, manifests)]);
      const others = reserved.filter(({ name }) => name !== tenant);
      const judged = nodes.map(({ node, isHeld }): [string, NodeObjection] => [
        keyOf(idOf(node)),
        objectionTo(node, visitors.get(node.metadata.name) ?? [], {
          tenant,
          tenantOf,
          letIn,
          claims: claimsOn(node, others),
          isHeld,
        }),
      ]);
      const isOwn = ({ namespace }: Visitor): boolean =>
        tenantOf.get(namespace) === tenant && emptied?.has(namespace) !== true;
      const givenBack = released.map((node): [string, NodeObjection] => [
        keyOf(idOf(node)),
        objectionToRelease(node, (visitors.get(node.metadata.name) ?? []).filter(isOwn)),
      ]);
      return [tenant, new Map([...judged, ...givenBack])];
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

/** The nodes that the record holds and the tenant is to have no longer. */
function nodesToRelease({ manifests, held }: Designating, live: Live): readonly KubernetesObject[] {
  const wanted = new Set(manifests.map(({ object }) => keyOf(idOf(object))));
  return held.flatMap(({ id, uid }) => {
    const node = live.get(keyOf(id));
    const isHeld = node !== undefined && (uid === undefined || uid === node.metadata.uid);
    return isNode(id) && isHeld && !wanted.has(keyOf(id)) ? [node] : [];
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

function namespacesOfManifests(tenant: string, manifests: readonly Manifest[]): [string, string][] {
  return manifests
    .map(({ object }) => idOf(object))
    .filter(({ group, kind }) => group === "" && kind === "Namespace")
    .map(({ name }) => [name, tenant]);
}
