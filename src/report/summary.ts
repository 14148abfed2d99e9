import type { Action, Plan } from "../plan/plan.ts";
import { changesOf } from "./plan-text.ts";

/** How many changes of each kind some plans hold. */
export type Counts = Readonly<Record<Action | "foreign", number>>;

const words: readonly (readonly [Action | "foreign", string])[] = [
  ["create", "to create"],
  ["adopt", "to adopt"],
  ["update", "to change"],
  ["amend", "to amend"],
  ["recreate", "to recreate"],
  ["delete", "to delete"],
  ["release", "to release"],
  ["refuse", "refused"],
  ["foreign", "foreign"],
  ["unchanged", "unchanged"],
];

/** Counts the changes of all plans. */
export function countChanges(plans: readonly Plan[]): Counts {
  const counts = Object.fromEntries(words.map(([action]) => [action, 0])) as Record<
    Action | "foreign",
    number
  >;
  for (const plan of plans) {
    for (const change of changesOf(plan)) counts[change.action] += 1;
    counts.foreign += plan.foreign.length;
  }
  return counts;
}

/** `Plan: 14 to create, 1 to change, 3 unchanged`. */
export function summaryLine(counts: Counts): string {
  const parts = words
    .filter(([action]) => counts[action] > 0)
    .map(([action, text]) => `${counts[action]} ${text}`);
  return `Plan: ${parts.length === 0 ? "nothing to do" : parts.join(", ")}`;
}

/** Does carrying out these plans change anything? Foreign objects count: they are a difference that nobody wrote down. */
export function differs(counts: Counts): boolean {
  return words.some(([action]) => action !== "unchanged" && counts[action] > 0);
}
