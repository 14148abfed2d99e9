import type { Finding, Locate, Path } from "./finding.ts";
import { controlPlaneNamespace } from "./names.ts";
import type { TenantInput } from "./schema.ts";
import type { NodePool, Tenant } from "./tenant.ts";

/** A resolved tenant and the document it comes from, for saying where something stands. */
export interface Placed {
  readonly tenant: Tenant;
  readonly input: TenantInput;
  readonly locate: Locate;
}

/** A finding in the document of one of several tenants. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly locate: Locate;
}

type Owners = Map<string, Placed>;

/** What two tenants of one run both claim: a namespace, a node, or an account inside of the other. */
export function collisions(placed: readonly Placed[]): readonly PlacedFinding[] {
  const spaces: Owners = new Map();
  const nodes: Owners = new Map();
  return [
    ...placed.flatMap((one) => namespaceFindings(one, spaces)),
    ...placed.flatMap((one) => nodeFindings(one, nodes)),
    ...selectorFindings(placed),
    ...placed.flatMap((one) => accountFindings(one, spaces)),
  ];
}

/** The first to claim something has it; says who has it when that is another tenant. */
function claim(owners: Owners, key: string, one: Placed): Placed | undefined {
  const holder = owners.get(key);
  if (holder === undefined) owners.set(key, one);
  return holder === undefined || holder.tenant.name === one.tenant.name ? undefined : holder;
}

function namespaceFindings(one: Placed, owners: Owners): PlacedFinding[] {
  const { tenant, input } = one;
  const listed = tenant.namespaces.map((namespace) => namespace.name);
  const reserved = new Set([tenant.name, controlPlaneNamespace(tenant.name), ...listed]);
  return [...reserved].flatMap((name) => {
    const other = claim(owners, name, one);
    if (other === undefined) return [];
    const index = (input.spec?.namespaces ?? []).findIndex((namespace) => namespace.name === name);
    const path = index < 0 ? ["metadata", "name"] : ["spec", "namespaces", index, "name"];
    return [at(one, path, `namespace ${name} is kept for ${described(other)}`)];
  });
}

function nodeFindings(one: Placed, owners: Owners): PlacedFinding[] {
  const names = one.tenant.nodes.pools.flatMap((pool) => pool.nodeNames ?? []);
  return names.flatMap((name) => {
    const other = claim(owners, name, one);
    return other === undefined
      ? []
      : [at(one, nodePath(one.input, name), `node ${name} is designated to ${described(other)}`)];
  });
}

function nodePath(input: TenantInput, name: string): Path {
  const pools = input.spec?.nodes?.pools ?? [];
  const index = pools.findIndex((pool) => pool.nodeNames?.includes(name));
  const path = ["spec", "nodes", "pools"];
  return index < 0 ? path : [...path, index, "nodeNames", pools[index]?.nodeNames?.indexOf(name) ?? 0];
}

/** Dedicated tenants must not select the same nodes: the same labels, or the same and more, select nodes of both. */
function selectorFindings(placed: readonly Placed[]): PlacedFinding[] {
  const dedicated = placed.filter((one) => one.tenant.nodes.mode === "Dedicated");
  const pools = dedicated.flatMap((one) => one.tenant.nodes.pools.map((pool) => ({ one, pool })));
  const owners: Owners = new Map();
  const same = pools.flatMap(({ one, pool }) => {
    const other =
      pool.nodeSelector === undefined
        ? undefined
        : claim(owners, selectorKey(Object.entries(pool.nodeSelector)), one);
    return other === undefined ? [] : [selectorFinding(one, pool, other)];
  });
  return [...same, ...pools.flatMap(({ one, pool }) => widerFindings(one, pool, owners))];
}

function widerFindings(one: Placed, pool: NodePool, owners: Owners): PlacedFinding[] {
  const wider = partsOf(Object.entries(pool.nodeSelector ?? {}));
  const others = wider.flatMap((part) => owners.get(selectorKey(part)) ?? []);
  const other = others.find((candidate) => candidate.tenant.name !== one.tenant.name);
  return other === undefined ? [] : [selectorFinding(one, pool, other)];
}

type Labels = readonly (readonly [string, string])[];

/** Every part of a selector that is neither empty nor all of it; of very long selectors none, they would be too many. */
function partsOf(labels: Labels): readonly Labels[] {
  if (labels.length > 8) return [];
  const count = 2 ** labels.length;
  const masks = Array.from({ length: Math.max(0, count - 2) }, (_, index) => index + 1);
  return masks.map((mask) => labels.filter((_, position) => (mask & (1 << position)) !== 0));
}

function selectorKey(labels: Labels): string {
  return JSON.stringify(labels);
}

function selectorFinding(one: Placed, pool: NodePool, other: Placed): PlacedFinding {
  const index = (one.input.spec?.nodes?.pools ?? []).findIndex((candidate) => candidate.name === pool.name);
  const path = ["spec", "nodes", "pools", ...(index < 0 ? [] : [index, "nodeSelector"])];
  return at(one, path, `selects nodes of ${described(other)}, and dedicated nodes are not shared`);
}

/** Whoever may run pods in a namespace can use its service accounts: such a subject would be a door between tenants. */
function accountFindings(one: Placed, owners: Owners): PlacedFinding[] {
  return one.tenant.subjects.flatMap((subject) => {
    const other = subject.namespace === undefined ? undefined : owners.get(subject.namespace);
    if (other === undefined || other.tenant.name === one.tenant.name) return [];
    const own = one.input.spec?.subjects ?? [];
    const index = own.findIndex(
      (candidate) => candidate.namespace === subject.namespace && candidate.name === subject.name,
    );
    const path = ["spec", "subjects", ...(index < 0 ? [] : [index, "namespace"])];
    return [at(one, path, `service account ${subject.name} lives inside of ${described(other)}`)];
  });
}

function at(one: Placed, path: Path, message: string): PlacedFinding {
  return { finding: { path, message }, locate: one.locate };
}

function described({ tenant, locate }: Placed): string {
  const where = locate({ path: ["metadata", "name"], message: "" });
  return where === undefined ? `tenant ${tenant.name}` : `tenant ${tenant.name} (${where})`;
}
