import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../manifests/manifest.ts";
import { NO_TENANT, SYSTEM_NAMESPACE, TENANT_KEY } from "../../manifests/names.ts";
import { describeId, idOf, keyOf, type KubernetesObject } from "../../manifests/object.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { isGuard, UNSTAMPED, withGeneration } from "./generation.ts";
import { decisionOf, probeValidationOf, specOf, type Validation, validationsOf } from "./policy.ts";

/** Every packaged guard is in the set as packaged: only messages may differ, and validations may be added. */
export const guardsAreOurs: Guarantee = (set) => asPackaged(set, "guards");

/** The guards' templates hold nothing but guards: anything else in the cluster's set would be out of every boundary's sight. */
export const onlyGuards: Guarantee = (set) =>
  onlyKinds(set, "guards", ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]);

/** Compares the admission policies and bindings of one boundary with those that the packaged templates give. */
export function asPackaged(
  { manifests, tenant, packaged }: RenderedSet,
  boundary: Manifest["boundary"],
): Violation[] {
  if (tenant !== undefined) return [];
  const rendered = new Map(manifests.map((each) => [keyOf(idOf(each.object)), each.object]));
  const wanted = (packaged ?? []).filter((each) => each.boundary === boundary && isGuard(each.object));
  return wanted.flatMap((each) => compare(each, rendered.get(keyOf(idOf(each.object)))));
}

/** Refuses other kinds than these from the templates of a boundary. */
export function onlyKinds(
  { manifests }: RenderedSet,
  boundary: Manifest["boundary"],
  kinds: readonly string[],
): Violation[] {
  const others = manifests.filter(
    (each) => each.boundary === boundary && !(isGuard(each.object) && kinds.includes(each.object.kind)),
  );
  return others.map(({ object, template }) => ({
    rule: `The templates of the boundary ${boundary} hold admission policies and their bindings only.`,
    template,
    message: `${describeId(idOf(object))} is neither.`,
    remedy: "Remove it from the template.",
  }));
}

function compare({ object: ours, template }: Manifest, theirs: KubernetesObject | undefined): Violation[] {
  const id = describeId(idOf(ours));
  const wrong = (message: string): Violation => ({
    rule: "Every guard is rendered as packaged; an override may change messages and add validations.",
    template,
    message: `${id} ${message}.`,
    remedy: "Take the packaged template as the start, and change its messages only.",
  });
  if (theirs === undefined) return [wrong("is missing")];
  const found: string[] = [];
  if (!isDeepStrictEqual(metadataOf(ours), metadataOf(theirs))) found.push("has other labels or annotations");
  for (const field of changedFields(ours, theirs)) found.push(`has another spec.${field}`);
  if (!keepsProbe(ours, theirs)) found.push("does not answer its probe as its first validation");
  for (const each of lostValidations(ours, theirs)) found.push(`lacks the validation ${each.expression}`);
  return found.map(wrong);
}

function metadataOf({ metadata: { labels = {}, annotations = {} } }: KubernetesObject): unknown {
  return { labels, annotations };
}

/** The fields of the spec that differ, validations aside. */
function changedFields(ours: KubernetesObject, theirs: KubernetesObject): string[] {
  const [one, other] = [specOf(ours), specOf(theirs)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => name !== "validations" && !isDeepStrictEqual(one[name], other[name]));
}

function keepsProbe(ours: KubernetesObject, theirs: KubernetesObject): boolean {
  const answer = (object: KubernetesObject): unknown => probeValidationOf(withGeneration(object, UNSTAMPED));
  return isDeepStrictEqual(answer(ours), answer(theirs));
}

function lostValidations(ours: KubernetesObject, theirs: KubernetesObject): Validation[] {
  const kept = validationsOf(theirs).map(decisionOf);
  return validationsOf(ours).filter(
    (each) => !kept.some((other) => isDeepStrictEqual(other, decisionOf(each))),
  );
}

/** The system namespace is guarded as a tenant's is: otherwise no guard could be probed before the first tenant exists. */
export const systemIsGuarded: Guarantee = ({ manifests }) =>
  manifests
    .filter(({ object }) => object.kind === "Namespace" && object.metadata.name === SYSTEM_NAMESPACE)
    .filter(({ object }) => object.metadata.labels?.[TENANT_KEY] !== NO_TENANT)
    .map(({ template }) => ({
      rule: "The guards hold in the system namespace as well.",
      template,
      message: `Namespace ${SYSTEM_NAMESPACE} lacks the label ${TENANT_KEY} with an empty value.`,
      remedy: `Add ${TENANT_KEY}: "" to its labels.`,
    }));
