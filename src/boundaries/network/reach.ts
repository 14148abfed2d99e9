import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import type { Effect } from "../reach.ts";
import { allowsAll, type Flow, flowsOf } from "./flows.ts";
import { isMap, selectsAll } from "./selector.ts";

/**
 * A policy allows (its rules) and isolates (its pods, for its types). A policy that allows something is judged by what
 * it allows, because the default-deny isolates the same pods anyway; one that allows nothing by what it isolates.
 */
export const networkPolicyReach: Reach = (before, after) => {
  if (before === undefined && after === undefined) return "neutral";
  const [was, is] = [before === undefined ? [] : flowsOf(before), after === undefined ? [] : flowsOf(after)];
  const allowed = compareFlows(was, is);
  if (before === undefined) return allowed === "neutral" ? "narrows" : allowed;
  if (after === undefined) return allowed === "neutral" ? "widens" : allowed;
  return was.length + is.length === 0 ? compareIsolation(before, after) : allowed;
};

function compareFlows(was: readonly Flow[], is: readonly Flow[]): Effect {
  const isCovered = (flow: Flow, others: readonly Flow[]): boolean =>
    others.some((each) => allowsAll(each, flow));
  if (!is.every((flow) => isCovered(flow, was))) return "widens";
  return was.every((flow) => isCovered(flow, is)) ? "neutral" : "narrows";
}

function compareIsolation(before: KubernetesObject, after: KubernetesObject): Effect {
  const covers = (wide: KubernetesObject, narrow: KubernetesObject): boolean =>
    selectsAll(podsOf(wide), podsOf(narrow)) && typesOf(narrow).every((type) => typesOf(wide).includes(type));
  if (!covers(after, before)) return "widens";
  return covers(before, after) ? "neutral" : "narrows";
}

function podsOf(policy: KubernetesObject) {
  return isMap(policy["spec"]) ? policy["spec"]["podSelector"] : {};
}

/** Ingress always, Egress where the policy has such rules, when it names no types (networking/v1/defaults.go). */
function typesOf(policy: KubernetesObject): readonly string[] {
  const spec = isMap(policy["spec"]) ? policy["spec"] : {};
  if (Array.isArray(spec["policyTypes"])) return spec["policyTypes"].map(String);
  return Array.isArray(spec["egress"]) && spec["egress"].length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}
