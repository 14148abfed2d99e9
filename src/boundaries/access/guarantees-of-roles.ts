import { parseRules } from "../../facts/policy-rule.ts";
import type { PolicyRule } from "../../facts/facts.ts";
import type { Manifest } from "../../manifests/manifest.ts";
import { RoleName } from "../../manifests/names.ts";
import { describeId, idOf } from "../../manifests/object.ts";
import type { TenantRole } from "../../tenant/tenant.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { type Atom, covers, describeAtom, expand } from "./atoms.ts";
import { deniedBecause } from "./deny.ts";
import { RBAC_GROUP } from "./subjects.ts";
import { tenantRoles } from "./tenant-roles.ts";

/** What must hold of the Roles in a tenant's set. A template may take rights away, and can never add one. */
export const roleGuarantees: readonly Guarantee[] = [onlyDerivedRights, everyRole];

const roles = Object.keys(RoleName) as TenantRole[];

function onlyDerivedRights({ manifests, tenant, facts }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return manifests.filter(isRole).flatMap((manifest) => {
    const role = roles.find((each) => RoleName[each] === manifest.object.metadata.name);
    if (role === undefined) return [foreignRole(manifest)];
    return excess(manifest, tenantRoles(facts)[role].rules).map((message) =>
      tooMuch(manifest, role, message),
    );
  });
}

/** What the Role grants beyond the rules it was derived as, one sentence each. */
function excess({ object }: Manifest, derived: readonly PolicyRule[]): string[] {
  if (object["rules"] === derived) return [];
  const rules = parseRules(object["rules"]);
  if (rules === undefined) return ["has rules that are none"];
  const urls = rules
    .flatMap((rule) => rule.nonResourceURLs ?? [])
    .map((url) => `grants ${url}, which no Role can`);
  const atoms = expand(rules).filter((atom) => !covers(derived, atom));
  return [...urls, ...atoms.map((atom) => `grants ${describeAtom(atom)}: ${whyNot(atom)}`)];
}

function whyNot(atom: Atom): string {
  return deniedBecause(atom) ?? "not among the rights that the role was derived with";
}

function everyRole({ manifests, tenant }: RenderedSet): Violation[] {
  const expected = (tenant?.namespaces ?? []).flatMap(({ name }) =>
    roles.map((role) => `${name}/${RoleName[role]}`),
  );
  const found = new Set(
    manifests.filter(isRole).map(({ object }) => `${object.metadata.namespace}/${object.metadata.name}`),
  );
  return expected
    .filter((each) => !found.has(each))
    .map((each) => ({
      rule: "Every namespace of a tenant has the three Roles.",
      template: "access/roles.yaml",
      message: `Role ${each} is missing.`,
      remedy: "Take the packaged template as the start.",
    }));
}

function isRole({ object }: Manifest): boolean {
  return object.kind === "Role" && idOf(object).group === RBAC_GROUP;
}

function foreignRole({ template, object }: Manifest): Violation {
  return {
    rule: "A tenant's Roles are those that are derived from admin, edit and view.",
    template,
    message: `${describeId(idOf(object))} is none of ${Object.values(RoleName).join(", ")}.`,
    remedy: "Remove it from the template.",
  };
}

function tooMuch({ template, object }: Manifest, role: TenantRole, message: string): Violation {
  return {
    rule: "A tenant's Role grants nothing but what it was derived with.",
    template,
    message: `${describeId(idOf(object))} ${message}.`,
    remedy: `Use <${role.toLowerCase()}Rules> for rules, or rules that grant less.`,
  };
}
