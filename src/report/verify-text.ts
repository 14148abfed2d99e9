import type { Evidence, Finding, Verdict } from "../checks/verify/finding.ts";
import { boundaryNames } from "../manifests/manifest.ts";
import { documentOfKind } from "./document.ts";
import { escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

/** What one tenant's checks came to. */
export interface Verified {
  readonly tenant: string;
  readonly findings: readonly Finding[];
}

/** How many findings have the verdict. */
export function countVerdicts(findings: readonly Finding[], verdict: Verdict): number {
  return findings.filter((each) => each.verdict === verdict).length;
}

/** One line a wall, and under it every breach and everything that could not be told, with the evidence. */
export function verifiedAsText({ tenant, findings }: Verified, style: Style): string {
  const walls = boundaryNames.flatMap((boundary) => {
    const own = findings.filter((each) => each.boundary === boundary);
    if (own.length === 0) return [];
    const bad = own.filter(({ verdict }) => verdict !== "pass");
    const mark = bad.length === 0 ? style.added("✓") : style.removed("✗");
    return [
      `  ${mark} ${boundary}: ${own.length - bad.length} of ${own.length} hold`,
      ...bad.flatMap((each) => findingLines(each, style)),
    ];
  });
  const counts = (["breach", "inconclusive"] as const)
    .map((verdict) => `${countVerdicts(findings, verdict)} ${verdict === "breach" ? "breaches" : verdict}`)
    .join(", ");
  const total = `${countVerdicts(findings, "pass")} of ${findings.length} hold, ${counts}`;
  return `${[style.strong(`tenant ${escapeLine(tenant)}  ${total}`), ...walls].join("\n")}\n`;
}

function findingLines({ id, verdict, title, namespace, message, evidence }: Finding, style: Style): string[] {
  const where = namespace === undefined ? "" : ` in ${namespace}`;
  const paint = verdict === "breach" ? style.removed : style.warning;
  return [
    `      ${paint(`${verdict} ${id}`)}  ${escapeLine(`${title}${where}: ${message}`)}`,
    ...evidence.map((each) => `          ${style.faint(evidenceLine(each))}`),
  ];
}

function evidenceLine({ as, request, code, reason, message }: Evidence): string {
  return escapeLine(`as ${as}: ${request} → ${`${code} ${reason}`.trim()} ${message}`.trim());
}

/** The findings as data, for scripts: `kind: Verification`. */
export function verifiedAsJson(all: readonly Verified[]): object {
  return documentOfKind("Verification", { tenants: all });
}
