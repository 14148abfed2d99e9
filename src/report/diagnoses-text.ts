import type { Diagnosis, Health } from "../checks/doctor/diagnosis.ts";
import { documentOfKind } from "./document.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

const signs: Readonly<Record<Health, string>> = { good: "✓", warning: "!", bad: "✗", unknown: "?" };

/** Of one diagnosis at most so many pieces of evidence are printed; JSON has them all. */
const MOST_EVIDENCE = 8;

/** One line a diagnosis; under it what it comes from and what to do, unless all is well. The last line counts. */
export function diagnosesAsText(diagnoses: readonly Diagnosis[], style: Style): string {
  return `${[...diagnoses.flatMap((each) => linesOf(each, style)), sumLine(diagnoses)].join("\n")}\n`;
}

const words: Readonly<Record<Health, string>> = {
  good: "good",
  warning: "to know",
  bad: "bad: a wall does not hold here",
  unknown: "not known",
};

/** `✓ 8 good · ! 1 to know · ✗ 1 bad: a wall does not hold here`: what the signs mean, and how many there are. */
function sumLine(diagnoses: readonly Diagnosis[]): string {
  const healths = Object.keys(signs) as Health[];
  return healths
    .map((health) => ({ health, count: diagnoses.filter((each) => each.health === health).length }))
    .filter(({ count }) => count > 0)
    .map(({ health, count }) => `${signs[health]} ${count} ${words[health]}`)
    .join(" · ");
}

/** The diagnoses as data, for scripts: `kind: ClusterDiagnosis`, with the cluster that was looked at. */
export function diagnosesAsJson(
  diagnoses: readonly Diagnosis[],
  { context, server }: { readonly context: string; readonly server: string },
): object {
  return documentOfKind("ClusterDiagnosis", { context, server, diagnoses });
}

function linesOf({ topic, health, message, evidence, remedy }: Diagnosis, style: Style): string[] {
  const paint = { good: style.added, warning: style.changed, bad: style.removed, unknown: style.warning }[
    health
  ];
  const head = `${paint(signs[health])} ${topic}: ${escapeLine(message)}`;
  if (health === "good") return [head];
  const more = evidence.length - MOST_EVIDENCE;
  return [
    head,
    ...evidence.slice(0, MOST_EVIDENCE).map((each) => `    ${escapeLine(each)}`),
    ...(more > 0 ? [`    and ${more} more; -o json has them all`] : []),
    ...(remedy === undefined ? [] : [`    ${style.faint(escapeLine(remedy))}`]),
  ];
}
