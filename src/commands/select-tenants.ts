import { ExitCode, ExpectedError } from "../errors.ts";
import { systemClock } from "../cluster/clock.ts";
import type { Io } from "../io.ts";
import { someOf } from "../report/results.ts";
import { shellWord } from "../report/shell-word.ts";
import type { RawDocument } from "../tenant/documents.ts";
import type { SpecsRead } from "../tenant/parse.ts";
import { expiredStages } from "../tenant/enforcement.ts";
import type { TenantFlags } from "../tenant/flags.ts";
import type { Tenant, TenantDocument } from "../tenant/tenant.ts";
import type { SpecFlags } from "./flags.ts";
import { noSuchTenant, tenantsAmong } from "./no-such-tenant.ts";
import { refuseTaken } from "../planning/reservations.ts";
import { recordKey, type Session } from "../planning/session.ts";
import { refuseDamaged } from "./open-session.ts";
import { optionsOf, toTenantFlags } from "./spec-options.ts";

/** The tenants that a cluster has records of. */
interface RecordedTenants {
  readonly names: readonly string[];
  /** Undefined when there is no such tenant. */
  readonly specOf: (name: string) => TenantDocument | undefined;
  /** How one that is missing comes about, as a hint. */
  readonly otherwise: (name: string) => string;
}

/**
 * The tenants that a command is about: those of the files, or the one that NAME and the flags say, with the classes
 * of files that hold nothing else. With flags and a record only the fields that the flags name change; NAME alone
 * means the record's spec. Throws (exit code 2).
 */
export async function selectTenants(
  name: string | undefined,
  flags: SpecFlags,
  io: Io,
  recorded?: RecordedTenants,
): Promise<readonly Tenant[]> {
  const read = await readFiles(flags, io);
  if (flags.filename !== undefined && !(await onlyClasses(read))) return fromFiles(name, flags, read);
  if (name === undefined) throw whichTenant(flags.filename);
  const { resolveDocuments } = await import("../tenant/flags.ts");
  const document = await documentFor(name, flags, read, recorded);
  const isRecorded = recorded?.specOf(name) !== undefined;
  return resolveDocuments([document], read.documents, isRecorded ? toTenantFlags(flags) : undefined);
}

/** The tenants that a command on a cluster is about, none of which wants what another tenant's record holds. Throws (exit code 2). */
export async function tenantsOf(
  name: string | undefined,
  flags: SpecFlags,
  io: Io,
  session: Session,
  otherwise: (name: string) => string = newTenant,
): Promise<readonly Tenant[]> {
  if (name !== undefined) refuseDamaged(damagedOf(session, name), [name], io);
  const tenants = await selectTenants(name, flags, io, {
    names: tenantsAmong([...session.records.values()].map(({ record }) => record.owner)),
    specOf: (tenant) => session.records.get(recordKey({ kind: "tenant", name: tenant }))?.record.spec,
    otherwise,
  });
  refuseDamaged(
    session.damaged,
    tenants.map((tenant) => tenant.name),
    io,
  );
  refuseTaken(tenants, session.records.values());
  refuseExpired(tenants);
  return tenants;
}

function damagedOf({ damaged }: Session, name: string): Session["damaged"] {
  return damaged.filter(({ owner }) => owner.kind === "tenant" && owner.name === name);
}

/** A stage of warnings has to end when it was said to. Throws (exit code 2) when one is over. */
export function refuseExpired(tenants: readonly Tenant[]): void {
  const expired = expiredStages(tenants, systemClock.now());
  if (expired.length === 0) return;
  const problems = expired.map(({ tenant, namespace, until }) => ({
    where: `tenant ${tenant}`,
    message: `namespace ${namespace}: the stage of warnings ended on ${until}`,
  }));
  throw new ExpectedError(ExitCode.usage, "a stage of warnings is over", {
    problems,
    hint: "take enforcement out of the namespace in the spec, so that the guards refuse; or give it a later day",
  });
}

const nothingRead: SpecsRead = { documents: [], problems: [] };

/** The classes of the files that `-f` names. Throws (exit code 2) when they hold anything else. */
export async function readClasses(flags: SpecFlags, io: Io): Promise<readonly RawDocument[]> {
  const read = await readFiles(flags, io);
  if (read.problems.length > 0) await fromFiles(undefined, flags, read);
  if (await onlyClasses(read)) return read.documents;
  throw new ExpectedError(
    ExitCode.usage,
    `there are tenants in ${(flags.filename ?? []).join(", ")} already`,
    {
      hint: "init takes -f for the file of the class that --class names, and nothing else",
    },
  );
}

