import { parseRules } from "../../facts/policy-rule.ts";
import { rulesCoverRules } from "../../facts/rules.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import { type Effect, reachOfGrants, worse } from "../reach.ts";
import { sameOutside } from "./unknown-fields.ts";

/**
 * A change to a Role or ClusterRole: its rules cover more, less or the same, whoever it is bound to. Also: rules that
 * begin to flow into another ClusterRole, and rules that a selector begins to collect, which cannot be decided here.
 */
export const roleReach: Reach = (before, after) => {
  if (!sameOutside(before, after, ["rules", "aggregationRule"])) return "widens";
  return worse(ofRules(before, after), worse(ofAggregation(before, after), ofFlow(before, after)));
};

function ofRules(before: KubernetesObject | undefined, after: KubernetesObject | undefined): Effect {
  const [old, now] = [parseRules(before?.["rules"]), parseRules(after?.["rules"])];
  if (old === undefined || now === undefined || !rulesCoverRules(old, now)) return "widens";
  return rulesCoverRules(now, old) ? "neutral" : "narrows";
}

function ofAggregation(before: KubernetesObject | undefined, after: KubernetesObject | undefined): Effect {
  const [old, now] = [before, after].map((role) => JSON.stringify(role?.["aggregationRule"] ?? null));
  if (old === now) return "neutral";
  return now === "null" ? "narrows" : "widens";
}

function ofFlow(before: KubernetesObject | undefined, after: KubernetesObject | undefined): Effect {
  return reachOfGrants(flowLabels(before), flowLabels(after));
}

/** Labels by which other ClusterRoles collect rules are called like this by Kubernetes and by everybody since. */
function flowLabels(role: KubernetesObject | undefined): string[] {
  const labels = Object.entries(role?.kind === "ClusterRole" ? (role.metadata.labels ?? {}) : {});
  return labels.filter(([key]) => key.includes("aggregate-to-")).map(([key, value]) => `${key}=${value}`);
}
