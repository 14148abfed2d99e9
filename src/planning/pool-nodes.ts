import { objectionTo } from "../boundaries/nodes/objections.ts";
import { isSelected, openness } from "../boundaries/nodes/pools.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listKept } from "../cluster/list-objects.ts";
import type { StoredRecord } from "../execute/records.ts";
import { TENANT_KEY, TENANT_NODE_LABEL } from "../manifests/names.ts";
import { idOf, type KubernetesObject } from "../manifests/object.ts";
import { designatedToOther } from "../plan/amendments.ts";
import type { Change, Foreign } from "../plan/plan.ts";
import * as refusals from "../plan/refusals.ts";
import { dedicatedSelectors, isWithin, type NodeSelector, selectorText } from "../tenant/recorded-pools.ts";
import type { NodePool, Tenant } from "../tenant/tenant.ts";
import { namespacesOfRecords, readLetIn, readVisitors } from "./node-visitors.ts";
import { claimsOn, reservedByRecord } from "./reservations.ts";

/** What is wrong with the nodes that a tenant's selectors select, which mtenant checks and does not change. */
export interface PoolNodes {
  /** Of selectors that are new: such nodes are not taken. */
  readonly refused: readonly Change[];
  /** Of selectors that the record has: the other walls are mended all the same. */
  readonly foreign: readonly Foreign[];
  /** A sentence for each selector that selects no node. */
  readonly notes: readonly string[];
}

/** A tenant and its record. */
export interface Pooled {
  readonly tenant: Tenant;
  readonly stored: StoredRecord | undefined;
}

type SelectedPool = NodePool & { readonly nodeSelector: NodeSelector };

interface Selected extends Pooled {
  readonly pool: SelectedPool;
  readonly nodes: readonly KubernetesObject[];
}

/**
 * Looks at the nodes of all selectors of tenants whose nodes are not shared, by tenant. Nodes are listed only where
 * there is such a selector, and pods only where a node is new or not as it should be. Throws ApiError, ConnectionError.
 */
