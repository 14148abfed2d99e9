import type { Facts } from "../../facts/facts.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import { baseOf, type DerivedRole, deriveRole } from "./derive.ts";

/** The three roles of every tenant on a cluster. */
export type TenantRoles = Readonly<Record<TenantRole, DerivedRole>>;

// Not state: a pure function of facts that never change, kept because a thousand tenants share them.
const derived = new WeakMap<Facts, TenantRoles>();

/** Derives the roles of every tenant on the cluster of these facts; the work is done once per facts. */
export function tenantRoles(facts: Facts): TenantRoles {
  const roles = derived.get(facts) ?? deriveAll(facts);
  derived.set(facts, roles);
  return roles;
}

function deriveAll({ baseRoles }: Facts): TenantRoles {
  return {
    Owner: deriveRole("Owner", baseRoles[baseOf.Owner]),
    Developer: deriveRole("Developer", baseRoles[baseOf.Developer]),
    Viewer: deriveRole("Viewer", baseRoles[baseOf.Viewer]),
  };
}
