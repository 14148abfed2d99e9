import type { PolicyRule } from "../../facts/facts.ts";
import type { Atom } from "./atoms.ts";

/** A rule on resources with every dimension stated; no names means every name. */
interface Product {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames: readonly string[];
}

const dimensions = ["verbs", "resourceNames", "resources", "apiGroups"] as const;
const verbOrder = ["get", "list", "watch", "create", "update", "patch", "delete"];

/**
 * Rules that grant exactly these atoms, short and always in the same order. A rule is a cross product, so two rules
 * become one only when they differ in a single dimension: first verbs, then names, resources and groups.
 */
export function compress(atoms: readonly Atom[]): PolicyRule[] {
  const merged = dimensions.reduce(merge, atoms.map(productOf));
  return merged.map(ruleOf).sort((one, other) => compareText(JSON.stringify(one), JSON.stringify(other)));
}

function productOf({ group, resource, verb, name }: Atom): Product {
  return {
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
    resourceNames: name === undefined ? [] : [name],
  };
}

function merge(products: readonly Product[], dimension: (typeof dimensions)[number]): Product[] {
  const alike = new Map<string, { readonly product: Product; readonly values: Set<string> }>();
  for (const product of products) {
    const key = keyWithout(dimension, product);
    const { values } = alike.get(key) ?? { values: new Set<string>() };
    for (const value of product[dimension]) values.add(value);
    alike.set(key, { product, values });
  }
  return Array.from(alike.values(), ({ product, values }) => ({
    ...product,
    [dimension]: [...values].sort(),
  }));
}

/** Equal for products that differ in this dimension only. One without names grants every name: it never merges with one that has some. */
function keyWithout(dimension: (typeof dimensions)[number], product: Product): string {
  const others = dimensions.map((each) => (each === dimension ? [] : product[each]));
  return JSON.stringify([others, product.resourceNames.length === 0]);
}

function ruleOf({ apiGroups, resources, verbs, resourceNames }: Product): PolicyRule {
  const names = resourceNames.length === 0 ? {} : { resourceNames };
  return { apiGroups, resources, ...names, verbs: [...verbs].sort(compareVerbs) };
}

function compareVerbs(one: string, other: string): number {
  return verbRank(one) - verbRank(other) || compareText(one, other);
}

function verbRank(verb: string): number {
  return verbOrder.includes(verb) ? verbOrder.indexOf(verb) : verbOrder.length;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
