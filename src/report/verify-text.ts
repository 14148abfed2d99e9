import type { Finding } from "../checks/verify/finding.ts";
import type { Reached } from "../checks/verify/neighbours.ts";
import type { Verification, VerifiedCluster, VerifiedTenant } from "../checks/verify/verification.ts";
import { documentOfKind } from "./document.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";
import { countBenchmark } from "./verify-details.ts";
import { byWall, describeCheck, describeEvidence, remarksOn, SHARED, tally, untestedOf } from "./verdicts.ts";

/** What all tenants share: one line a wall, and under it whatever does not hold. */
export function clusterAsText({ findings }: VerifiedCluster, style: Style): string {
  return `${[style.strong(headline(SHARED, findings)), ...wallLines(findings, style)].join("\n")}\n`;
}

/** One line a wall, and under it every breach and everything that could not be told, with the evidence. */
export function tenantAsText(
  { tenant, findings, neighbours, benchmark }: VerifiedTenant,
  style: Style,
): string {
  const lines = [
    style.strong(headline(`tenant ${escapeLine(tenant)}`, findings)),
    ...wallLines(findings, style),
    ...remarksOn(findings).map((each) => `  ${style.warning("!")} ${each}`),
    style.faint(`  ${describeReached(neighbours)}`),
    style.faint(`  ${countBenchmark(benchmark)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function headline(name: string, findings: readonly Finding[]): string {
  const { all, pass, breach, inconclusive, open } = tally(findings);
  const stage = open === 0 ? "" : `, ${open} open as the spec says`;
  return `${name}  ${pass} of ${all} hold, ${breach} breaches${stage}, ${inconclusive} inconclusive`;
}

function wallLines(findings: readonly Finding[], style: Style): string[] {
  return byWall(findings).flatMap(({ boundary, own }) => {
    const bad = own.filter(({ verdict }) => verdict === "breach" || verdict === "inconclusive");
    const untested = untestedOf(boundary);
    const { all, pass } = tally(own);
    return [
      `  ${markOf(own, style)} ${boundary}: ${pass} of ${all} hold`,
      ...bad.flatMap((each) => findingLines(each, style)),
      ...openLines(own, style),
      ...(untested === undefined ? [] : [style.faint(`      ${untested}`)]),
    ];
  });
}

/** The signs of `doctor`. */
function markOf(own: readonly Finding[], style: Style): string {
  const { breach, inconclusive, open } = tally(own);
  if (breach > 0) return style.removed("✗");
  if (inconclusive > 0) return style.warning("?");
  return open > 0 ? style.changed("!") : style.added("✓");
}

/** A line a namespace for what the spec leaves open: the attacks are many, and the cause is one. */
function openLines(own: readonly Finding[], style: Style): string[] {
  const open = own.filter(({ verdict }) => verdict === "open");
  const where = new Map(open.map((each) => [JSON.stringify([each.namespace, each.message]), each]));
  return [...where.values()].map(({ namespace = "", message }) => {
    const same = open.filter((each) => each.namespace === namespace && each.message === message);
    const ids = [...new Set(same.map(({ id }) => id))].join(", ");
    return `      ${style.changed("open")}  ${escapeLine(`${namespace}: ${message}; the server only warns of ${ids}`)}`;
  });
}

function findingLines(finding: Finding, style: Style): string[] {
  const { id, verdict, message, evidence } = finding;
  const [paint, mark] = verdict === "breach" ? [style.removed, "✗"] : [style.warning, "?"];
  return [
    `      ${paint(`${mark} ${verdict} ${id}`)}  ${escapeLine(`${describeCheck(finding)}: ${message}`)}`,
    ...evidence.map((each) => `          ${style.faint(escapeLine(describeEvidence(each)))}`),
  ];
}

/** Whom the tenant reached for, and how to reach for more of them. */
export function describeReached({ tenants, of }: Reached): string {
  if (of === 0) return "there is no other tenant: it reached for the cluster's own namespaces";
  const names = tenants.length === 0 ? "" : `: ${tenants.join(", ")}`;
  if (tenants.length === of) return `it reached for every other tenant${names}`;
  return `it reached for ${tenants.length} of ${of} other tenants, a sample${names} (--neighbours all: for every one)`;
}

/** The findings as data, for scripts: `kind: Verification`. */
export function verifiedAsJson(verification: Verification): object {
  return documentOfKind("Verification", verification);
}
