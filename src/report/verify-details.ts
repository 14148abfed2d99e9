import type { BenchmarkResult } from "../checks/verify/benchmark.ts";
import type { RightsRow } from "../checks/verify/rights.ts";
import type { VerifiedTenant } from "../checks/verify/verification.ts";
import { escapeLine } from "./escape.ts";

/** What each role may do, and where the tenant stands against the multi-tenancy benchmark, as tables of text. */
export function detailsAsText({ rights, benchmark }: VerifiedTenant): string {
  const lines = [
    ...rights.flatMap((row) => [
      `  ${describeRow(row)}`,
      ...columns(resourceRows(row)).map((line) => `    ${line}`),
    ]),
    "  the benchmark, check by check:",
    ...columns(benchmarkRows(benchmark)).map((line) => `    ${line}`),
  ];
  return `${lines.map(escapeLine).join("\n")}\n`;
}

/** Whose rights a part of the matrix shows. Not escaped. */
export function describeRow({ role, as, namespace, complete }: RightsRow): string {
  const more = complete ? "" : "; an authorizer of the server does not list what it grants";
  return `${role} in ${namespace}, as ${as}${more}`;
}

/** A row a resource: what it is called, with the names of objects, and the verbs. Not escaped. */
export function resourceRows({ resources }: RightsRow): readonly (readonly string[])[] {
  return resources.map(({ resource, names = [], verbs }) => [
    names.length === 0 ? resource : `${resource} "${names.join(", ")}"`,
    verbs.join(" "),
  ]);
}

/** A row a check: how it stands, its id and title, and why. Not escaped. */
export function benchmarkRows(benchmark: readonly BenchmarkResult[]): readonly (readonly string[])[] {
  return benchmark.map(({ id, title, verdict, why }) => [verdict, `${id} ${title}`, why]);
}

/** `multi-tenancy benchmark: 20 of 25 pass, 5 deliberately not`. */
export function countBenchmark(benchmark: readonly BenchmarkResult[]): string {
  const count = (verdict: BenchmarkResult["verdict"]): number =>
    benchmark.filter((each) => each.verdict === verdict).length;
  const others = [
    [count("declined"), "deliberately not"],
    [count("not-applicable"), "not applicable"],
    [count("breach"), "breached"],
    [count("open"), "open as the spec says"],
    [count("inconclusive"), "inconclusive"],
  ] as const;
  const told = others.filter(([number]) => number > 0).map(([number, word]) => `, ${number} ${word}`);
  return `multi-tenancy benchmark: ${count("pass")} of ${benchmark.length} pass${told.join("")}`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
