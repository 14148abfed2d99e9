import { ExitCode, ExpectedError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { TenantFlags } from "../tenant/flags.ts";
import type { Tenant, TenantDocument } from "../tenant/tenant.ts";
import type { SpecFlags } from "./flags.ts";
import { refuseTaken } from "./reservations.ts";
import { recordKey, type Session } from "./session.ts";

/** Where the spec of a tenant that has a record is found; undefined when it has none. */
export type RecordedSpec = (name: string) => Promise<TenantDocument | undefined>;

const noRecord: RecordedSpec = async () => undefined;

/**
 * The tenants that a command is about: those of the files, or the one that NAME and the flags say. With flags and a
 * record only the fields that the flags name change; NAME alone means the record's spec. Throws (exit code 2).
 */
export async function selectTenants(
  name: string | undefined,
  flags: SpecFlags,
  io: Io,
  recordedSpec: RecordedSpec = noRecord,
): Promise<readonly Tenant[]> {
  if (flags.filename !== undefined) return fromFiles(name, flags, io);
  if (name === undefined) {
    throw new ExpectedError(ExitCode.usage, "which tenant?", { hint: "give a NAME, or spec files with -f" });
  }
  const { applyFlags, resolveDocuments, tenantFromFlags } = await import("../tenant/flags.ts");
  const wanted = toTenantFlags(flags);
  const recorded = await recordedSpec(name);
  if (recorded === undefined && Object.keys(wanted).length === 0) throw unknownTenant(name);
  const document =
    recorded === undefined ? await tenantFromFlags(name, wanted) : await applyFlags(recorded, wanted);
  return resolveDocuments([document], []);
}

/** The tenants that a command on a cluster is about, none of which wants what another tenant's record holds. */
export async function tenantsOf(
  name: string | undefined,
  flags: SpecFlags,
  io: Io,
  session: Session,
): Promise<readonly Tenant[]> {
  const recordedSpec = async (tenant: string): Promise<TenantDocument | undefined> =>
    session.records.get(recordKey({ kind: "tenant", name: tenant }))?.record.spec;
  const tenants = await selectTenants(name, flags, io, recordedSpec);
  refuseTaken(tenants, session.records.values());
  return tenants;
}

async function fromFiles(name: string | undefined, flags: SpecFlags, io: Io): Promise<readonly Tenant[]> {
  const extra = Object.keys(toTenantFlags(flags));
  if (extra.length > 0) {
    throw new ExpectedError(
      ExitCode.usage,
      `-f and the flags that say a spec exclude each other: ${extra.join(", ")}`,
    );
  }
  const [{ readSources }, { parseTenants }] = await Promise.all([
    import("./sources.ts"),
    import("../tenant/parse.ts"),
  ]);
  const tenants = await parseTenants(await readSources(flags.filename ?? [], () => io.readStdin()));
  if (name === undefined) return tenants;
  const chosen = tenants.filter((tenant) => tenant.name === name);
  if (chosen.length > 0) return chosen;
  throw new ExpectedError(ExitCode.usage, `no tenant ${name} in ${(flags.filename ?? []).join(", ")}`, {
    hint: `it holds ${tenants.map((tenant) => tenant.name).join(", ")}`,
  });
}

function unknownTenant(name: string): ExpectedError {
  return new ExpectedError(
    ExitCode.usage,
    `nothing is known of tenant ${name}: it has no record, and no flag says what it should be`,
    {
      hint: `mtenant create ${name} --owner-group GROUP --node NODE, or -f FILE`,
    },
  );
}

const specFlagNames = [
  "ownerGroup",
  "ownerUser",
  "developerGroup",
  "viewerGroup",
  "namespace",
  "node",
  "nodeSelector",
  "nodes",
  "size",
  "runtimeClass",
] as const;

/** The flags that say a spec, and no others: only those that were given. */
export function toTenantFlags(flags: SpecFlags): TenantFlags {
  const given = specFlagNames.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return { ...Object.fromEntries(given), ...(flags.class === undefined ? {} : { className: flags.class }) };
}
