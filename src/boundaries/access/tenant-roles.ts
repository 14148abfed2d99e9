import type { Facts } from "../../facts/facts.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import { ExitCode, ExpectedError } from "../../errors.ts";
import { baseOf, type DerivedRole, deriveRole } from "./derive.ts";

/** The three roles of every tenant on a cluster. */
export type TenantRoles = Readonly<Record<TenantRole, DerivedRole>>;

// Not state: a pure function of facts that never change, kept because a thousand tenants share them.
const derived = new WeakMap<Facts, TenantRoles>();

/**
 * Derives the roles of every tenant on the cluster of these facts; the work is done once per facts.
 * Throws an ExpectedError (exit code 3) when the cluster's base grants nothing that may pass.
 */
export function tenantRoles(facts: Facts): TenantRoles {
  const roles = derived.get(facts) ?? deriveAll(facts);
  derived.set(facts, roles);
  return roles;
}

function deriveAll(facts: Facts): TenantRoles {
  return {
    Owner: derive(facts, "Owner"),
    Developer: derive(facts, "Developer"),
    Viewer: derive(facts, "Viewer"),
  };
}

function derive({ baseRoles }: Facts, role: TenantRole): DerivedRole {
  const derived = deriveRole(role, baseRoles[baseOf[role]]);
  if (derived.rules.length > 0) return derived;
  throw new ExpectedError(
    ExitCode.unable,
    `ClusterRole ${baseOf[role]} grants nothing that may pass to a tenant.`,
    {
      hint: `The role ${role} would be empty. Look at: kubectl get clusterrole ${baseOf[role]} -o yaml`,
    },
  );
}