/** The documents of the files that `-f` names; none without `-f`. Throws (exit code 2). */
async function readFiles({ filename }: SpecFlags, io: Io): Promise<SpecsRead> {
  if (filename === undefined) return nothingRead;
  const [{ readSources }, { readSpecs }] = await Promise.all([
    import("../files/sources.ts"),
    import("../tenant/parse.ts"),
  ]);
  return readSpecs(await readSources(filename, () => io.readStdin()));
}

async function onlyClasses(read: SpecsRead): Promise<boolean> {
  return (await import("../tenant/parse.ts")).holdsOnlyClasses(read);
}

async function fromFiles(
  name: string | undefined,
  flags: SpecFlags,
  { documents, problems }: SpecsRead,
): Promise<readonly Tenant[]> {
  const extra = optionsOf(toTenantFlags(flags));
  if (extra.length > 0 && problems.length === 0) throw twoSpecs(extra);
  const { resolveRead } = await import("../tenant/parse.ts");
  const tenants = await resolveRead(documents, problems);
  if (name === undefined) return tenants;
  const chosen = tenants.filter((tenant) => tenant.name === name);
  if (chosen.length > 0) return chosen;
  throw new ExpectedError(
    ExitCode.usage,
    `no tenant ${JSON.stringify(name)} in ${(flags.filename ?? []).join(", ")}`,
    {
      hint: `it holds ${someOf(tenants.map((tenant) => tenant.name))}`,
    },
  );
}

async function documentFor(
  name: string,
  flags: SpecFlags,
  { documents }: SpecsRead,
  tenants: RecordedTenants | undefined,
): Promise<TenantDocument> {
  const recorded = tenants?.specOf(name);
  const { tenantFromFlags } = await import("../tenant/flags.ts");
  const { changeRecorded, recordedClassName } = await import("../tenant/recorded-tenant.ts");
  const said = toTenantFlags(flags);
  const className = said.className ?? (recorded === undefined ? undefined : recordedClassName(recorded));
  if (documents.length > 0 && className === undefined) throw noClassNamed(name, flags.filename);
  const wanted = documents.length > 0 && className !== undefined ? { ...said, className } : said;
  if (recorded !== undefined) return changeRecorded(recorded, wanted, documents);
  const document = await tenantFromFlags(name, wanted);
  if (tenants !== undefined && !saysWhere(wanted))
    throw noSuchTenant(name, tenants.names, tenants.otherwise(name));
  if (Object.keys(said).length === 0) throw unsaidTenant(name);
  return document;
}

/** Without nodes no tenant is whole: such flags are meant for one that exists. */
function saysWhere({ nodes, node, nodeSelector, className }: TenantFlags): boolean {
  return [nodes, node, nodeSelector, className].some((flag) => flag !== undefined);
}

function newTenant(name: string): string {
  return `a new one: mtenant create ${shellWord(name)} --owner-group GROUP --node NODE, or -f FILE`;
}

function whichTenant(files: readonly string[] | undefined): ExpectedError {
  if (files === undefined)
    return new ExpectedError(ExitCode.usage, "which tenant?", {
      hint: "give a NAME, or spec files with -f",
    });
  return new ExpectedError(ExitCode.usage, `no tenant in ${files.join(", ")}, only classes: which tenant?`, {
    hint: "give a NAME and --class, or a spec file of kind Tenant",
  });
}

function noClassNamed(name: string, files: readonly string[] = []): ExpectedError {
  return new ExpectedError(
    ExitCode.usage,
    `${files.join(", ")} holds only classes, and nothing says which one tenant ${name} has`,
    { hint: "name one with --class, or give a file that holds the tenant" },
  );
}

function twoSpecs(options: readonly string[]): ExpectedError {
  return new ExpectedError(
    ExitCode.usage,
    `-f with tenants and the flags that say a spec exclude each other: ${options.join(", ")}`,
    { hint: "write it into the file; only files that hold nothing but classes go together with flags" },
  );
}

function unsaidTenant(name: string): ExpectedError {
  return new ExpectedError(ExitCode.usage, `no flag says what tenant ${name} should be`, {
    hint: "say it: --owner-group GROUP --node NODE, or -f FILE",
  });
}
