import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import type { StoredRecord } from "../execute/records.ts";
import { recordedClassName } from "../tenant/recorded-tenant.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { SpecFlags } from "./flags.ts";
import { recordKey } from "../planning/session.ts";

/**
 * Refuses (exit code 2) specs that drop the class which the record names, or name another: the fields that it locked
 * would be open. `--leave-class`, or `--class` with the name of the other one, says that this is meant.
 */
export function refuseLeavingClass(
  tenants: readonly Tenant[],
  records: ReadonlyMap<string, StoredRecord>,
  flags: Pick<SpecFlags, "class"> & { readonly leaveClass: boolean },
): void {
  if (flags.leaveClass || flags.class !== undefined) return;
  const problems = tenants.flatMap(({ name, className }): Problem[] => {
    const spec = records.get(recordKey({ kind: "tenant", name }))?.record.spec;
    const recorded = spec === undefined ? undefined : recordedClassName(spec);
    if (recorded === undefined || recorded === className) return [];
    const now = className === undefined ? "no class" : `class ${className}`;
    return [{ where: `tenant ${name}`, message: `it has class ${recorded}, and the spec says ${now}` }];
  });
  if (problems.length === 0) return;
  throw new ExpectedError(ExitCode.usage, "a class that was given locks fields; nothing was changed", {
    problems,
    hint: "state spec.className as it was, or leave the class on purpose: --leave-class",
  });
}
