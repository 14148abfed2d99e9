import type { TenantRole } from "../../tenant/tenant.ts";
import { allowTable, type AllowRow } from "./allow-table.ts";
import type { Atom } from "./atoms.ts";

/** Every atom that a role may have at most: finite, without wildcards and without names. */
export function allowList(role: TenantRole): Atom[] {
  return allowTable.flatMap(({ group, resources, verbs }) =>
    resources.flatMap((resource) => verbs[role].map((verb) => ({ group, resource, verb }))),
  );
}

/** The row that speaks of a resource, whether it lets anything pass or only says why not. */
export function rowOf(group: string, resource: string): AllowRow | undefined {
  return allowTable.find((row) => row.group === group && row.resources.includes(resource));
}
