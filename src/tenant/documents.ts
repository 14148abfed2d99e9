import type { Problem } from "../errors.ts";
import { API_VERSION } from "../manifests/names.ts";
import type { Json } from "../manifests/object.ts";
import { classFindings } from "./class-rules.ts";
import { type Locate, problemOf } from "./finding.ts";
import { findingsOf } from "./issues.ts";
import { isMap } from "./merge.ts";
import { type ClassInput, classSchema, type TenantInput, tenantSchema } from "./schema.ts";
import { didYouMean } from "./suggest.ts";

/** A document that was read, of whatever kind, and where its fields stand. */
export interface RawDocument {
  readonly value: Json;
  readonly locate: Locate;
}

/** A document whose fields have the right shape. */
export interface Checked<Input> {
  readonly input: Input;
  readonly locate: Locate;
}

/** What a set of documents holds: the valid ones by kind, and what is wrong with the others. */
export interface CheckedDocuments {
  readonly tenants: readonly Checked<TenantInput>[];
  readonly classes: readonly Checked<ClassInput>[];
  /** Names of classes that are there, but not valid: tenants that use them cannot be judged. */
  readonly brokenClasses: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Judges each document by itself, and that no two are called the same. */
export function checkDocuments(documents: readonly RawDocument[]): CheckedDocuments {
  const tenants: Checked<TenantInput>[] = [];
  const classes: Checked<ClassInput>[] = [];
  const brokenClasses = new Set<string>();
  const problems = [...repeatedIdentities(documents)];
  for (const document of documents) {
    const faults = documentProblems(document);
    problems.push(...faults);
    const isClass = field(document.value, "kind") === "TenantClass";
    if (faults.length > 0) {
      if (isClass) brokenClasses.add(nameOf(document.value));
    } else if (isClass)
      classes.push({ input: document.value as unknown as ClassInput, locate: document.locate });
    else tenants.push({ input: document.value as unknown as TenantInput, locate: document.locate });
  }
  return { tenants, classes, brokenClasses, problems };
}

function documentProblems({ value, locate }: RawDocument): readonly Problem[] {
  const header = headerFault(value);
  if (header !== undefined) return [problemOf(header, locate)];
  const isClass = field(value, "kind") === "TenantClass";
  const shape = findingsOf(isClass ? classSchema : tenantSchema, value);
  const findings = isClass && shape.length === 0 ? classFindings(value as unknown as ClassInput) : shape;
  return findings.map((finding) => problemOf(finding, locate));
}

const kinds = ["Tenant", "TenantClass"];

/** Documents that are not mtenant's, or of a version that this program does not know, are not judged any further. */
function headerFault(value: Json) {
  if (!isMap(value))
    return { path: [], message: "a map of fields with apiVersion, kind, metadata and spec is expected" };
  const { apiVersion, kind } = value;
  if (apiVersion !== API_VERSION) {
    const found = apiVersion === undefined ? "is required" : `${JSON.stringify(apiVersion)} is not known`;
    return { path: ["apiVersion"], message: `${found}; write ${API_VERSION}` };
  }
  if (typeof kind === "string" && kinds.includes(kind)) return undefined;
  const found = kind === undefined ? "is required" : `${JSON.stringify(kind)} is not known`;
  const hint = typeof kind === "string" ? didYouMean(kind, kinds) : "";
  return { path: ["kind"], message: `${found}; it is Tenant or TenantClass${hint}` };
}

function repeatedIdentities(documents: readonly RawDocument[]): Problem[] {
  const seen = new Map<string, Locate>();
  return documents.flatMap(({ value, locate }) => {
    const name = nameOf(value);
    const kind = String(field(value, "kind"));
    const first = seen.get(`${kind} ${name}`);
    if (first === undefined) seen.set(`${kind} ${name}`, locate);
    if (first === undefined || name === "") return [];
    const place = { path: ["metadata", "name"], message: "" };
    return [
      problemOf(
        { ...place, message: `there is a ${kind} ${name} already, at ${first(place) ?? "another place"}` },
        locate,
      ),
    ];
  });
}

function nameOf(value: Json): string {
  const name = field(field(value, "metadata"), "name");
  return typeof name === "string" ? name : "";
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
