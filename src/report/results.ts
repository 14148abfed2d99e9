import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner, type Owner } from "../manifests/manifest.ts";
import { describeId } from "../manifests/object.ts";
import type { Consequences } from "../plan/consequences.ts";
import type { Outcome } from "../plan/plan.ts";
import { documentOfKind } from "./document.ts";
import { errorAsJson, errorLines } from "./error-text.ts";
import { escapeLine } from "./escape.ts";
import { areMany, type PlansView } from "./plans-text.ts";
import type { Style } from "./style.ts";

/** What became of one owner's plan. */
export interface OwnerResult {
  readonly owner: Owner;
  /** One for each change of the plan. */
  readonly outcomes: readonly Outcome[];
  /** What stopped the run between two changes. */
  readonly error?: Error;
  readonly milliseconds: number;
  /** Of a removal: what was foreseen beyond the objects of its plan. */
  readonly consequences?: Consequences;
}

/** Did everything that the plan of this owner says happen? */
export function isWhole({ outcomes, error }: OwnerResult): boolean {
  return error === undefined && outcomes.every(({ result }) => result === "done");
}

/**
 * One line an owner, and under it every change that failed, with the reason. Of many owners only those that are not
 * whole. With more than one owner the end says how many of how many are whole, and which are not.
 */
export function resultsAsText(results: readonly OwnerResult[], { style, verbose }: PlansView): string {
  const isBrief = areMany(results) && !verbose;
  const told = results.filter((each) => !isNotBegun(each) && !(isBrief && isWhole(each)));
  const sum = results.length > 1 ? [sumLine(results)] : [];
  const notBegun = results.filter(isNotBegun).map(({ owner }) => describeOwner(owner));
  const rest = notBegun.length === 0 ? [] : [`Not begun: ${someOf(notBegun)}`];
  return `${[...told.flatMap((each) => ownerLines(each, style)), ...rest, ...sum].join("\n")}\n`;
}

/** Did the run end before it came to this owner? */
function isNotBegun({ outcomes, error }: OwnerResult): boolean {
  const isOwn = error instanceof ExpectedError && error.exitCode !== ExitCode.interrupted;
  return !isOwn && outcomes.length > 0 && outcomes.every(({ result }) => result === "not-reached");
}

function sumLine(results: readonly OwnerResult[]): string {
  const broken = results.filter((each) => !isWhole(each) && !isNotBegun(each));
  const whole = results.filter(isWhole).length;
  const names = broken.map(({ owner }) => describeOwner(owner)).join(", ");
  return `${whole} of ${results.length} done${broken.length === 0 ? "" : `; not done: ${names}`}`;
}

const NAMED = 10;

/** `a, b`; of many the first ones and how many more. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}

function ownerLines(result: OwnerResult, style: Style): string[] {
  const { owner, outcomes, error, milliseconds } = result;
  const work = outcomes.filter(isWork);
  const count = (wanted: Outcome["result"]): number => work.filter((each) => each.result === wanted).length;
  const mark = isWhole(result) ? style.added("✓") : style.removed("✗");
  const time = style.faint(`(${(milliseconds / 1000).toFixed(1)} s)`);
  const unreached = count("not-reached");
  const done = work.length === 0 ? "nothing to do" : `${count("done")} of ${work.length} changes done`;
  return [
    `${mark} ${describeOwner(owner)}: ${done} ${time}`,
    ...(error === undefined ? [] : errorLines(error, "    ")),
    ...work.flatMap(failedLines),
    ...(unreached === 0 ? [] : [`    not reached: ${unreached} ${unreached === 1 ? "change" : "changes"}`]),
  ];
}

function isWork({ change }: Outcome): boolean {
  return change.action !== "unchanged";
}

function failedLines({ change, result, error }: Outcome): string[] {
  if (result !== "failed") return [];
  const what = `    ${change.action} ${escapeLine(describeId(change.id))}`;
  return error === undefined ? [`${what}: failed`] : [what, ...errorLines(error, "      ")];
}

/** The results as data: `kind: Result`, one entry an owner, one an outcome; what was unchanged is left out. */
export function resultsAsJson(results: readonly OwnerResult[]): object {
  return documentOfKind("Result", {
    owners: results.map(({ owner, outcomes, error, milliseconds, consequences }) => ({
      owner,
      milliseconds,
      ...(error && { error: errorAsJson(error) }),
      ...(consequences && { consequences }),
      outcomes: outcomes.filter(isWork).map(({ change, result, error: failure }) => ({
        action: change.action,
        ...change.id,
        result,
        ...(failure && { error: errorAsJson(failure) }),
      })),
    })),
  });
}
