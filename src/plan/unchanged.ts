import { FIELD_MANAGER } from "../manifests/names.ts";
import type { Json, JsonMap, KubernetesObject, ManagedFieldsEntry } from "../manifests/object.ts";
import { isNamed } from "./field-set.ts";
import { isList, isMap, sameJson, valueAt, without } from "./json-values.ts";

/**
 * Would a server-side apply of `desired` leave `live` exactly as it is? Decided without a request, and soundly: true is
 * certain; false only means that the server has to be asked. The fields that mtenant owns in `live` say how each part
 * is merged, so no schema is needed (kubernetes: structured-merge-diff, fieldpath serialization).
 */
export function unchanged(desired: KubernetesObject, live: KubernetesObject): boolean {
  if (live.metadata.deletionTimestamp !== undefined) return false;
  const entry = ownEntry(live);
  if (entry?.operation !== "Apply" || entry.fieldsV1 === undefined) return false;
  const sameVersion = desired.apiVersion === live.apiVersion && entry.apiVersion === live.apiVersion;
  return (
    sameVersion && desired.kind === live.kind && same(appliedPart(desired), entry.fieldsV1, live as Json)
  );
}

/** The one entry of mtenant on the object itself; `undefined` when there is none, or more than one. */
export function ownEntry(live: KubernetesObject): ManagedFieldsEntry | undefined {
  const entries = (live.metadata.managedFields ?? []).filter(
    ({ manager, subresource = "" }) => manager === FIELD_MANAGER && subresource === "",
  );
  return entries.length === 1 ? entries[0] : undefined;
}

/** What an apply owns of an object: everything but its identity. */
function appliedPart(object: KubernetesObject): JsonMap {
  const { apiVersion: _, kind: __, metadata, ...fields } = object as unknown as JsonMap;
  const rest = without(without(metadata as JsonMap, "name"), "namespace");
  return Object.keys(rest).length === 0 ? (fields as JsonMap) : { ...(fields as JsonMap), metadata: rest };
}

function same(desired: Json | undefined, own: Json | undefined, live: Json | undefined): boolean {
  if (desired === undefined || live === undefined || !isMap(own)) return false;
  const names = Object.keys(own).filter((name) => name !== ".");
  if (names.length === 0) return sameJson(desired, live);
  if (names.every((name) => name.startsWith("f:"))) return sameFields(desired, own, names, live);
  if (!isList(desired) || !isList(live) || desired.length !== names.length) return false;
  if (names.every((name) => name.startsWith("k:"))) return sameItems(desired, own, names, live);
  return names.every((name) => name.startsWith("v:")) && sameSet(desired, names, live);
}

function sameFields(desired: Json, own: JsonMap, names: readonly string[], live: Json): boolean {
  if (!isMap(desired) || !isMap(live) || Object.keys(desired).length !== names.length) return false;
  return names.every((name) => {
    const key = name.slice(2);
    return same(valueAt(desired, key), own[name], valueAt(live, key));
  });
}

function sameItems(
  desired: readonly Json[],
  own: JsonMap,
  names: readonly string[],
  live: readonly Json[],
): boolean {
  const used = new Set<string>();
  const places: number[] = [];
  for (const item of desired) {
    const matching = names.filter((name) => isNamed(name, item));
    const [name] = matching;
    if (name === undefined || matching.length !== 1 || used.has(name)) return false;
    used.add(name);
    const found = live.flatMap((each, index) => (isNamed(name, each) ? [index] : []));
    const [place] = found;
    if (place === undefined || found.length !== 1 || !same(item, own[name], live[place])) return false;
    places.push(place);
  }
  return ascends(places);
}

function sameSet(desired: readonly Json[], names: readonly string[], live: readonly Json[]): boolean {
  const own: unknown[] = names.map((name) => JSON.parse(name.slice(2)));
  const places = desired.map((value) => live.findIndex((each) => sameJson(each, value)));
  const isOwned = desired.every((value) => own.some((each) => sameJson(each, value)));
  return isOwned && !places.includes(-1) && ascends(places);
}

function ascends(places: readonly number[]): boolean {
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? place));
}
