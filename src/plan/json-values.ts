import type { Json, JsonMap } from "../manifests/object.ts";

/** Is it a JSON object (no list, not null)? */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Is it a JSON list? */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The same JSON value: same types, same keys in any order, same items in the same order. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  }
  if (!isMap(one) || !isMap(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  );
}

/** The value of a key that the map itself has; `undefined` for everything inherited (`constructor`, `__proto__`). */
export function valueAt(map: unknown, key: string): Json | undefined {
  return isMap(map) && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The map without one key. */
export function without(map: JsonMap, dropped: string): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== dropped));
}

/** `over` laid on `base`: maps are merged key by key, everything else in `over` replaces what is in `base`. */
export function overlay(base: Json | undefined, over: Json): Json {
  if (!isMap(base) || !isMap(over)) return over;
  const merged = Object.entries(over).map(([key, value]) => [key, overlay(valueAt(base, key), value)]);
  return { ...base, ...Object.fromEntries(merged) };
}
