import type { Diagnosis, Health } from "../checks/doctor/diagnosis.ts";
import { documentOfKind } from "./document.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

const signs: Readonly<Record<Health, string>> = { good: "✓", warning: "!", bad: "✗", unknown: "?" };

/** Of one diagnosis at most so many pieces of evidence are printed; JSON has them all. */
const MOST_EVIDENCE = 8;

/** One line a diagnosis; under it what it comes from and what to do, unless all is well. */
export function diagnosesAsText(diagnoses: readonly Diagnosis[], style: Style): string {
  return diagnoses.map((each) => `${linesOf(each, style).join("\n")}\n`).join("");
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