export async function readPoolNodes(
  cluster: Cluster,
  tenants: readonly Pooled[],
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<string, PoolNodes>> {
  const selected = await readSelected(cluster, tenants);
  const faults = await readFaults(cluster, selected, records);
  return new Map(
    tenants.map((each) => {
      const own = selected.filter(({ tenant }) => tenant === each.tenant);
      const judged = own.flatMap((one) => one.nodes.flatMap((node) => judge(one, node, faults(one, node))));
      return [
        each.tenant.name,
        {
          refused: once(judged.flatMap(({ refused }) => refused ?? [])),
          foreign: once(judged.flatMap(({ foreign }) => foreign ?? [])),
          notes: own.filter(({ nodes }) => nodes.length === 0).map(emptyNote),
        },
      ];
    }),
  );
}

/** The nodes that the tenant has by selectors, where nodes are not shared. Throws ApiError, ConnectionError. */
export async function readSelectedNodes(
  cluster: Cluster,
  tenant: Tenant,
): Promise<readonly KubernetesObject[]> {
  const selected = await readSelected(cluster, [{ tenant, stored: undefined }]);
  return selected.flatMap(({ nodes }) => nodes);
}

async function readSelected(cluster: Cluster, tenants: readonly Pooled[]): Promise<readonly Selected[]> {
  const pools = tenants.flatMap((each) => selectedPools(each.tenant).map((pool) => ({ ...each, pool })));
  const [only, ...more] = pools;
  if (only === undefined) return [];
  const selection = more.length === 0 ? { labelSelector: selectorText(only.pool.nodeSelector) } : {};
  const nodes = await listKept(cluster, { group: "", kind: "Node" }, selection, (node) =>
    pools.some(({ pool }) => isSelected(pool.nodeSelector, node)) ? [node] : [],
  );
  return pools.map((each) => {
    const named = new Set(each.tenant.nodes.pools.flatMap(({ nodeNames = [] }) => nodeNames));
    const own = nodes.filter(({ metadata }) => !named.has(metadata.name));
    return { ...each, nodes: own.filter((node) => isSelected(each.pool.nodeSelector, node)) };
  });
}

function selectedPools({ nodes: { mode, pools } }: Tenant): SelectedPool[] {
  if (mode !== "Dedicated") return [];
  return pools.flatMap((pool) => (pool.nodeSelector === undefined ? [] : [pool as SelectedPool]));
}

type Faults = (one: Selected, node: KubernetesObject) => readonly string[];

async function readFaults(
  cluster: Cluster,
  selected: readonly Selected[],
  records: readonly StoredRecord[],
): Promise<Faults> {
  const reserved = records.flatMap(reservedByRecord);
  const claims = ({ tenant }: Selected, node: KubernetesObject): readonly string[] =>
    claimsOn(
      node,
      reserved.filter(({ name }) => name !== tenant.name),
    );
  const asked = selected.flatMap((one) =>
    one.nodes.filter(
      (node) => !isStanding(one) || [...markFault(one.tenant.name, node), ...claims(one, node)].length > 0,
    ),
  );
  const visitors = await readVisitors(cluster, [...new Set(asked.map(({ metadata }) => metadata.name))]);
  const letIn = visitors.size === 0 ? new Set<string>() : await readLetIn(cluster);
  const taken = namespacesOfRecords(records);
  return (one, node) => {
    const { name: tenant, namespaces } = one.tenant;
    const tenantOf = new Map([...taken, ...namespaces.map(({ name }): [string, string] => [name, tenant])]);
    const present = visitors.get(node.metadata.name) ?? [];
    const { refusal } = objectionTo(node, present, {
      tenant,
      tenantOf,
      letIn,
      claims: claims(one, node),
      isHeld: false,
    });
    return [...markFault(tenant, node), ...(refusal === undefined ? [] : [refusal])];
  };
}

/** Somebody else's mark, or that the tenant's own taint is missing. */
function markFault(tenant: string, node: KubernetesObject): readonly string[] {
  const own: KubernetesObject = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node.metadata.name, labels: { [TENANT_NODE_LABEL]: tenant, [TENANT_KEY]: tenant } },
    spec: { taints: [{ key: TENANT_KEY, value: tenant, effect: "NoSchedule" }] },
  };
  const mark = designatedToOther(node, own);
  const fault = mark === undefined ? openness(node, tenant) : refusals.designated(mark).refusal;
  return fault === undefined ? [] : [fault];
}

/** Does the record have the selector already? Then its pods may be there, and to refuse would mend nothing. */
function isStanding({ stored, pool }: Selected): boolean {
  const recorded = dedicatedSelectors(stored?.record.spec);
  return recorded.some((each) => isWithin(each, pool.nodeSelector) && isWithin(pool.nodeSelector, each));
}

function judge(
  one: Selected,
  node: KubernetesObject,
  faults: readonly string[],
): { readonly refused?: Change; readonly foreign?: Foreign }[] {
  if (faults.length === 0) return [];
  const id = idOf(node);
  const message = `pool ${one.pool.name} selects it by ${selectorText(one.pool.nodeSelector)}: ${faults.join("; ")}`;
  if (isStanding(one)) return [{ foreign: { id, effect: "widens", message } }];
  const refusal = { refusal: message, refusalExit: 4 } as const;
  return [
    { refused: { action: "refuse", id, live: node, fields: [], effect: "neutral", notes: [], ...refusal } },
  ];
}

/** Two pools of a tenant may select the same node. */
function once<Item extends { readonly id: { readonly name: string } }>(
  items: readonly Item[],
): readonly Item[] {
  return [...new Map(items.map((item) => [item.id.name, item])).values()];
}

function emptyNote({ tenant, pool }: Selected): string {
  return `tenant ${tenant.name}: no node has ${selectorText(pool.nodeSelector)} yet (pool ${pool.name}): its pods wait until one has it, with the taint ${TENANT_KEY}=${tenant.name}:NoSchedule`;
}
