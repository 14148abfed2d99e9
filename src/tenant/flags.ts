import { ExitCode, ExpectedError, type Problem } from "../errors.ts";
import { API_VERSION } from "../manifests/names.ts";
import type { RawDocument } from "./documents.ts";
import { type Finding, type Locate, type Path, problemOf } from "./finding.ts";
import { findingsOf } from "./issues.ts";
import { keyFault } from "./labels.ts";
import { resolveRead } from "./parse.ts";
import { type TenantInput, tenantSchema, type TenantSpecInput } from "./schema.ts";
import type { NamespaceInput, PoolInput, SubjectInput } from "./spec-schema.ts";
import { identityOf } from "./subjects.ts";
import type { Tenant, TenantDocument } from "./tenant.ts";

/** What flags can say of a tenant. Those that may be repeated are lists. */
export interface TenantFlags {
  readonly ownerGroup?: readonly string[];
  readonly ownerUser?: readonly string[];
  readonly developerGroup?: readonly string[];
  readonly viewerGroup?: readonly string[];
  readonly namespace?: readonly string[];
  readonly node?: readonly string[];
  /** `key=value,key=value` */
  readonly nodeSelector?: string;
  readonly nodes?: string;
  readonly size?: string;
  readonly className?: string;
  readonly runtimeClass?: string;
}

/** The document of a tenant that flags alone describe. Throws (exit code 2), naming the flag, when one says something impossible. */
export async function tenantFromFlags(name: string, flags: TenantFlags): Promise<TenantDocument> {
  const names = flags.namespace ?? (flags.size === undefined ? [] : [name]);
  const namespaces =
    names.length === 0 ? {} : { namespaces: names.map((namespace) => ({ name: namespace })) };
  const base = { apiVersion: API_VERSION, kind: "Tenant", metadata: { name }, spec: namespaces };
  return applyFlags(base, flags);
}

/**
 * The document with what the flags say changed and all else as it was. A flag with one value replaces it, a flag that
 * may be repeated adds to the list: taking something away is done in a spec file. Throws (exit code 2), naming the flag.
 */
export async function applyFlags(document: TenantDocument, flags: TenantFlags): Promise<TenantDocument> {
  const input = document as unknown as TenantInput;
  const changed = { ...input, spec: applyToSpec(input.metadata.name, input.spec ?? {}, flags) };
  const problems = findingsOf(tenantSchema, changed).map((finding) =>
    problemOf(finding, flagLocator(changed)),
  );
  if (problems.length > 0) throw flagError(problems);
  return changed as unknown as TenantDocument;
}

/**
 * The tenants of documents without a file, the classes of files merged in. `changed`: the flags that changed a recorded
 * document; what is wrong beside them is the record's. Throws one error (exit code 2) with every problem.
 */
export async function resolveDocuments(
  documents: readonly TenantDocument[],
  classes: readonly RawDocument[],
  changed?: TenantFlags,
): Promise<Tenant[]> {
  const own = documents.map((value): RawDocument => {
    const locate = flagLocator(value as unknown as TenantInput);
    return { value, locate: changed === undefined ? locate : recordLocator(locate, changed) };
  });
  return resolveRead([...own, ...classes], []);
}

function applyToSpec(name: string, spec: TenantSpecInput, flags: TenantFlags): TenantSpecInput {
  const namespaces = withNamespaces(name, spec, flags);
  const subjects = withSubjects(spec.subjects ?? [], flags);
  const nodes = withNodes(spec.nodes ?? {}, flags);
  return {
    ...spec,
    ...(flags.className === undefined ? {} : { className: flags.className }),
    ...(namespaces === undefined ? {} : { namespaces }),
    ...(subjects.length === 0 ? {} : { subjects }),
    ...(Object.keys(nodes).length === 0 ? {} : { nodes }),
    ...(flags.runtimeClass === undefined
      ? {}
      : { pods: { ...spec.pods, runtimeClassName: flags.runtimeClass } }),
  };
}

function withNamespaces(
  name: string,
  spec: TenantSpecInput,
  flags: TenantFlags,
): NamespaceInput[] | undefined {
  const { size, namespace: added = [] } = flags;
  if (size === undefined && added.length === 0) return spec.namespaces;
  const before = spec.namespaces ?? [{ name }];
  const known = new Set(before.map((namespace) => namespace.name));
  const all = [
    ...before,
    ...added.filter((namespace) => !known.has(namespace)).map((namespace) => ({ name: namespace })),
  ];
  return size === undefined ? all : all.map((namespace) => withSize(namespace, size));
}

/** A size says quota and limits, so that what the namespace said of them before goes. */
function withSize(namespace: NamespaceInput, size: string): NamespaceInput {
  const { quota: _quota, limitRange: _limitRange, ...rest } = namespace;
  return { ...rest, size };
}

