import type { DamagedRecord, StoredRecord } from "../execute/records.ts";
import type { LabelledNamespace } from "../plan/unrecorded.ts";
import { grouped } from "../plan/grouped.ts";
import { escapeLine } from "./escape.ts";

/** One tenant as its record says it. */
export interface ListedTenant {
  readonly name: string;
  readonly phase: string;
  readonly nodes: string;
  readonly namespaces: readonly string[];
  /** RFC 3339 */
  readonly created: string;
  /** Who applies its objects: `mtenant`, or who else does from rendered files. */
  readonly appliedBy: string;
}

/** The tenant of a record; none for the cluster's. */
export function summarizeRecord({ record, created, appliedBy: writer }: StoredRecord): ListedTenant[] {
  if (record.owner.kind === "cluster") return [];
  const spec = record.spec?.spec as { readonly nodes?: { readonly mode?: string } } | undefined;
  const namespaces = record.entries.filter(({ id }) => id.kind === "Namespace").map(({ id }) => id.name);
  const { phase } = record;
  // A record that mtenant holds is its own, whoever else touched it.
  const appliedBy = phase === "rendered" ? writer : "mtenant";
  return [
    { name: record.owner.name, phase, nodes: spec?.nodes?.mode ?? "?", namespaces, created, appliedBy },
  ];
}

/** The tenants that only the labels of namespaces name. */
export function summarizeUnrecorded(found: readonly LabelledNamespace[]): ListedTenant[] {
  return [...grouped(found, ({ tenant }) => tenant)].map(([name, own]) => ({
    name,
    phase: "no record",
    nodes: "?",
    namespaces: own.map(({ namespace }) => namespace),
    created: own.map(({ created }) => created).sort()[0] ?? "",
    appliedBy: "?",
  }));
}

/** The tenant of a record that cannot be read: all that is known is its name. */
export function summarizeDamaged({ owner }: DamagedRecord): ListedTenant[] {
  if (owner.kind === "cluster") return [];
  return [
    { name: owner.name, phase: "unreadable", nodes: "?", namespaces: [], created: "?", appliedBy: "?" },
  ];
}

const heads = ["NAME", "PHASE", "NODES", "NAMESPACES", "CREATED", "APPLIED BY"];

/** A table as kubectl prints them: columns padded with three spaces between them. */
export function recordsAsText(tenants: readonly ListedTenant[]): string {
  const rows = tenants.map(({ name, phase, nodes, namespaces, created, appliedBy }) =>
    [name, phase, nodes, namespaces.join(","), created, appliedBy].map(escapeLine),
  );
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("   ")
      .trimEnd();
  return `${[heads, ...rows].map(line).join("\n")}\n`;
}
