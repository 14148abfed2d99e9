import type { TenantInput } from "./schema.ts";
import type { TenantDocument } from "./tenant.ts";

/** The labels by which a tenant has nodes that somebody else labels and taints. */
export type NodeSelector = Readonly<Record<string, string>>;

/** The selectors of a recorded tenant whose nodes are not shared; none when its nodes are, or nothing is recorded of them. */
export function dedicatedSelectors(document: TenantDocument | undefined): readonly NodeSelector[] {
  const { mode, pools } = (document as unknown as Partial<TenantInput> | undefined)?.spec?.nodes ?? {};
  if (mode !== "Dedicated" || !Array.isArray(pools)) return [];
  return pools.flatMap(({ nodeSelector }) => (nodeSelector === undefined ? [] : [nodeSelector]));
}

/** Do all nodes of the one belong to the other as well: does it say the same, or the same and more? */
export function isWithin(one: NodeSelector, other: NodeSelector): boolean {
  return Object.entries(other).every(([key, value]) => Object.hasOwn(one, key) && one[key] === value);
}

/** `mtenant.dev/pool=gold,zone=a`, as kubectl takes it. */
export function selectorText(selector: NodeSelector): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
