import type { Json, JsonMap } from "../manifests/object.ts";
import { isMap, isNamedList, itemKey } from "./merge.ts";
import { CLASS_ANNOTATION, CLASS_RULES_ANNOTATION } from "./names.ts";
import type { TenantInput } from "./schema.ts";
import type { TenantDocument } from "./tenant.ts";

/** A field of the spec that differs: `spec.namespaces[payments].size`. Absent `before`: it is new; absent `after`: it goes. */
export interface SpecChange {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * Which fields of a tenant's resolved spec differ, items of lists found by name. Quota and limits that follow from a
 * size are left out: the size says them.
 */
export function specChanges(before: TenantDocument, after: TenantDocument): readonly SpecChange[] {
  return differences("", shown(before), shown(after));
}

/** The document as a person thinks of it: the class as a field of its own, sized namespaces without the amounts. */
function shown(document: TenantDocument): Json {
  const { metadata, spec = {} } = document as unknown as TenantInput;
  const { [CLASS_ANNOTATION]: name, [CLASS_RULES_ANNOTATION]: rules } = metadata.annotations ?? {};
  const namespaces = (spec.namespaces ?? []).map(({ quota, limitRange, ...rest }) =>
    rest.size === undefined ? { ...rest, quota, limitRange } : rest,
  );
  return {
    ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
    ...(name === undefined ? {} : { class: { name, ...parsed(rules) } }),
    spec: { ...spec, namespaces },
  } as unknown as Json;
}

function parsed(rules: string | undefined): JsonMap {
  return rules === undefined ? {} : (JSON.parse(rules) as JsonMap);
}

function differences(path: string, before: Json | undefined, after: Json | undefined): readonly SpecChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [one, other] = [childrenOf(before), childrenOf(after)];
  if (one !== undefined && other !== undefined) {
    const keys = [...new Set([...one.keys(), ...other.keys()])];
    return keys.flatMap((key) => differences(`${path}${key}`, one.get(key), other.get(key)));
  }
  return [
    {
      path: path.replace(/^\./, ""),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

/** The fields of a map, or the items of a list by what they are called; undefined for everything else. */
function childrenOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (isNamedList(value)) return new Map(value.map((item) => [`[${itemKey(item)}]`, item]));
  if (Array.isArray(value) && value.length === 0) return new Map();
  return isMap(value) ? new Map(Object.entries(value).map(([key, field]) => [step(key), field])) : undefined;
}

function step(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
