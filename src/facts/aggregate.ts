import { ExitCode, ExpectedError } from "../errors.ts";
import type { BaseRoleName, PolicyRule } from "./facts.ts";
import { selects } from "./label-selector.ts";
import { readRules } from "./policy-rule.ts";
import { rulesCoverRules } from "./rules.ts";

/** A ClusterRole as the API server lists it; `rules` and `aggregationRule` are read with care. */
export interface ClusterRoleObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** A ClusterRole that rules of an aggregated one come from. */
export interface RuleOrigin {
  readonly clusterRole: string;
  /** Made by the API server itself at its start, not by somebody in the cluster. */
  readonly builtIn: boolean;
  readonly rules: readonly PolicyRule[];
}

/**
 * The rules of a built-in aggregated ClusterRole.
 *
 * The controller manager fills them in from the ClusterRoles that the aggregation labels select
 * (kubernetes: pkg/controller/clusterroleaggregation). Where it does not run, or has not caught up yet, the object says
 * less than they do: then the union of them is what the object is about to say, and the union is answered.
 *
 * Throws an ExpectedError (exit code 3) when the ClusterRole does not exist, or when nothing can be derived for it.
 */
export function aggregate(clusterRoles: readonly ClusterRoleObject[], name: BaseRoleName): PolicyRule[] {
  const live = readRules(find(clusterRoles, name)["rules"], `ClusterRole ${name}`);
  const union = distinct(ruleOrigins(clusterRoles, name).flatMap((origin) => origin.rules));
  const rules = rulesCoverRules(live, union) ? live : union;
  if (rules.length === 0) throw nothing(name);
  return rules;
}

/**
 * The ClusterRoles whose rules are aggregated into this one, sorted by name as the controller does, nested aggregation
 * followed to the end. Throws an ExpectedError (exit code 3) when the ClusterRole does not exist.
 */
export function ruleOrigins(clusterRoles: readonly ClusterRoleObject[], name: BaseRoleName): RuleOrigin[] {
  const byName = [...clusterRoles].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const reached = new Set([find(clusterRoles, name)]);
  // A Set visits what is added while it is walked, and nothing twice: roles that aggregate each other end here.
  for (const role of reached) for (const part of selected(byName, role)) reached.add(part);
  return byName.filter((role) => reached.has(role) && selectors(role).length === 0).map(originOf);
}

function originOf(role: ClusterRoleObject): RuleOrigin {
  return {
    clusterRole: role.metadata.name,
    builtIn: role.metadata.labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults",
    rules: readRules(role["rules"], `ClusterRole ${role.metadata.name}`),
  };
}

function selected(roles: readonly ClusterRoleObject[], by: ClusterRoleObject): ClusterRoleObject[] {
  return roles.filter((role) =>
    selectors(by).some((selector) => selects(selector, role.metadata.labels ?? {})),
  );
}

function selectors(role: ClusterRoleObject): readonly unknown[] {
  const rule = role["aggregationRule"] as { readonly clusterRoleSelectors?: unknown } | null | undefined;
  return Array.isArray(rule?.clusterRoleSelectors) ? rule.clusterRoleSelectors : [];
}

function distinct(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function find(clusterRoles: readonly ClusterRoleObject[], name: string): ClusterRoleObject {
  const found = clusterRoles.find((role) => role.metadata.name === name);
  if (found !== undefined) return found;
  throw new ExpectedError(
    ExitCode.unable,
    `ClusterRole ${name} was not found among the cluster's ClusterRoles.`,
    {
      hint: "It is one of Kubernetes' own roles; the API server makes it anew when it starts.",
    },
  );
}

function nothing(name: string): ExpectedError {
  const why = "it has no rules, and no ClusterRole carries the labels that it aggregates";
  return new ExpectedError(ExitCode.unable, `ClusterRole ${name} grants nothing: ${why}.`, {
    hint: `A tenant's Role cannot be derived from it. Look at: kubectl get clusterrole ${name} -o yaml`,
  });
}
