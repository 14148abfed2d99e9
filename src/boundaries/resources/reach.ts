import { isDeepStrictEqual } from "node:util";
import type { Json, JsonMap, KubernetesObject } from "../../manifests/object.ts";
import { compareQuantities, parseQuantity } from "../../manifests/quantity.ts";
import type { Reach } from "../boundary.ts";
import { type Effect, reachOfExistence, worse } from "../reach.ts";
import { asMap } from "./limits.ts";

/** A quota narrows; a larger number, or one that is gone, widens. A changed scope is another quota: undecided, so it widens. */
export const quotaReach: Reach = (before, after) => {
  if (before === undefined || after === undefined) return reachOfExistence(before, after);
  const [was, is] = [asMap(before["spec"]), asMap(after["spec"])];
  const scope = ["scopes", "scopeSelector"].some((field) => !isDeepStrictEqual(was[field], is[field]));
  return scope ? "widens" : compareMaxima(was["hard"], is["hard"]);
};

/**
 * Maxima count as a quota's numbers do, minima the other way round. Defaults are neutral while they exist: the quota
 * bounds their sum; without them a container has no limit.
 */
export const limitRangeReach: Reach = (before, after) => {
  if (before === undefined || after === undefined) return reachOfExistence(before, after);
  const [was, is] = [byType(before), byType(after)];
  const types = [...new Set([...was.keys(), ...is.keys()])];
  return types
    .map((type) => compareItems(asMap(was.get(type)), asMap(is.get(type))))
    .reduce(worse, "neutral");
};

function byType(object: KubernetesObject): Map<Json | undefined, JsonMap> {
  const limits = asMap(object["spec"])["limits"];
  return new Map((Array.isArray(limits) ? limits.map(asMap) : []).map((item) => [item["type"], item]));
}

function compareItems(was: JsonMap, is: JsonMap): Effect {
  return [
    compareMaxima(was["max"], is["max"]),
    compareMaxima(was["maxLimitRequestRatio"], is["maxLimitRequestRatio"]),
    compareEach(was["min"], is["min"], compareMinima),
    compareDefaults(was["default"], is["default"]),
  ].reduce<Effect>(worse, "neutral");
}

function compareDefaults(was: Json | undefined, is: Json | undefined): Effect {
  const gone = Object.keys(asMap(was)).some((name) => !Object.hasOwn(asMap(is), name));
  return gone ? "widens" : "neutral";
}

function compareMaxima(was: Json | undefined, is: Json | undefined): Effect {
  return compareEach(was, is, compareAmounts);
}

type Compare = (was: Json | undefined, is: Json | undefined) => Effect;

function compareEach(was: Json | undefined, is: Json | undefined, compare: Compare): Effect {
  const names = new Set([...Object.keys(asMap(was)), ...Object.keys(asMap(is))]);
  return [...names]
    .map((name) => compare(asMap(was)[name], asMap(is)[name]))
    .reduce<Effect>(worse, "neutral");
}

/** A bound that is new narrows and one that is gone widens; of two minima the larger one is narrower. */
function compareMinima(was: Json | undefined, is: Json | undefined): Effect {
  return was === undefined || is === undefined ? compareAmounts(was, is) : compareAmounts(is, was);
}

function compareAmounts(was: Json | undefined, is: Json | undefined): Effect {
  if (was === undefined) return "narrows";
  if (is === undefined) return "widens";
  const [from, to] = [String(was), String(is)];
  if (parseQuantity(from) === undefined || parseQuantity(to) === undefined)
    return from === to ? "neutral" : "widens";
  const order = compareQuantities(to, from);
  return order > 0 ? "widens" : order < 0 ? "narrows" : "neutral";
}
