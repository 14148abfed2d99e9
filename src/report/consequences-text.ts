import { describeId } from "../manifests/object.ts";
import type { Consequences, KindCount, Volume } from "../plan/consequences.ts";
import type { Plan } from "../plan/plan.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

/** Of blockers and volumes a person reads the first few; the data has them all. */
const MOST_LINES = 10;

/** What a removal means beyond its own objects: one line of counts, and further lines only for what asks for attention. */
export function consequencesLines({ goes, stays, survives, blocks }: Consequences, style: Style): string[] {
  return [
    `  goes along: ${goes.length === 0 ? "nothing else" : countsAsText(goes)}`,
    ...atMost(
      stays.map(
        ({ id, inside }) =>
          `  stays: ${escapeLine(describeId(id))}${inside.length === 0 ? "" : ` with ${countsAsText(inside)}, without walls from then on`}`,
      ),
    ),
    ...atMost(survives.map((volume) => `  survives: ${volumeAsText(volume)}`)).map(style.warning),
    ...atMost(blocks.map((each) => `  blocks: ${escapeLine(each)}`)).map(style.warning),
  ];
}

/** What could not be looked at for any of these plans; "" when everything could. */
export function unknownAsText(plans: readonly Plan[], style: Style): string {
  const sentences = new Set(plans.flatMap(({ consequences }) => consequences?.unknown ?? []));
  return [...sentences].map((each) => `${style.warning(escapeLine(each))}\n`).join("");
}

/** A volume as a person finds it again: `PersistentVolume pv-1 (10Gi, of claim payments/data)`. */
export function volumeAsText({ name, claim, capacity }: Volume): string {
  const size = capacity === "" ? "" : `${capacity}, `;
  return escapeLine(`PersistentVolume ${name} (${size}of claim ${claim.namespace}/${claim.name})`);
}

function countsAsText(counts: readonly KindCount[]): string {
  return counts
    .map(
      ({ group, kind, count }) =>
        `${count} × ${kind}${group.includes(".") && !group.endsWith(".k8s.io") ? `.${group}` : ""}`,
    )
    .map(escapeLine)
    .join(", ");
}

function atMost(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  … and ${lines.length - MOST_LINES} more`];
}
