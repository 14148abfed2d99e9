import { commentPath } from "../manifests/comments.ts";
import type { Json, KubernetesObject } from "../manifests/object.ts";
import { managerOf } from "./field-managers.ts";
import { isList, isMap, sameJson, valueAt, without } from "./json-values.ts";
import type { FieldChange } from "./plan.ts";

/** What the server writes by itself, and what says nothing about the object's meaning. */
const bookkeeping: ReadonlySet<string> = new Set([
  "managedFields",
  "resourceVersion",
  "uid",
  "creationTimestamp",
  "generation",
  "selfLink",
]);
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The part of an object that a person cares about: without bookkeeping and status. */
export function meaningfulPart(object: KubernetesObject): Json {
  const { status: _, metadata, ...rest } = object;
  const { annotations, ...meta } = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !bookkeeping.has(key)),
  );
  const kept = isMap(annotations) ? without(annotations, LAST_APPLIED) : {};
  const shown = Object.keys(kept).length === 0 ? meta : { ...meta, annotations: kept };
  return { ...rest, metadata: shown } as unknown as Json;
}

/** Every field that differs between two states of an object, who set it, and never the data of a Secret. */
export function fieldChanges(before: KubernetesObject, after: KubernetesObject): readonly FieldChange[] {
  const found = differences([], meaningfulPart(before), meaningfulPart(after));
  const isSecret = before.kind === "Secret";
  return found.map(({ path, ...values }) => ({
    path: commentPath(path),
    ...(isSecret && isSecretData(path) ? masked(values) : values),
    ...managerOf(before, path),
  }));
}

interface Difference {
  readonly path: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

function differences(
  path: readonly string[],
  before: Json | undefined,
  after: Json | undefined,
): Difference[] {
  if (sameJson(before, after)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences([...path, key], valueAt(before, key), valueAt(after, key)));
  }
  if (isList(before) && isList(after)) return listDifferences(path, before, after);
  return [difference(path, before, after)];
}

function listDifferences(
  path: readonly string[],
  before: readonly Json[],
  after: readonly Json[],
): Difference[] {
  if (before.length === after.length) {
    return before.flatMap((item, index) => differences([...path, String(index)], item, after[index]));
  }
  const gone = before.flatMap((item, index) =>
    contains(after, item) ? [] : [difference([...path, String(index)], item, undefined)],
  );
  const come = after.flatMap((item, index) =>
    contains(before, item) ? [] : [difference([...path, String(index)], undefined, item)],
  );
  return gone.length + come.length === 0 ? [difference(path, before, after)] : [...gone, ...come];
}

function contains(list: readonly Json[], item: Json): boolean {
  return list.some((each) => sameJson(each, item));
}

function difference(path: readonly string[], before: Json | undefined, after: Json | undefined): Difference {
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function isSecretData([first]: readonly string[]): boolean {
  return first === "data" || first === "stringData";
}

function masked(values: { before?: Json; after?: Json }): { before?: Json; after?: Json } {
  return {
    ...(values.before === undefined ? {} : { before: "*** (before)" }),
    ...(values.after === undefined ? {} : { after: "*** (after)" }),
  };
}
