import { ExitCode, ExpectedError } from "../errors.ts";
import type { PolicyRule } from "./facts.ts";

const fields = ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"] as const;

/**
 * The rules of a Role or ClusterRole as they were read from somewhere, or undefined when it is not a list of rules.
 * Absent and `null` mean none.
 */
export function parseRules(value: unknown): PolicyRule[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isRule)) return undefined;
  return value.map(withoutEmptyLists);
}

/** The same, but throws an ExpectedError (exit code 3) that names `where` when it is not a list of rules. */
export function readRules(value: unknown, where: string): PolicyRule[] {
  const rules = parseRules(value);
  if (rules !== undefined) return rules;
  throw new ExpectedError(ExitCode.unable, `The RBAC rules of ${where} cannot be read.`, {
    hint: "Look at it with kubectl get -o yaml; an API server does not answer such rules.",
  });
}

function isRule(value: unknown): value is PolicyRule {
  if (typeof value !== "object" || value === null) return false;
  const rule = value as Readonly<Record<string, unknown>>;
  return fields.every((field) => rule[field] === undefined || rule[field] === null || isStrings(rule[field]));
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function withoutEmptyLists(rule: PolicyRule): PolicyRule {
  const lists = fields.filter((field) => (rule[field]?.length ?? 0) > 0).map((field) => [field, rule[field]]);
  return { verbs: [], ...Object.fromEntries(lists) };
}
