import { ExpectedError } from "../errors.ts";
import { describeOwner, type Owner } from "../manifests/manifest.ts";
import { describeId } from "../manifests/object.ts";
import type { Consequences } from "../plan/consequences.ts";
import type { Outcome } from "../plan/plan.ts";
import { escapeControl } from "./escape.ts";
import type { Style } from "./style.ts";

/** What became of one owner's plan. */
export interface OwnerResult {
  readonly owner: Owner;
  readonly outcomes: readonly Outcome[];
  /** What stopped the run between two changes. */
  readonly error?: Error;
  readonly milliseconds: number;
  /** Of a removal: what was foreseen beyond the objects of its plan. */
  readonly consequences?: Consequences;
}

/** One line an owner, and under it every change that failed or was not reached, with the reason. */
export function resultsAsText(results: readonly OwnerResult[], style: Style): string {
  return results.map((result) => `${ownerLines(result, style).join("\n")}\n`).join("");
}

function ownerLines({ owner, outcomes, error, milliseconds }: OwnerResult, style: Style): string[] {
  const work = outcomes.filter(({ change }) => change.action !== "unchanged");
  const done = work.filter(({ result }) => result === "done").length;
  const isWhole = error === undefined && done === work.length;
  const mark = isWhole ? style.added("✓") : style.removed("✗");
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  const head = `${mark} ${describeOwner(owner)}: ${done} of ${work.length} changes done ${style.faint(`(${time})`)}`;
  return [head, ...(error === undefined ? [] : errorLines(error)), ...work.flatMap(brokenLines)];
}

function brokenLines({ change, result, error }: Outcome): string[] {
  if (result === "done") return [];
  const why = error === undefined ? "not reached" : escapeControl(error.message);
  return [`    ${change.action} ${describeId(change.id)}: ${why}`];
}

function errorLines(error: Error): string[] {
  const hint =
    error instanceof ExpectedError && error.hint !== undefined
      ? [`    hint: ${escapeControl(error.hint)}`]
      : [];
  const problems = error instanceof ExpectedError ? error.problems : [];
  return [
    `    ${escapeControl(error.message)}`,
    ...problems.map(
      ({ where, message }) =>
        `      ${escapeControl(`${where === undefined ? "" : `${where}: `}${message}`)}`,
    ),
    ...hint,
  ];
}

/** The results as data: `kind: Result`, one entry an owner, one an outcome. */
export function resultsAsJson(results: readonly OwnerResult[]): object {
  return {
    apiVersion: "mtenant.dev/v1alpha1",
    kind: "Result",
    owners: results.map(({ owner, outcomes, error, milliseconds, consequences }) => ({
      owner,
      milliseconds,
      ...(error && { error: error.message }),
      ...(consequences && { consequences }),
      outcomes: outcomes.map(({ change, result, error: failure }) => ({
        action: change.action,
        ...change.id,
        result,
        ...(failure && { error: failure.message }),
      })),
    })),
  };
}
