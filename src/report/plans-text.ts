import { describeOwner } from "../manifests/manifest.ts";
import type { Plan } from "../plan/plan.ts";
import { consequencesLines } from "./consequences-text.ts";
import {
  changeLines,
  changesOf,
  foreignLine,
  isAlarming,
  isStanding,
  openLine,
  planAsText,
} from "./plan-text.ts";
import type { Style } from "./style.ts";
import { countChanges, countsAsText, summaryLine } from "./summary.ts";

/** How a person wants to read plans. */
export interface PlansView {
  readonly style: Style;
  /** Every object of every owner, however many there are. */
  readonly verbose: boolean;
}

/** With more tenants than this, each is one line unless the whole plan is asked for. */
const HANDFUL = 5;

/** Are these so many owners that a person reads a line for each, rather than every object? */
export function areMany(owners: readonly unknown[]): boolean {
  // What all tenants share is an owner too.
  return owners.length > HANDFUL + 1;
}

/**
 * What a person reads before agreeing, and the sum of it. Of a handful of tenants every object; of more, a line for each
 * with its counts, and below it in full whatever must not be overlooked: refusals, what widens, and foreign objects.
 */
export function plansAsText(plans: readonly Plan[], { style, verbose }: PlansView): string {
  const isBrief = areMany(plans) && !verbose;
  const texts = plans.map((plan) => (isBrief ? briefly(plan, style) : planAsText(plan, style)));
  const more = isBrief ? style.faint(" (-v shows every object)") : "";
  return `${texts.join("")}${summaryLine(countChanges(plans))}${more}\n`;
}

function briefly(plan: Plan, style: Style): string {
  const { unchanged: _, ...counts } = countChanges([plan]);
  const sum = countsAsText(counts);
  const alarming = changesOf(plan).filter((change) => isAlarming(change, plan));
  const view = { style, isStanding: isStanding(plan) };
  const head = `${style.strong(describeOwner(plan.owner))}  ${sum === "" ? style.faint("no difference") : sum}`;
  const lines = [
    ...alarming.flatMap((change) => changeLines(change, view)),
    ...plan.foreign.map((each) => foreignLine(each, style)),
    ...(plan.open ?? []).map((each) => openLine(each, style)),
    ...consequencesBriefly(plan, style),
  ];
  return [head, ...lines, ""].join("\n");
}

/** A removal without consequences needs no line that says so. */
function consequencesBriefly({ consequences }: Plan, style: Style): string[] {
  if (consequences === undefined) return [];
  const { goes, stays, survives, blocks } = consequences;
  const isNothing = [goes, stays, survives, blocks].every((each) => each.length === 0);
  return isNothing ? [] : consequencesLines(consequences, style);
}
