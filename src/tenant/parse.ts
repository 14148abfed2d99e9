import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import { checkDocuments, type RawDocument } from "./documents.ts";
import { isMap } from "./merge.ts";
import { isMeantAsOwn } from "./own-group.ts";
import { resolveAll } from "./resolve-all.ts";
import type { Tenant, TenantDocument } from "./tenant.ts";
import { readYaml, type Source, type SourceDocument } from "./yaml-source.ts";

export type { Source } from "./yaml-source.ts";

/**
 * The tenants of spec files. Throws one error (exit code 2) with every problem of every file, each at its
 * `file:line:column`.
 */
export async function parseTenants(sources: readonly Source[]): Promise<Tenant[]> {
  const { documents, problems } = await readSpecs(sources);
  return resolveRead(documents, problems);
}

/** The one Tenant of a resolved document, as `documentOf` makes it. Throws (exit code 2) when it is not valid. */
export async function tenantOf(document: TenantDocument): Promise<Tenant> {
  const tenants = await resolveRead([{ value: document, locate: () => undefined }], []);
  const [tenant] = tenants;
  if (tenant === undefined) throw problemsError([{ message: "the document is a class, not a tenant" }]);
  return tenant;
}

/**
 * The tenants of documents, their classes merged in. `faults`: what was found wrong while reading them, to be reported
 * with the rest. Throws one error (exit code 2) with every problem.
 */
export async function resolveRead(
  documents: readonly RawDocument[],
  faults: readonly Problem[],
): Promise<Tenant[]> {
  const checked = checkDocuments(documents);
  const resolved = resolveAll(checked);
  const problems = [...faults, ...checked.problems, ...resolved.problems];
  if (problems.length > 0) throw problemsError(problems);
  return [...resolved.tenants];
}

/** The documents of spec files, not yet judged, and what is wrong with how they are written. */
export interface SpecsRead {
  readonly documents: readonly RawDocument[];
  readonly problems: readonly Problem[];
}

/** Are classes all that was read, so that the tenant is said by flags or by its record? */
export function holdsOnlyClasses({ documents, problems }: SpecsRead): boolean {
  const isClass = ({ value }: RawDocument): boolean => isMap(value) && value["kind"] === "TenantClass";
  return problems.length === 0 && documents.every(isClass);
}

/** Reads spec files. Throws (exit code 2) when none holds a document of mtenant's. */
export async function readSpecs(sources: readonly Source[]): Promise<SpecsRead> {
  const yaml = await import("yaml");
  const read = sources.flatMap((source) =>
    readYaml(yaml, source).filter((document) => isWanted(source, document)),
  );
  const problems = read.flatMap((document) => document.problems);
  const documents = read.filter((document) => document.problems.length === 0);
  if (read.length === 0) throw nothingFound(sources);
  return { documents, problems };
}

const ownKinds: ReadonlySet<unknown> = new Set(["Tenant", "TenantClass"]);

/**
 * Files beside the specs in a folder are passed over, unless they are mtenant's by apiVersion, or by kind without one or
 * with a mistyped one: others have a kind Tenant too.
 */
function isWanted(source: Source, document: SourceDocument): boolean {
  if (source.skipForeign !== true || document.value === null) return true;
  const { apiVersion, kind } = document.value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string") return ownKinds.has(kind);
  return apiVersion.startsWith("mtenant.dev/") || (ownKinds.has(kind) && isMeantAsOwn(apiVersion));
}

function nothingFound(sources: readonly Source[]): ExpectedError {
  const names = sources.map((source) => source.name).join(", ");
  return new ExpectedError(
    ExitCode.usage,
    `no mtenant document in ${names === "" ? "the files given" : names}`,
    {
      hint: "a spec file begins with apiVersion: mtenant.dev/v1alpha1 and kind: Tenant",
    },
  );
}

function problemsError(problems: readonly Problem[]): ExpectedError {
  const headline =
    problems.length === 1 ? "the spec has a problem" : `the specs have ${problems.length} problems`;
  return new ExpectedError(ExitCode.usage, headline, { problems });
}
