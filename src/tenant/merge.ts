import type { Json, JsonMap } from "../manifests/object.ts";
import type { Path } from "./finding.ts";
import type { ClassInput, TenantSpecInput } from "./schema.ts";
import { identityOf } from "./subjects.ts";

/** A tenant's spec over the values of its class: maps merge, lists of named items merge by name, all else is the tenant's. */
export function mergeClass(own: TenantSpecInput, preset: ClassInput["spec"]): TenantSpecInput {
  const { sizes: _sizes, locked: _locked, ...defaults } = preset;
  return merge(defaults as Json, own as Json) as TenantSpecInput;
}

function merge(base: Json, over: Json): Json {
  if (isMap(base) && isMap(over)) return mergeMaps(base, over);
  return isNamedList(base) && isNamedList(over) ? mergeLists(base, over) : over;
}

function mergeMaps(base: JsonMap, over: JsonMap): JsonMap {
  const entries = Object.entries(over).map(([key, value]) => {
    const preset = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, preset === undefined ? value : merge(preset, value)] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function mergeLists(base: readonly JsonMap[], over: readonly JsonMap[]): Json {
  const merged = new Map(base.map((item) => [itemKey(item), item]));
  for (const item of over) {
    const preset = merged.get(itemKey(item));
    merged.set(itemKey(item), preset === undefined ? item : mergeMaps(preset, item));
  }
  return [...merged.values()];
}

/** What makes two items of a list the same one: the name, and of subjects kind, namespace and role too. */
export function itemKey(item: JsonMap): string {
  return typeof item["role"] === "string"
    ? identityOf(item as unknown as Parameters<typeof identityOf>[0])
    : String(item["name"]);
}

/** Is this a map, and no list or scalar? */
export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Is this a list whose items all have a name, so that it merges item by item? */
export function isNamedList(value: Json | undefined): value is readonly JsonMap[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isMap(item) && typeof item["name"] === "string")
  );
}

/**
 * Where a path of the merged spec is in the tenant's own: items are found by what they are called. The path ends
 * where the tenant's own document ends.
 */
export function ownPath(path: Path, merged: Json, own: Json): Path {
  const found: (string | number)[] = [];
  let [mergedHere, ownHere]: [Json | undefined, Json | undefined] = [merged, own];
  for (const part of path) {
    if (typeof part === "string") {
      [mergedHere, ownHere] = [childOf(mergedHere, part), childOf(ownHere, part)];
      found.push(part);
      continue;
    }
    const item: Json | undefined = Array.isArray(mergedHere) ? mergedHere[part] : undefined;
    const index = positionOf(item, ownHere, part);
    if (index < 0) break;
    [mergedHere, ownHere] = [item, (ownHere as readonly Json[])[index]];
    found.push(index);
  }
  return found;
}

function positionOf(item: Json | undefined, list: Json | undefined, position: number): number {
  if (!Array.isArray(list)) return -1;
  if (!isMap(item) || typeof item["name"] !== "string") return position < list.length ? position : -1;
  return list.findIndex((other) => isMap(other) && itemKey(other) === itemKey(item));
}

function childOf(value: Json | undefined, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
