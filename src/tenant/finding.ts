import type { Problem } from "../errors.ts";

/** The way to a field of a document: `["spec", "namespaces", 0, "name"]`. */
export type Path = readonly (string | number)[];

/** Something wrong in a document. `key`: of the field at `path`, the key itself is meant, such as an unknown field. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly key?: string;
}

/** Says where a finding is for people: `payments.yaml:3:7`, or the flag that stated it. */
export type Locate = (finding: Finding) => string | undefined;

/** A path as people write it: `spec.namespaces[0].name`; a key that is not a plain word stands in brackets and quotes. */
export function printPath(path: Path): string {
  const text = path.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^[A-Za-z0-9_-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return text.join("").replace(/^\./, "");
}

/** The finding for people: its place, and the field in front of the message. */
export function problemOf(finding: Finding, locate: Locate): Problem {
  const where = locate(finding);
  const field = printPath(finding.key === undefined ? finding.path : [...finding.path, finding.key]);
  const message = field === "" ? finding.message : `${field}: ${finding.message}`;
  return where === undefined ? { message } : { where, message };
}
