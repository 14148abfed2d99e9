import { TENANT_KEY, TENANT_NODE_LABEL } from "../manifests/names.ts";
import type { Json, JsonMap, KubernetesObject } from "../manifests/object.ts";
import { isList, isMap, sameJson, valueAt } from "./json-values.ts";

/** Is the object amended by reading, editing and a merge patch? The taints of a Node are one atomic list to an apply. */
export function isEditedInPlace(object: KubernetesObject): boolean {
  return object.apiVersion === "v1" && object.kind === "Node";
}

/** The Node as it is, with the labels and taints of the manifest and everything else untouched. */
export function amendedNode(live: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  const ours = taintsOf(wanted);
  const kept = taintsOf(live).filter((taint) => !ours.some((each) => sameTaint(each, taint)));
  const present = taintsOf(live).filter((taint) => ours.some((each) => sameJson(each, taint)));
  const taints = present.length === ours.length ? taintsOf(live) : [...kept, ...ours];
  const labels = { ...live.metadata.labels, ...wanted.metadata.labels };
  return withNodeFields(live, labels, taints);
}

/** The Node with the labels and our taints as they were before mtenant came; `former` is what `formerOf` gave. */
export function releasedNode(live: KubernetesObject, former: JsonMap): KubernetesObject {
  const before = valueAt(valueAt(former, "metadata"), "labels");
  const restored = Object.entries(isMap(before) ? before : {});
  const labels = Object.entries({ ...live.metadata.labels, ...Object.fromEntries(restored) });
  const taints = taintsOf(live).filter((taint) => valueAt(taint, "key") !== TENANT_KEY);
  const formerTaints = valueAt(valueAt(former, "spec"), "taints");
  return withNodeFields(
    live,
    Object.fromEntries(labels.filter(([, value]) => value !== null)) as Record<string, string>,
    [...taints, ...(isList(formerTaints) ? formerTaints : [])],
  );
}

function withNodeFields(
  live: KubernetesObject,
  labels: Readonly<Record<string, string>>,
  taints: readonly Json[],
): KubernetesObject {
  const { taints: _, ...spec } = (live["spec"] ?? {}) as JsonMap;
  return {
    ...live,
    metadata: { ...live.metadata, labels },
    spec: taints.length === 0 ? spec : { ...spec, taints },
  };
}

function taintsOf(node: KubernetesObject): readonly Json[] {
  const taints = valueAt(node["spec"], "taints");
  return isList(taints) ? taints : [];
}

/** A node holds one taint per key and effect (kubernetes: pkg/apis/core/validation, validateNodeTaints). */
function sameTaint(one: Json, other: Json): boolean {
  return valueAt(one, "key") === valueAt(other, "key") && valueAt(one, "effect") === valueAt(other, "effect");
}

const designating: ReadonlySet<string> = new Set([TENANT_KEY, TENANT_NODE_LABEL]);

/** What designates a Node to another tenant already: our label or our taint with another value than the manifest's, in words. */
export function designatedToOther(live: KubernetesObject, wanted: KubernetesObject): string | undefined {
  const marks = Object.entries(wanted.metadata.labels ?? {}).filter(([key]) => designating.has(key));
  const labels = marks.flatMap(([key, value]) => {
    const present = valueAt(live.metadata.labels, key);
    return typeof present === "string" && present !== value ? [`label ${key}=${present}`] : [];
  });
  const values = new Set(taintsOf(wanted).map((taint) => valueAt(taint, "value")));
  const taints = taintsOf(live)
    .filter((taint) => valueAt(taint, "key") === TENANT_KEY && !values.has(valueAt(taint, "value")))
    .map((taint) => {
      const value = valueAt(taint, "value") ?? "";
      return `taint ${TENANT_KEY}=${String(value)}:${String(valueAt(taint, "effect"))}`;
    });
  return [...labels, ...taints][0];
}

/**
 * What the fields of an amendment are now: a merge patch (RFC 7396) that restores them, null for what does not exist.
 * Of a Node's taints only those with our key, because the others go on changing.
 */
export function formerOf(wanted: KubernetesObject, live: KubernetesObject | undefined): JsonMap {
  const { apiVersion: _, kind: __, metadata, ...fields } = wanted;
  const { name: ___, namespace: ____, ...meta } = metadata;
  const touched = {
    ...fields,
    ...(Object.keys(meta).length === 0 ? {} : { metadata: meta }),
  } as unknown as JsonMap;
  const former = formerValues(touched, live as unknown as Json);
  if (!isEditedInPlace(wanted) || live === undefined) return former as JsonMap;
  const taints = taintsOf(live).filter((taint) => valueAt(taint, "key") === TENANT_KEY);
  return { ...(former as JsonMap), spec: { taints } };
}

function formerValues(touched: Json, live: Json | undefined): Json {
  if (!isMap(touched)) return live ?? null;
  const entries = Object.entries(touched).map(([key, value]) => [
    key,
    formerValues(value, valueAt(live, key)),
  ]);
  return Object.fromEntries(entries);
}

/**
 * What `formerOf` gave, without what is mtenant's own: it amended the object before, and the record that said what was
 * there before that is lost.
 */
export function withoutOurs(former: JsonMap, wanted: KubernetesObject): JsonMap {
  const kept = withoutOwnValues(former, wanted as unknown as Json) as JsonMap;
  return isEditedInPlace(wanted) ? { ...kept, spec: { taints: [] } } : kept;
}

const OWN_PREFIX = "mtenant.dev/";

function withoutOwnValues(former: Json, wanted: Json | undefined): Json {
  if (!isMap(former)) return sameJson(former, wanted ?? null) ? null : former;
  const entries = Object.entries(former).map(([key, value]) => [
    key,
    key.startsWith(OWN_PREFIX) ? null : withoutOwnValues(value, valueAt(wanted, key)),
  ]);
  return Object.fromEntries(entries);
}
