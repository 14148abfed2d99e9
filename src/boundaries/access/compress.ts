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
  const merged = new Map<string, Product>();
  for (const product of products) {
    // A product without names grants every name: it never merges with one that has some.
    const key = JSON.stringify([{ ...product, [dimension]: [] }, product.resourceNames.length === 0]);
    const values = [...(merged.get(key)?.[dimension] ?? []), ...product[dimension]];
    merged.set(key, { ...product, [dimension]: sortedOnce(values) });
  }
  return [...merged.values()];
}

function ruleOf({ apiGroups, resources, verbs, resourceNames }: Product): PolicyRule {
  const names = resourceNames.length === 0 ? {} : { resourceNames };
  return { apiGroups, resources, ...names, verbs: [...verbs].sort(compareVerbs) };
}

function sortedOnce(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
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
