import { FIELD_MANAGER } from "../manifests/names.ts";
import type { Json, JsonMap, KubernetesObject } from "../manifests/object.ts";
import { isNamed } from "./field-set.ts";
import { isList, isMap, valueAt } from "./json-values.ts";
import { ownEntry } from "./unchanged.ts";

/** A place in an object: keys of maps and indexes of lists. */
export type FieldPath = readonly string[];

/**
 * The fields that other managers set on an object of ours, outside metadata and status. An apply leaves them where they
 * are, though one of them can open a wall: `spec.ingress` on a policy that has none. Defaults of the server have no
 * manager and are not among them.
 */
export function foreignFields(live: KubernetesObject): readonly FieldPath[] {
  const own = ownEntry(live)?.fieldsV1 ?? {};
  const others = (live.metadata.managedFields ?? []).filter(
    ({ manager, operation, subresource = "" }) =>
      subresource === "" && !(manager === FIELD_MANAGER && operation === "Apply"),
  );
  const found = others.flatMap(({ fieldsV1 = {} }) => below(contentOf(fieldsV1), own, live as Json, []));
  return [...new Map(found.map((path) => [JSON.stringify(path), path])).values()];
}

/** The object without these fields. */
export function withoutFields(object: KubernetesObject, paths: readonly FieldPath[]): KubernetesObject {
  const gone = new Set(paths.map((path) => path.join("/")));
  const prune = (value: Json, path: FieldPath): Json => {
    const kept = ([key]: readonly [string, Json]): boolean => !gone.has([...path, key].join("/"));
    const pruned = ([key, each]: readonly [string, Json]): readonly [string, Json] => [
      key,
      prune(each, [...path, key]),
    ];
    if (isList(value))
      return Object.entries(value)
        .filter(kept)
        .map(pruned)
        .map(([, each]) => each);
    return isMap(value) ? Object.fromEntries(Object.entries(value).filter(kept).map(pruned)) : value;
  };
  return prune(object as unknown as Json, []) as unknown as KubernetesObject;
}

function contentOf(fields: JsonMap): JsonMap {
  const { "f:metadata": _, "f:status": __, ...content } = fields;
  return content;
}

function below(other: JsonMap, own: JsonMap, live: Json | undefined, path: FieldPath): FieldPath[] {
  return Object.entries(other).flatMap(([name, fields]) => {
    const step = name === "." ? undefined : stepOf(name, live);
    if (step === undefined) return [];
    const place = [...path, step];
    const ours = valueAt(own, name);
    if (!isMap(ours)) return [place];
    // Nothing below: we own that part as a whole.
    const isWhole = Object.keys(ours).every((each) => each === ".");
    return isWhole || !isMap(fields) ? [] : below(fields, ours, childAt(live, step), place);
  });
}

/** Where a field, a keyed item (`k:`) or a set's value (`v:`) is in the live value; undefined when it is not there. */
function stepOf(name: string, live: Json | undefined): string | undefined {
  const key = name.slice(2);
  if (name.startsWith("f:")) return valueAt(live, key) === undefined ? undefined : key;
  if (!isList(live)) return undefined;
  const place = live.findIndex((item) => isNamed(name, item));
  return place < 0 ? undefined : String(place);
}

function childAt(live: Json | undefined, step: string): Json | undefined {
  return isList(live) ? live[Number(step)] : valueAt(live, step);
}
