import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { tenantsOf } from "./select-tenants.ts";
import type { Session } from "../planning/session.ts";

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
  const wanted = all ? recorded(session, io) : [...new Set(names)];
  if (wanted.length === 0 && !all) return select();
  return (await Promise.all(wanted.map((name) => select(name)))).flat();
}

/** Whoever is just leaving has lost walls on purpose. */
function recorded({ records }: Session, io: Io): readonly string[] {
  return [...records.values()].flatMap(({ record: { owner, phase } }) => {
    if (owner.kind === "cluster") return [];
    if (phase !== "deleting") return [owner.name];
    io.note(`tenant ${owner.name} is being deleted, and is not verified`);
    return [];
  });
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
