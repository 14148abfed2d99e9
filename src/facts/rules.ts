import type { PolicyRule } from "./facts.ts";

/** A rule is a cross product: every verb on every resource of every group, for every name where names are given. */
interface Breakdown {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
}

/**
 * The single permissions that a rule grants on resources, wildcards kept as `*`. Permissions on URLs are not part of it:
 * they mean nothing in a Role (kubernetes: pkg/apis/rbac/validation/validation.go).
 */
export function breakDown(rule: PolicyRule): Breakdown[] {
  const names = rule.resourceNames ?? [];
  return (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      rule.verbs.flatMap((verb): Breakdown[] =>
        names.length === 0
          ? [{ group, resource, verb }]
          : names.map((name) => ({ group, resource, verb, name })),
      ),
    ),
  );
}

/**
 * Does a rule grant this permission? Kubernetes' own meaning: `*` for every verb, group or resource, `*` followed by `/scale` for one
 * subresource of everything; a rule without names grants a named permission, never the reverse
 * (kubernetes: component-helpers/auth/rbac/validation/policy_comparator.go).
 */
function ruleCovers(rule: PolicyRule, permission: Breakdown): boolean {
  return (
    hasOrAll(rule.verbs, permission.verb) &&
    hasOrAll(rule.apiGroups ?? [], permission.group) &&
    resourceCovers(rule.resources ?? [], permission.resource) &&
    nameCovers(rule.resourceNames ?? [], permission.name)
  );
}

/** Does any of the rules grant this permission? */
export function rulesCover(rules: readonly PolicyRule[], permission: Breakdown): boolean {
  return rules.some((rule) => ruleCovers(rule, permission));
}

/** Do the rules of `wide` grant everything that the rules of `narrow` grant, permissions on URLs included? */
export function rulesCoverRules(wide: readonly PolicyRule[], narrow: readonly PolicyRule[]): boolean {
  return narrow.every(
    (rule) =>
      breakDown(rule).every((permission) => rulesCover(wide, permission)) &&
      (rule.nonResourceURLs ?? []).every((url) => rule.verbs.every((verb) => urlCovered(wide, url, verb))),
  );
}

function hasOrAll(set: readonly string[], wanted: string): boolean {
  return set.includes("*") || set.includes(wanted);
}

function resourceCovers(resources: readonly string[], wanted: string): boolean {
  if (hasOrAll(resources, wanted)) return true;
  const slash = wanted.indexOf("/");
  return slash >= 0 && resources.includes(`*${wanted.slice(slash)}`);
}

function nameCovers(names: readonly string[], wanted: string | undefined): boolean {
  return names.length === 0 || (wanted !== undefined && names.includes(wanted));
}

function urlCovered(rules: readonly PolicyRule[], url: string, verb: string): boolean {
  return rules.some(
    (rule) =>
      hasOrAll(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((pattern) => urlMatches(pattern, url)),
  );
}

function urlMatches(pattern: string, url: string): boolean {
  return (
    pattern === "*" ||
    pattern === url ||
    (pattern.endsWith("*") && url.startsWith(pattern.replace(/\*+$/, "")))
  );
}
