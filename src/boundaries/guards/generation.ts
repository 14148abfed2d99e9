import { createHash } from "node:crypto";
import type { Manifest } from "../../manifests/manifest.ts";
import { type Json, type JsonMap, type KubernetesObject, idOf, keyOf } from "../../manifests/object.ts";
import { probeValidationOf, specOf } from "./policy.ts";

/** What stands for the generation until all guards are rendered and it can be computed. */
export const UNSTAMPED = "unknown";

const ADMISSION = "admissionregistration.k8s.io";

/** Is it one of the objects whose text makes the generation: the admission policies and their bindings? */
export function isGuard(object: KubernetesObject): boolean {
  return idOf(object).group === ADMISSION;
}

/**
 * The generation of the guards: 12 hex digits of a hash of all admission policies and bindings in the set, leaving the
 * generation itself out. The same templates give the same value, before and after `stampGeneration`.
 */
export function guardGeneration(manifests: readonly Manifest[]): string {
  const generation = known.get(manifests) ?? computeGeneration(manifests);
  known.set(manifests, generation);
  return generation;
}

// Not state: a pure function of sets that never change: it is stamped when a set is rendered, and asked for when it is planned.
const known = new WeakMap<readonly Manifest[], string>();

function computeGeneration(manifests: readonly Manifest[]): string {
  const guards = manifests.map(({ object }) => object).filter(isGuard);
  const texts = guards.map(
    (object) => `${keyOf(idOf(object))} ${stableText(contentOf(withGeneration(object, UNSTAMPED)))}`,
  );
  return createHash("sha256").update(texts.sort().join("\n")).digest("hex").slice(0, 12);
}

/** The cluster's set with the generation in the place of `UNSTAMPED`: the last step of rendering it. */
export function stampGeneration(manifests: readonly Manifest[]): Manifest[] {
  const generation = guardGeneration(manifests);
  const stamped = manifests.map((manifest) => ({
    ...manifest,
    object: withGeneration(manifest.object, generation),
  }));
  known.set(stamped, generation);
  return stamped;
}

/** The object with another generation in the answer to its probe; an object that answers none is returned as it is. */
export function withGeneration(object: KubernetesObject, generation: string): KubernetesObject {
  const probe = probeValidationOf(object);
  if (probe?.message === undefined) return object;
  const message = probe.message.replace(/, generation .*$/s, `, generation ${generation}`);
  const [, ...others] = specOf(object)["validations"] as readonly Json[];
  return { ...object, spec: { ...specOf(object), validations: [{ ...probe, message }, ...others] } };
}

function contentOf({ metadata, ...rest }: KubernetesObject): Json {
  return { ...(rest as JsonMap), labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
}

/** JSON with the keys of every map in order. */
function stableText(value: Json): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
