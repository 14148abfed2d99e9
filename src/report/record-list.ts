import type { OwnerRecord } from "../record/record.ts";
import { escapeControl } from "./escape.ts";

/** One tenant as its record says it. */
export interface ListedTenant {
  readonly name: string;
  readonly phase: string;
  readonly nodes: string;
  readonly namespaces: readonly string[];
  /** RFC 3339 */
  readonly created: string;
}

/** The tenant of a record; none for the cluster's. */
export function summarizeRecord(record: OwnerRecord, created: string): ListedTenant[] {
  if (record.owner.kind === "cluster") return [];
  const spec = record.spec?.spec as { readonly nodes?: { readonly mode?: string } } | undefined;
  const namespaces = record.entries.filter(({ id }) => id.kind === "Namespace").map(({ id }) => id.name);
  return [
    { name: record.owner.name, phase: record.phase, nodes: spec?.nodes?.mode ?? "?", namespaces, created },
  ];
}

const heads = ["NAME", "PHASE", "NODES", "NAMESPACES", "CREATED"];

/** A table as kubectl prints them: columns padded with three spaces between them. */
export function recordsAsText(tenants: readonly ListedTenant[]): string {
  const rows = tenants.map(({ name, phase, nodes, namespaces, created }) =>
    [name, phase, nodes, namespaces.join(","), created].map(escapeControl),
  );
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("   ")
      .trimEnd();
  return `${[heads, ...rows].map(line).join("\n")}\n`;
}
