import type { RoleExplanation } from "../boundaries/access/explain.ts";
import { escapeControl } from "./escape.ts";
import type { Style } from "./style.ts";

/** One line a triple: kept or dropped, group/resource and verb, why, and which third party it is from. */
export function explanationAsText(explanation: RoleExplanation, style: Style): string {
  const { role, derivedFrom, counts, triples, droppedUrls } = explanation;
  const lines = triples.map(({ group, resource, verb, kept, why, from, thirdParty }) => {
    const what = `${verb.padEnd(16)} ${group === "" ? resource : `${resource}.${group}`}`;
    const source = thirdParty
      ? style.warning(`  third party${from.length === 0 ? "" : `: ${from.join(", ")}`}`)
      : "";
    return kept
      ? `${style.added("+")} ${what}  ${style.faint(why)}${source}`
      : `${style.removed("-")} ${escapeControl(what)}  ${style.faint(why)}${source}`;
  });
  const urls = droppedUrls.map(
    (url) => `${style.removed("-")} ${escapeControl(url)}  ${style.faint("a Role cannot grant URLs")}`,
  );
  const head = style.strong(
    `${role}, derived from ${derivedFrom}: ${counts.kept} of ${counts.base} kept, ${counts.thirdParty} from third parties`,
  );
  return `${[head, ...lines, ...urls].join("\n")}\n`;
}
