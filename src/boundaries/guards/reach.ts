import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import { reachOfDemands, reachOfExistence } from "../reach.ts";
import { decisionOf, specOf, validationsOf } from "./policy.ts";

/**
 * A guard that goes widens, one that comes narrows. Of a changed one, other words are neutral and more validations
 * narrow; whatever else changed widens, because CEL is not compared by meaning.
 */
export const policyReach: Reach = (before, after) => {
  if (before === undefined || after === undefined) return reachOfExistence(before, after);
  if (!isDeepStrictEqual(withoutValidations(before), withoutValidations(after))) return "widens";
  return reachOfDemands(validationsOf(before).map(decisionOf), validationsOf(after).map(decisionOf));
};

/** As a policy: a binding that acts on more (Deny beside Audit) narrows, any other change widens. */
export const bindingReach: Reach = (before, after) => {
  if (before === undefined || after === undefined) return reachOfExistence(before, after);
  const [{ validationActions: was, ...one }, { validationActions: is, ...other }] = [
    specOf(before),
    specOf(after),
  ];
  if (!isDeepStrictEqual(one, other)) return "widens";
  return reachOfDemands(asList(was), asList(is));
};

/** What fills in defaults: nothing is known of another text but that it is another one. */
export const defaultsReach: Reach = (before, after) => {
  if (before === undefined || after === undefined) return reachOfExistence(before, after);
  return isDeepStrictEqual(specOf(before), specOf(after)) ? "neutral" : "widens";
};

function withoutValidations(object: KubernetesObject): unknown {
  const { validations: _, ...rest } = specOf(object);
  return rest;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
