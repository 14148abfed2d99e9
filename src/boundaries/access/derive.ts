import { createHash } from "node:crypto";
import type { BaseRoleName, PolicyRule } from "../../facts/facts.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import { allowList } from "./allow.ts";
import { type Atom, atomKey, covers, describeAtom, expand, sorted } from "./atoms.ts";
import { compress } from "./compress.ts";
import { deniedBecause } from "./deny.ts";

/** The built-in ClusterRole that each role of a tenant is derived from. */
export const baseOf: Readonly<Record<TenantRole, BaseRoleName>> = {
  Owner: "admin",
  Developer: "edit",
  Viewer: "view",
};

/** A role of a tenant: what remains of its base inside the walls. */
export interface DerivedRole {
  readonly role: TenantRole;
  /** Exactly the kept triples, compressed, always in the same order. */
  readonly rules: readonly PolicyRule[];
  readonly keptTriples: readonly Atom[];
  /** `sha256:` and the hex digest of the kept triples: equal whatever minor or cluster they come from. */
  readonly hash: string;
}

/**
 * Derives a tenant's role: what the allow-list names AND the base grants, minus what is denied always. The allow-list
 * is finite, so a wildcard of the base is resolved by it and never passed on, and what somebody aggregates into the
 * base tomorrow does not slip in. Throws an Error (a bug) when the rules do not grant exactly what was kept.
 */
export function deriveRole(role: TenantRole, base: readonly PolicyRule[]): DerivedRole {
  const kept = sorted(
    allowList(role)
      .flatMap((atom) => granted(base, atom))
      .filter((atom) => deniedBecause(atom) === undefined),
  );
  const rules = compress(kept);
  prove(role, { base, kept, rules });
  return { role, rules, keptTriples: kept, hash: hashOf(kept) };
}

/** `sha256:` and the hex digest of atoms in sorted order, one a line. */
function hashOf(atoms: readonly Atom[]): string {
  return `sha256:${createHash("sha256").update(atoms.map(atomKey).join("\n")).digest("hex")}`;
}

/** The atom where the base grants it, or else the atom for each name that the base grants it for. */
function granted(base: readonly PolicyRule[], atom: Atom): Atom[] {
  if (covers(base, atom)) return [atom];
  // A request that creates an object carries no name to be judged by, except in server-side apply.
  if (atom.verb === "create") return [];
  const names = new Set(base.flatMap((rule) => rule.resourceNames ?? []));
  return [...names].map((name) => ({ ...atom, name })).filter((named) => covers(base, named));
}

interface Derivation {
  readonly base: readonly PolicyRule[];
  readonly kept: readonly Atom[];
  readonly rules: readonly PolicyRule[];
}

function prove(role: TenantRole, { base, kept, rules }: Derivation): void {
  const expanded = expand(rules);
  const exact = hashOf(expanded) === hashOf(kept);
  const excess = expanded.find((atom) => !covers(base, atom) || deniedBecause(atom) !== undefined);
  if (exact && excess === undefined) return;
  const what = excess === undefined ? "other triples than were kept" : describeAtom(excess);
  throw new Error(`The derived rules of the role ${role} grant ${what}.`);
}
