import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { OwnerRecord } from "../record/record.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { tenantsOf } from "./select-tenants.ts";
import { recordKey, type Session } from "../planning/session.ts";

/** Which tenants are to be verified. */
export interface VerifyTargets {
  readonly filename?: readonly string[];
  readonly all: boolean;
}

/**
 * The tenants of the names, of all records, or of the files; of files and names, those of the files that are named.
 * Throws (exit code 2), also for a name that nobody knows.
 */
export async function targetsOf(
  names: readonly string[],
  targets: VerifyTargets,
  io: Io,
  session: Session,
): Promise<readonly Tenant[]> {
  const { filename, all } = targets;
  if (all && (names.length > 0 || filename !== undefined)) throw allAndSome();
  const flags = filename === undefined ? {} : { filename };
  const select = (name?: string): Promise<readonly Tenant[]> =>
    tenantsOf(name, flags, io, session, () => "only one that was created can be attacked");
  if (filename !== undefined && names.length > 1) return named(names, await select());
  const wanted = all ? recorded(session) : [...new Set(names)];
  if (wanted.length === 0 && !all) return select();
  return (await Promise.all(wanted.map((name) => select(name)))).flat();
}

function recorded({ records }: Session): readonly string[] {
  return [...records.values()].flatMap(({ record: { owner } }) =>
    owner.kind === "cluster" ? [] : [owner.name],
  );
}

/** Which tenants can be attacked, and why the others cannot: a sentence each. */
export interface Attackable {
  readonly tenants: readonly Tenant[];
  readonly reasons: readonly string[];
}

/** Whoever is just coming or leaving lacks walls on purpose, and its people lack the rights to attack. */
export function attackableAmong(all: readonly Tenant[], { records }: Session): Attackable {
  const judged = all.map((tenant) => ({
    tenant,
    reason: unfinished(records.get(recordKey({ kind: "tenant", name: tenant.name }))?.record),
  }));
  return {
    tenants: judged.flatMap(({ tenant, reason }) => (reason === undefined ? [tenant] : [])),
    reasons: judged.flatMap(({ tenant, reason }) =>
      reason === undefined ? [] : [`tenant ${tenant.name} ${reason(tenant.name)}`],
    ),
  };
}

function unfinished(record: OwnerRecord | undefined): ((name: string) => string) | undefined {
  if (record?.phase === "deleting") return (name) => `is being deleted: run mtenant delete ${name} again`;
  const isGivenAway = record?.entries.some(({ id, uid }) => id.kind === "RoleBinding" && uid !== undefined);
  const isMade = record?.phase !== "creating" || (isGivenAway === true && record.holder === undefined);
  return isMade ? undefined : (name) => `is not whole yet: run mtenant create ${name} again`;
}

function named(names: readonly string[], tenants: readonly Tenant[]): readonly Tenant[] {
  const missing = names.filter((name) => !tenants.some((tenant) => tenant.name === name));
  if (missing.length === 0) return tenants.filter(({ name }) => names.includes(name));
  throw new ExpectedError(ExitCode.usage, `the files hold no tenant ${missing.join(", ")}`, {
    hint: `they hold ${tenants.map(({ name }) => name).join(", ")}`,
  });
}

function allAndSome(): ExpectedError {
  return new ExpectedError(ExitCode.usage, "--all is every tenant that the cluster has a record of", {
    hint: "give --all alone, or names, or spec files with -f",
  });
}
