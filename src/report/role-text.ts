import type { ExplainedTriple, RoleExplanation } from "../boundaries/access/explain.ts";
import { RoleName } from "../manifests/names.ts";
import { documentOfKind } from "./document.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

/** Where the explained rules were read: `Kubernetes 1.36`, with the cluster's address where it is one. */
export interface ExplainedSource {
  /** `1.36` */
  readonly kubernetes: string;
  readonly context?: string;
  readonly server?: string;
}

/**
 * What the Role grants and where that comes from; then each resource of the base, with the verbs that are kept (+) and
 * dropped (-), why, and which third party they are from.
 */
export function explanationAsText(
  explanation: RoleExplanation,
  source: ExplainedSource,
  style: Style,
): string {
  const byResource = new Map<string, ExplainedTriple[]>();
  for (const triple of explanation.triples) {
    const key = resourceOf(triple);
    byResource.set(key, [...(byResource.get(key) ?? []), triple]);
  }
  const resources = [...byResource].flatMap(([resource, triples]) => [
    style.strong(escapeLine(resource)),
    ...linesOf(triples, style),
  ]);
  const urls = explanation.droppedUrls.map((url) => `  ${style.removed("-")} get ${escapeLine(url)}`);
  const dropped = urls.length === 0 ? [] : [style.strong("URLs, which no Role can grant"), ...urls];
  return `${[...headOf(explanation, source, style), "", ...resources, ...dropped].join("\n")}\n`;
}

function headOf({ role, derivedFrom, counts }: RoleExplanation, source: ExplainedSource, style: Style) {
  const where = source.context === undefined ? "built in" : `context ${source.context}, ${source.server}`;
  const third =
    counts.thirdParty === 0
      ? "None of them was added by a third party."
      : `${counts.thirdParty} of them were added by third parties, and are marked.`;
  return [
    style.strong(`Role ${RoleName[role]} (${role}) grants ${counts.granted} permissions.`),
    `ClusterRole ${escapeLine(derivedFrom)} of Kubernetes ${escapeLine(source.kubernetes)} (${escapeLine(where)}) grants ${counts.base}: ${style.added("+")} ${counts.kept} kept, ${style.removed("-")} ${counts.dropped} dropped. ${third}`,
  ];
}

function resourceOf({ group, resource }: ExplainedTriple): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** One line for all verbs that share their fate and its reason. */
function linesOf(triples: readonly ExplainedTriple[], style: Style): string[] {
  const groups = new Map<string, ExplainedTriple[]>();
  for (const triple of triples) {
    const key = JSON.stringify([triple.kept, triple.why, triple.name, triple.thirdParty, triple.from]);
    groups.set(key, [...(groups.get(key) ?? []), triple]);
  }
  return [...groups.values()]
    .sort((one, other) => Number(other[0]?.kept) - Number(one[0]?.kept))
    .map((group) => lineOf(group, style));
}

function lineOf(group: readonly ExplainedTriple[], style: Style): string {
  const [first] = group;
  if (first === undefined) return "";
  const verbs = group.map(({ verb }) => verb).sort((one, other) => rankOf(one) - rankOf(other));
  const name = first.name === undefined ? "" : ` ${JSON.stringify(first.name)}`;
  const parties = first.from.length === 0 ? "" : `: ${first.from.join(", ")}`;
  const party = first.thirdParty ? style.warning(escapeLine(`  third party${parties}`)) : "";
  const sign = first.kept ? style.added("+") : style.removed("-");
  return `  ${sign} ${escapeLine(verbs.join(" ") + name)}  ${style.faint(escapeLine(first.why))}${party}`;
}

const verbOrder = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

function rankOf(verb: string): number {
  return verbOrder.includes(verb) ? verbOrder.indexOf(verb) : verbOrder.length;
}

/** The explanation as data: `kind: RoleExplanation`, with the annotations that the Role carries and where they come from. */
export function explanationAsJson(explanation: RoleExplanation, source: ExplainedSource): object {
  return documentOfKind("RoleExplanation", { source, ...explanation });
}
