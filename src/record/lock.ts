import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner } from "../manifests/manifest.ts";
import type { Holder, OwnerRecord } from "./record.ts";

/**
 * May we work on the owner? Yes when nobody does, when it is us, or when we ourselves saw the record unmoved for as
 * long as its holder said it would take at most. No clocks are compared: `seenUnmovedSeconds` is measured here alone.
 */
export function mayTake(record: OwnerRecord, us: Holder["id"], seenUnmovedSeconds: number): boolean {
  const { holder } = record;
  return holder === undefined || holder.id === us || seenUnmovedSeconds >= holder.seconds;
}

/**
 * Throws ExpectedError (exit code 4) for an owner whose rendered files somebody else applies: what we changed would be
 * changed back. `appliedBy` names them.
 */
export function refuseRendered(record: OwnerRecord, appliedBy: string): void {
  if (record.phase !== "rendered") return;
  throw new ExpectedError(
    ExitCode.refused,
    `${describeOwner(record.owner)} is applied from rendered files by ${appliedBy}, which owns it; nothing was changed`,
    {
      hint: `change the spec where the files come from, and render it again: mtenant render --output-dir DIR; or make it mtenant's again: create --take-over`,
    },
  );
}
