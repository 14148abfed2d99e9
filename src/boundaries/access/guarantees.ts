import type { Manifest } from "../../manifests/manifest.ts";
import { describeId, idOf } from "../../manifests/object.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { bindingGuarantees } from "./guarantees-of-bindings.ts";
import { roleGuarantees } from "./guarantees-of-roles.ts";
import { serviceAccountGuarantees } from "./guarantees-of-service-accounts.ts";
import { RBAC_GROUP } from "./subjects.ts";

/** What must hold of who may do what in a tenant, whatever the templates said. */
export const accessGuarantees: readonly Guarantee[] = [
  nothingClusterWide,
  onlyInTheTenant,
  ...roleGuarantees,
  ...bindingGuarantees,
  ...serviceAccountGuarantees,
];

const ours = new Set(["Role", "RoleBinding"]);

/** Only a Role and a RoleBinding end at the border of a namespace. */
function nothingClusterWide({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const wide = manifests.filter(({ object }) => idOf(object).group === RBAC_GROUP && !ours.has(object.kind));
  return wide.map((manifest) => ({
    rule: "A tenant has Roles and RoleBindings, and nothing of RBAC beyond its namespaces.",
    template: manifest.template,
    message: `${describeId(idOf(manifest.object))} would reach other tenants.`,
    remedy: "Remove it from the template.",
  }));
}

function onlyInTheTenant({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const names = new Set(tenant.namespaces.map(({ name }) => name));
  return manifests
    .filter((manifest) => isAccess(manifest) && !names.has(idOf(manifest.object).namespace))
    .map((manifest) => ({
      rule: "A tenant's Roles, RoleBindings and ServiceAccounts lie in its own namespaces.",
      template: manifest.template,
      message: `${describeId(idOf(manifest.object))} is not in a namespace of tenant ${tenant.name}.`,
      remedy: "Use <namespace> for metadata.namespace.",
    }));
}

function isAccess({ object }: Manifest): boolean {
  const { group, kind } = idOf(object);
  return (group === RBAC_GROUP && ours.has(kind)) || (group === "" && kind === "ServiceAccount");
}
