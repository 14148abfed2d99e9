import type { PolicyRule } from "../../facts/facts.ts";
import { breakDown, rulesCover } from "../../facts/rules.ts";

/**
 * One permission: a verb on a resource of an API group, of one object where a name is given. Subresources are part of
 * the resource: `pods/log`. An atom of ours never holds a wildcard; one of somebody else's rule may.
 */
export interface Atom {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
}

/** One text per atom, for use as a key; also the line that is hashed. */
export function atomKey({ group, resource, verb, name }: Atom): string {
  return JSON.stringify(name === undefined ? [group, resource, verb] : [group, resource, verb, name]);
}

/** The atoms of rules, each once, sorted. Permissions on URLs are left out: a Role cannot grant them. */
export function expand(rules: readonly PolicyRule[]): Atom[] {
  return sorted(rules.flatMap(breakDown));
}

/** Do the rules grant the atom, by Kubernetes' own meaning of rules? */
export function covers(rules: readonly PolicyRule[], atom: Atom): boolean {
  return rulesCover(rules, atom);
}

/** Each atom once, in one order whatever order they came in. */
export function sorted(atoms: readonly Atom[]): Atom[] {
  const byKey = new Map(atoms.map((atom) => [atomKey(atom), atom]));
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, atom]) => atom);
}

/** As a person reads it: `get pods/log`, `update deployments.apps "web"`. */
export function describeAtom({ group, resource, verb, name }: Atom): string {
  const object = name === undefined ? "" : ` "${name}"`;
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${object}`;
}
