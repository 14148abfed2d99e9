import { ExitCode, ExpectedError } from "../errors.ts";
import type { PolicyRule } from "./facts.ts";

const fields = ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"] as const;

/**
 * The rules of a Role or ClusterRole as they were read from somewhere. Absent and `null` mean none.
 * Throws an ExpectedError (exit code 3) naming `where` when it is not a list of rules.
 */
export function readRules(value: unknown, where: string): PolicyRule[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw notRules(where, "is not a list");
  return value.map((rule, index) => readRule(rule, `${where}[${index}]`));
}

function readRule(value: unknown, where: string): PolicyRule {
  if (typeof value !== "object" || value === null) throw notRules(where, "is not a rule");
  const lists = fields.flatMap((field) => {
    const list = (value as Record<string, unknown>)[field];
    return list === undefined || list === null ? [] : [[field, readStrings(list, `${where}.${field}`)]];
  });
  return { verbs: [], ...Object.fromEntries(lists) };
}

function readStrings(value: unknown, where: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw notRules(where, "is not a list of strings");
}

function notRules(where: string, problem: string): ExpectedError {
  return new ExpectedError(ExitCode.unable, `RBAC rules cannot be read: ${where} ${problem}.`, {
    hint: "Look at the object with kubectl; an API server does not answer such rules.",
  });
}
