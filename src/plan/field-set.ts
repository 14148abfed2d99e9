import type { Json } from "../manifests/object.ts";
import { isMap, sameJson, valueAt } from "./json-values.ts";

/**
 * Is the list item the one that a name in fieldsV1 speaks of: `k:{…}` by its key fields, `v:…` by its value?
 * (kubernetes: structured-merge-diff, fieldpath/serialize-pe.go)
 */
export function isNamed(name: string, item: Json | undefined): boolean {
  const wanted: unknown = JSON.parse(name.slice(2));
  if (name.startsWith("v:")) return sameJson(item, wanted);
  return (
    isMap(wanted) && Object.entries(wanted).every(([field, value]) => sameJson(valueAt(item, field), value))
  );
}
