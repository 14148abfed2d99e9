import type { BaseRoleName, PolicyRule } from "../../facts/facts.ts";
import type { RuleOrigin } from "../../facts/aggregate.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import { rowOf } from "./allow.ts";
import { type Atom, atomKey, covers, expand } from "./atoms.ts";
import { baseOf, type DerivedRole, deriveRole } from "./derive.ts";
import { deniedBecause } from "./deny.ts";

/** What becomes of one triple that the base ClusterRole grants. */
export interface ExplainedTriple extends Atom {
  /** Always false for a wildcard, which is never passed on; `why` says what of it is kept. */
  readonly kept: boolean;
  readonly why: string;
  /** The ClusterRoles that it was aggregated from, sorted; empty when they are not known. */
  readonly from: readonly string[];
  /** Not of Kubernetes itself. */
  readonly thirdParty: boolean;
}

/** How a tenant's role came about, as data that can be printed as JSON. */
export interface RoleExplanation {
  readonly role: TenantRole;
  readonly derivedFrom: BaseRoleName;
  readonly rules: readonly PolicyRule[];
  /** Hash of the kept triples, as annotated on the Role. */
  readonly hash: string;
  /** Every triple of the base, sorted by group and resource. */
  readonly triples: readonly ExplainedTriple[];
  /** URLs that the base grants; a Role cannot grant URLs. */
  readonly droppedUrls: readonly string[];
  readonly counts: {
    /** What the Role grants: more than `kept` where a wildcard of the base took in what may pass. */
    readonly granted: number;
    readonly base: number;
    readonly kept: number;
    readonly dropped: number;
    readonly thirdParty: number;
  };
}

/**
 * Explains every triple of the base ClusterRole: kept or dropped, why, and where it comes from. `origins`: the
 * ClusterRoles that were aggregated into it (`ruleOrigins`); without them, a triple counts as third-party when
 * Kubernetes has no such resource in these roles.
 */
export function explainRole(
  base: readonly PolicyRule[],
  role: TenantRole,
  origins: readonly RuleOrigin[] = [],
): RoleExplanation {
  const derived = deriveRole(role, base);
  const triples = expand(base).map((atom) => explain(atom, derived, origins));
  const urls = base.flatMap((rule) => rule.nonResourceURLs ?? []);
  return {
    role,
    derivedFrom: baseOf[role],
    rules: derived.rules,
    hash: derived.hash,
    triples,
    droppedUrls: [...new Set(urls)].sort(),
    counts: { granted: derived.keptTriples.length, ...countsOf(triples) },
  };
}

function countsOf(triples: readonly ExplainedTriple[]): Omit<RoleExplanation["counts"], "granted"> {
  const kept = triples.filter((triple) => triple.kept).length;
  const thirdParty = triples.filter((triple) => triple.thirdParty).length;
  return { base: triples.length, kept, dropped: triples.length - kept, thirdParty };
}

function explain(atom: Atom, derived: DerivedRole, origins: readonly RuleOrigin[]): ExplainedTriple {
  const kept = derived.keptTriples.some((each) => atomKey(each) === atomKey(atom));
  const known = rowOf(atom.group, atom.resource) !== undefined;
  const sources = origins.filter((origin) => covers(origin.rules, atom));
  const thirdParty = sources.length === 0 ? !known : !sources.some((origin) => origin.builtIn);
  const from = sources.map((origin) => origin.clusterRole);
  const why = kept ? whyKept(atom, derived.role) : whyDropped(atom, derived);
  return { ...atom, kept, why, from, thirdParty };
}

const reading: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/** Of what is only read, the reason says why it is not written. */
function whyKept({ group, resource }: Atom, role: TenantRole): string {
  const row = rowOf(group, resource);
  if (row === undefined) return "";
  const every = Object.values(row.verbs).flat();
  // Those reasons speak of the one verb that exists.
  if (every.every((verb) => verb === "get")) return row.why;
  if (every.every((verb) => reading.has(verb))) return `only to read: ${row.why}`;
  return row.verbs[role].every((verb) => reading.has(verb)) ? `only to read; ${row.why}` : row.why;
}

function whyDropped(atom: Atom, derived: DerivedRole): string {
  const passed = derived.keptTriples.filter((each) => covers([asRule(atom)], each)).length;
  if (passed > 0) return `a wildcard is never passed on; of what it takes in, ${passed} triples are kept`;
  return deniedBecause(atom) ?? rowOf(atom.group, atom.resource)?.why ?? unlisted(atom);
}

function asRule({ group, resource, verb, name }: Atom): PolicyRule {
  const names = name === undefined ? {} : { resourceNames: [name] };
  return { apiGroups: [group], resources: [resource], verbs: [verb], ...names };
}

function unlisted({ group, resource }: Atom): string {
  const what = group === "" ? resource : `${resource}.${group}`;
  return `${what} is not on the list of what may pass: a controller with rights of its own may act upon it`;
}
