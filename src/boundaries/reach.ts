import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../manifests/object.ts";

/** What a change means for the tenant's reach. What cannot be decided counts as `widens`. */
export type Effect = "widens" | "narrows" | "neutral";

/** Two effects of one change together: widening wins, then narrowing. */
export function worse(one: Effect, other: Effect): Effect {
  if (one === "widens" || other === "widens") return "widens";
  return one === "narrows" || other === "narrows" ? "narrows" : "neutral";
}

/** What a change to a list of things that are allowed means: a new one widens, one that is gone narrows. */
export function reachOfGrants(before: readonly unknown[], after: readonly unknown[]): Effect {
  if (after.some((each) => !holds(before, each))) return "widens";
  return before.some((each) => !holds(after, each)) ? "narrows" : "neutral";
}

/** What a change to a list of things that are demanded or forbidden means: one that is gone widens, a new one narrows. */
export function reachOfDemands(before: readonly unknown[], after: readonly unknown[]): Effect {
  return reachOfGrants(after, before);
}

/** What it means that an object which only closes something comes or goes; one that changes is not decided here. */
export function reachOfExistence(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): Effect {
  if (before === undefined) return after === undefined ? "neutral" : "narrows";
  return "widens";
}

function holds(list: readonly unknown[], wanted: unknown): boolean {
  return list.some((each) => isDeepStrictEqual(each, wanted));
}
