import { isSelected } from "../boundaries/nodes/pools.ts";
import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { dedicatedSelectors, isWithin, type NodeSelector, selectorText } from "../tenant/recorded-pools.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** The namespaces and nodes of one tenant that no other may have. */
export interface Reserved {
  readonly name: string;
  readonly names: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  /** Of nodes that are not shared. */
  readonly selectors: readonly NodeSelector[];
}

/** Refuses (exit code 4) tenants that want a namespace or a node which the record of another tenant holds or reserves. */
export function refuseTaken(tenants: readonly Tenant[], records: Iterable<StoredRecord>): void {
  const recorded = [...records].flatMap(reservedByRecord);
  const problems = tenants.flatMap((tenant) =>
    recorded.filter(({ name }) => name !== tenant.name).flatMap((other) => clashes(tenant, other)),
  );
  if (problems.length === 0) return;
  throw new ExpectedError(ExitCode.refused, "another tenant has them already; nothing was changed", {
    problems,
  });
}

/** What the record of a tenant holds or reserves; nothing of the cluster's own. */
export function reservedByRecord({ record }: StoredRecord): Reserved[] {
  if (record.owner.kind === "cluster") return [];
  const { name } = record.owner;
  const held = (kind: string): string[] =>
    record.entries.filter(({ id }) => id.kind === kind && id.group === "").map(({ id }) => id.name);
  return [
    {
      name,
      names: new Set([name, `${name}-control-plane`, ...held("Namespace")]),
      nodes: new Set(held("Node")),
      selectors: dedicatedSelectors(record.spec),
    },
  ];
}

function clashes(tenant: Tenant, other: Reserved): Problem[] {
  const namespaces = tenant.namespaces.map(({ name }) => name);
  const reserved = [tenant.name, `${tenant.name}-control-plane`, ...namespaces];
  const nodes = tenant.nodes.pools.flatMap((pool) => pool.nodeNames ?? []);
  return [
    ...[...new Set(reserved)].filter((name) => other.names.has(name)).map((name) => `the namespace ${name}`),
    ...nodes.filter((node) => other.nodes.has(node)).map((node) => `the node ${node}`),
    ...sharedSelectors(tenant, other).map((selector) => `a node with ${selectorText(selector)}`),
  ].map((what) => ({
    where: `tenant ${tenant.name}`,
    message: `${what} is held or reserved by tenant ${other.name}`,
  }));
}

/** Dedicated nodes are not shared: of two selectors the one that says the same, or the same and more, has nodes of both. */
function sharedSelectors({ nodes: { mode, pools } }: Tenant, other: Reserved): NodeSelector[] {
  if (mode !== "Dedicated") return [];
  const own = pools.flatMap(({ nodeSelector }) => (nodeSelector === undefined ? [] : [nodeSelector]));
  return own.filter((selector) =>
    other.selectors.some((each) => isWithin(selector, each) || isWithin(each, selector)),
  );
}

/** Which of them have the node, a sentence each: by a selector, or by name. */
export function claimsOn(node: KubernetesObject, others: readonly Reserved[]): readonly string[] {
  return others.flatMap(({ name, nodes, selectors }) => {
    const selector = selectors.find((each) => isSelected(each, node));
    if (selector !== undefined) return [`tenant ${name} has it too, by ${selectorText(selector)}`];
    return nodes.has(node.metadata.name) ? [`it is designated to tenant ${name} by name`] : [];
  });
}
