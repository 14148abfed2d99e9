import type { Finding } from "../checks/verify/finding.ts";
import type { Verification, VerifiedTenant } from "../checks/verify/verification.ts";
import { escapeLine } from "./escape.ts";
import { benchmarkRows, countBenchmark, describeRow, resourceRows } from "./verify-details.ts";
import {
  byWall,
  describeCheck,
  describeEvidence,
  partsOf,
  remarksOn,
  tally,
  untestedOf,
} from "./verdicts.ts";
import { describeReached } from "./verify-text.ts";

/** The findings as GitHub's Markdown, short enough for the summary of a CI job: what holds in numbers, what does not in full. */
export function verifiedAsMarkdown(verification: Verification): string {
  const parts = partsOf(verification);
  const lines = [
    "# mtenant verify",
    "",
    ...table(["", "holds", "breaches", "open as the spec says", "inconclusive"], parts.map(partRow)),
    ...parts.flatMap(({ name, findings }) => badLines(name, findings)),
    ...verification.tenants.flatMap(tenantLines),
  ];
  return `${lines.join("\n")}\n`;
}

function partRow({ name, findings }: { name: string; findings: readonly Finding[] }): readonly string[] {
  const { all, pass, breach, open, inconclusive } = tally(findings);
  const mark = pass === all ? "✅" : breach > 0 ? "❌" : inconclusive > 0 ? "❔" : "⚠️";
  return [`${mark} ${plain(name)}`, `${pass} of ${all}`, String(breach), String(open), String(inconclusive)];
}

function badLines(name: string, findings: readonly Finding[]): readonly string[] {
  const bad = findings.filter(({ verdict }) => verdict !== "pass");
  if (bad.length === 0) return [];
  return ["", `## What does not hold: ${plain(name)}`, "", ...bad.flatMap(findingLines)];
}

function findingLines(finding: Finding): readonly string[] {
  const { id, verdict, message, evidence } = finding;
  return [
    `- **${verdict}** \`${id}\` ${plain(`${describeCheck(finding)}: ${message}`)}`,
    ...evidence.map((each) => `  - ${plain(describeEvidence(each))}`),
  ];
}

function tenantLines({ tenant, findings, neighbours, rights, benchmark }: VerifiedTenant): readonly string[] {
  const rows = byWall(findings).map(({ boundary, own }) => {
    const { all, pass } = tally(own);
    return [boundary, `${pass} of ${all}`];
  });
  return [
    "",
    `## Tenant ${plain(tenant)}`,
    "",
    ...table(["wall", "holds"], rows),
    "",
    ...byWall(findings).flatMap(({ boundary }) => sentence(untestedOf(boundary), `${boundary}: `)),
    ...remarksOn(findings).flatMap((each) => sentence(each)),
    `Across tenants ${plain(describeReached(neighbours))}.`,
    "",
    ...folded(countBenchmark(benchmark), table(["", "check", "why"], escaped(benchmarkRows(benchmark)))),
    ...rights.flatMap((row) =>
      folded(describeRow(row), table(["resource", "verbs"], escaped(resourceRows(row)))),
    ),
  ];
}

function sentence(text: string | undefined, before = ""): readonly string[] {
  return text === undefined ? [] : [plain(`${before}${text}.`), ""];
}

function escaped(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map(plain));
}

/** What is read when it is opened. */
function folded(summary: string, lines: readonly string[]): readonly string[] {
  return ["<details>", `<summary>${plain(summary)}</summary>`, "", ...lines, "", "</details>", ""];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}

/** Text of the cluster's, in which nothing acts as markup. */
function plain(text: string): string {
  return escapeLine(text).replace(/[\\`*_{}[\]<>|#~@]/g, (character) => `\\${character}`);
}
