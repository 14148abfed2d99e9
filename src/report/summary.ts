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
  const text = countsAsText(counts);
  return `Plan: ${text === "" ? "nothing to do" : text}`;
}

/** `14 to create, 1 to change`; of what is counted as nothing, nothing. */
export function countsAsText(counts: Partial<Counts>): string {
  return words
    .filter(([action]) => (counts[action] ?? 0) > 0)
    .map(([action, text]) => `${counts[action]} ${text}`)
    .join(", ");
}

/** Is anything not as it should be? Foreign objects count: they are a difference that nobody wrote down. */
export function differs(counts: Counts): boolean {
  return counts.foreign > 0 || changes(counts);
}

/** Does carrying out these plans change anything? */
export function changes(counts: Counts): boolean {
  return words.some(([action]) => action !== "unchanged" && action !== "foreign" && counts[action] > 0);
}

/** What a person has to know about foreign objects. */
export const FOREIGN_STAYS =
  "Foreign objects are not mtenant's, and it leaves them alone: change or delete them yourself, or ask whose they are.";
