import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../manifests/manifest.ts";
import { RoleName } from "../../manifests/names.ts";
import { describeId, idOf } from "../../manifests/object.ts";
import type { Tenant, TenantRole } from "../../tenant/tenant.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { isEveryone } from "./cluster-bindings.ts";
import { type RbacSubject, RBAC_GROUP, subjectKey, subjectsOf } from "./subjects.ts";

/** What must hold of the RoleBindings in a tenant's set: the spec's subjects, all of them and nobody else. */
export const bindingGuarantees: readonly Guarantee[] = [onlyOurBindings, everyBinding, nobodyIsEverybody];

const roles = Object.keys(RoleName) as TenantRole[];
const TEMPLATE = "access/role-binding.yaml";

function onlyOurBindings({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return manifests.filter(isBinding).flatMap((manifest) => {
    const role = roles.find((each) => RoleName[each] === manifest.object.metadata.name);
    if (role === undefined) return [notOurs(manifest)];
    return [...judgeRoleRef(manifest, role), ...judgeSubjects(manifest, subjectsIn(manifest, tenant, role))];
  });
}

function judgeRoleRef(manifest: Manifest, role: TenantRole): Violation[] {
  const expected = { apiGroup: RBAC_GROUP, kind: "Role", name: RoleName[role] };
  if (isDeepStrictEqual({ ...(manifest.object["roleRef"] as object) }, expected)) return [];
  return [
    violation(
      manifest,
      "A RoleBinding binds the Role of its own name, never a ClusterRole.",
      "binds another role",
      "Use <role> for roleRef.name.",
    ),
  ];
}

function judgeSubjects(manifest: Manifest, expected: readonly RbacSubject[]): Violation[] {
  const given: unknown = manifest.object["subjects"];
  const subjects = Array.isArray(given) ? (given as RbacSubject[]) : [];
  const strangers = subjects.filter(
    (subject) => !expected.some((each) => isDeepStrictEqual({ ...each }, { ...subject })),
  );
  const missing = expected.filter(
    (each) => !subjects.some((subject) => isDeepStrictEqual({ ...each }, { ...subject })),
  );
  return [
    ...strangers.map((subject) => stranger(manifest, subject)),
    ...missing.map((subject) =>
      violation(
        manifest,
        "The tenant's subjects are bound.",
        `leaves out ${describe(subject)}`,
        "Use <subjects> for subjects.",
      ),
    ),
  ];
}

function everyBinding({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const found = new Set(
    manifests.filter(isBinding).map(({ object }) => `${object.metadata.namespace}/${object.metadata.name}`),
  );
  return tenant.namespaces.flatMap(({ name }) =>
    roles
      .filter((role) => subjectsOf(tenant, role, name).length > 0 && !found.has(`${name}/${RoleName[role]}`))
      .map((role) => ({
        rule: "The tenant's subjects are bound.",
        template: TEMPLATE,
        message: `RoleBinding ${name}/${RoleName[role]} is missing.`,
        remedy: "Take the packaged template as the start.",
      })),
  );
}

function nobodyIsEverybody({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.subjects ?? []).filter(isEveryone).map((subject) => ({
    rule: "A tenant's subjects are its own people, not everybody.",
    template: manifests.find(isBinding)?.template ?? TEMPLATE,
    message: `${subject.kind} ${subject.name} takes in the people of every other tenant.`,
    remedy: "Name a group of the tenant's own in spec.subjects.",
  }));
}

function subjectsIn({ object }: Manifest, tenant: Tenant, role: TenantRole): RbacSubject[] {
  const namespace = object.metadata.namespace ?? "";
  return tenant.namespaces.some(({ name }) => name === namespace) ? subjectsOf(tenant, role, namespace) : [];
}

function isBinding({ object }: Manifest): boolean {
  return object.kind === "RoleBinding" && idOf(object).group === RBAC_GROUP;
}

function notOurs(manifest: Manifest): Violation {
  const names = Object.values(RoleName).join(", ");
  return violation(
    manifest,
    "A tenant's RoleBindings bind its derived Roles.",
    `is none of ${names}`,
    "Remove it from the template.",
  );
}

function stranger(manifest: Manifest, subject: RbacSubject): Violation {
  const rule = "A RoleBinding binds only subjects of the spec.";
  return violation(
    manifest,
    rule,
    `binds ${describe(subject)}, who is not of this role in the spec`,
    "Use <subjects> for subjects.",
  );
}

function describe(subject: RbacSubject): string {
  return typeof subject?.kind === "string"
    ? subjectKey(subject).replaceAll('"', "")
    : "something that is no subject";
}

function violation({ template, object }: Manifest, rule: string, message: string, remedy: string): Violation {
  return { rule, template, message: `${describeId(idOf(object))} ${message}.`, remedy };
}