const subjectFlags = [
  { flag: "ownerGroup", option: "--owner-group", kind: "Group", role: "Owner" },
  { flag: "ownerUser", option: "--owner-user", kind: "User", role: "Owner" },
  { flag: "developerGroup", option: "--developer-group", kind: "Group", role: "Developer" },
  { flag: "viewerGroup", option: "--viewer-group", kind: "Group", role: "Viewer" },
] as const;

function withSubjects(before: readonly SubjectInput[], flags: TenantFlags): SubjectInput[] {
  const added = subjectFlags.flatMap(({ flag, kind, role }) =>
    (flags[flag] ?? []).map((name) => ({ kind, name, role })),
  );
  const stated = new Set(added.map(identityOf));
  return [...before.filter((subject) => !stated.has(identityOf(subject))), ...added];
}

type Nodes = NonNullable<TenantSpecInput["nodes"]>;

/** Naming a node designates it, which is what Dedicated means; a selector leaves open whose the nodes are. */
function withNodes(before: Nodes, flags: TenantFlags): Nodes {
  const implied = flags.node === undefined ? before.mode : "Dedicated";
  const assumed = flags.nodeSelector === undefined ? implied : (implied ?? "Dedicated");
  const mode = (flags.nodes as Nodes["mode"]) ?? assumed;
  const pools =
    mode === "Shared" && flags.nodes !== undefined
      ? withPools([], flags)
      : withPools(before.pools ?? [], flags);
  return { ...(mode === undefined ? {} : { mode }), ...(pools.length === 0 ? {} : { pools }) };
}

function withPools(before: readonly PoolInput[], flags: TenantFlags): PoolInput[] {
  const selected =
    flags.nodeSelector === undefined
      ? []
      : [{ name: "selected", nodeSelector: parseLabels(flags.nodeSelector) }];
  const kept = selected.length === 0 ? before : before.filter((pool) => pool.name !== "selected");
  const known = new Set(kept.flatMap((pool) => pool.nodeNames ?? []));
  const added = (flags.node ?? []).filter((node) => !known.has(node));
  if (added.length === 0) return [...kept, ...selected];
  const named = kept.find((pool) => pool.name === "named") ?? { name: "named" };
  const grown = { ...named, nodeNames: [...(named.nodeNames ?? []), ...added] };
  return [...kept.filter((pool) => pool !== named), grown, ...selected];
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair): [string, string] => {
    const [key = "", value, ...more] = pair.split("=");
    const fault = value === undefined || more.length > 0 ? "is not key=value" : keyFault(key);
    if (fault !== undefined)
      throw flagError([{ where: "--node-selector", message: `${JSON.stringify(pair)} ${fault}` }]);
    return [key, value ?? ""];
  });
  const repeated = pairs.find(([key], index) => pairs.findIndex(([other]) => other === key) < index);
  if (repeated !== undefined)
    throw flagError([{ where: "--node-selector", message: `${repeated[0]} is there twice` }]);
  return Object.fromEntries(pairs);
}

function flagError(problems: readonly Problem[]): ExpectedError {
  const headline = problems.length === 1 ? "a flag has an impossible value" : "flags have impossible values";
  return new ExpectedError(ExitCode.usage, headline, { problems });
}

const fieldFlags: readonly (readonly [field: RegExp, flag: string])[] = [
  [/^metadata,name/, "NAME"],
  [/^spec,className/, "--class"],
  [/^spec,namespaces,\d+,size/, "--size"],
  [/^spec,namespaces/, "--namespace"],
  [/^spec,nodes,mode/, "--nodes"],
  [/^spec,nodes,pools,\d+,nodeSelector/, "--node-selector"],
  [/^spec,nodes/, "--node"],
  [/^spec,pods(,runtimeClassName|$)/, "--runtime-class"],
];

/** Says which flag states the field that a finding is about; undefined when none does. */
export function flagLocator(document: TenantInput): (finding: Finding) => string | undefined {
  return ({ path }) => {
    const [, section, index] = path;
    if (section === "subjects") return subjectFlag(document, typeof index === "number" ? index : -1);
    return fieldFlags.find(([field]) => field.test(String(path satisfies Path)))?.[1];
  };
}

const FROM_RECORD = "from the record, which -f FILE replaces";

/** Says the flag when it was given, and else that the field is as the record has it. */
function recordLocator(locate: Locate, given: TenantFlags): Locate {
  const { className, ...rest } = given;
  const options = Object.keys(rest).map(optionOf);
  const said = new Set([
    ...options,
    ...(className === undefined ? [] : ["--class"]),
    ...(rest.node === undefined && rest.nodeSelector === undefined ? [] : ["--nodes"]),
  ]);
  return (finding) => {
    const option = locate(finding);
    return option === undefined || said.has(option) ? option : FROM_RECORD;
  };
}

/** `ownerGroup` → `--owner-group` */
function optionOf(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Of the list as a whole (-1), the last subject counts: flags add theirs at the end. */
function subjectFlag(document: TenantInput, index: number): string | undefined {
  const subject = document.spec?.subjects?.at(index);
  return subjectFlags.find(({ kind, role }) => kind === subject?.kind && role === subject.role)?.option;
}
