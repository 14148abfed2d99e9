import { canonicalQuantity } from "../manifests/quantity.ts";
import type { LimitItem } from "./resource-schema.ts";

type Amounts = Readonly<Record<string, string>>;

/** One LimitRange item with canonical quantities and without empty maps. */
export interface Limits {
  readonly type: string;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

/**
 * The item as the API server stores it (kubernetes: pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem): for
 * containers, a missing default is the max, a missing default request is the default, or else the min.
 */
export function defaultedLimits(item: LimitItem): Limits {
  const max = canonicalAmounts(item.max);
  const min = canonicalAmounts(item.min);
  const isContainer = item.type === "Container";
  const limits = isContainer ? { ...max, ...canonicalAmounts(item.default) } : {};
  const requests = isContainer ? { ...min, ...limits, ...canonicalAmounts(item.defaultRequest) } : {};
  return compact(item.type, {
    default: limits,
    defaultRequest: requests,
    max,
    min,
    maxLimitRequestRatio: canonicalAmounts(item.maxLimitRequestRatio),
  });
}

function compact(type: string, maps: Readonly<Record<string, Amounts>>): Limits {
  return {
    type,
    ...Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0)),
  };
}

/** The map with sorted names and each quantity as the API server prints it. */
export function canonicalAmounts(
  amounts: Readonly<Record<string, string | number>> = {},
): Record<string, string> {
  const names = Object.keys(amounts).sort();
  return Object.fromEntries(names.map((name) => [name, canonicalQuantity(String(amounts[name]))]));
}
