import { ExitCode, ExpectedError } from "../errors.ts";
import type { OwnerRecord } from "./record.ts";

/** The guards that a run brings. */
export interface GuardChange {
  readonly generation: string;
  /** The version of mtenant that brings them: `1.2.3`, with or without a suffix. */
  readonly writtenBy: string;
  readonly replaceGuards: boolean;
}

/**
 * Throws ExpectedError (exit code 4) when the live guards must stay: a newer mtenant made them, or the same version with
 * other templates and nobody said to replace them.
 */
export function refuseGuardChange(record: OwnerRecord, change: GuardChange): void {
  if (record.guardGeneration === undefined || record.guardGeneration === change.generation) return;
  const order = compareVersions(change.writtenBy, record.writtenBy);
  if (order > 0 || (order === 0 && change.replaceGuards)) return;
  const theirs = `generation ${record.guardGeneration} of mtenant ${record.writtenBy}`;
  throw new ExpectedError(
    ExitCode.refused,
    `the guards of this cluster are ${theirs}, and these would be generation ${change.generation} of ${change.writtenBy}`,
    {
      hint:
        order < 0
          ? "an older version never replaces what a newer one made: upgrade mtenant"
          : "use the templates they were made from, or replace them for all tenants with --replace-guards",
    },
  );
}

/**
 * Throws ExpectedError (exit code 4) when guards would be replaced of which no record says who made them, and nobody
 * said to replace them. `changed`: their names.
 */
export function refuseUnknownGuards(
  changed: readonly string[],
  { replaceGuards }: Pick<GuardChange, "replaceGuards">,
): void {
  if (changed.length === 0 || replaceGuards) return;
  throw new ExpectedError(
    ExitCode.refused,
    "the guards of this cluster are others than these, and no record says which version made them",
    {
      problems: changed.map((where) => ({ where, message: "would be another one" })),
      hint: "use the version and the templates they were made from, or replace them for all tenants with --replace-guards",
    },
  );
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split(/[.+-]/).slice(0, 3).map(Number));
  const parts = [0, 1, 2].map((index) => (left?.[index] || 0) - (right?.[index] || 0));
  return parts.find((part) => part !== 0) ?? 0;
}
