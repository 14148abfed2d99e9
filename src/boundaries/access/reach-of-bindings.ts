import type { KubernetesObject } from "../../manifests/object.ts";
import type { Reach } from "../boundary.ts";
import { reachOfGrants } from "../reach.ts";
import { subjectKey } from "./subjects.ts";
import { sameOutside } from "./unknown-fields.ts";

/**
 * A change to a RoleBinding or ClusterRoleBinding: whom it gives a role to. Another role counts as widening, because
 * what it grants is not known here; a binding without subjects gives nothing to anybody.
 */
export const roleBindingReach: Reach = (before, after) => {
  if (!sameOutside(before, after, ["subjects", "roleRef"])) return "widens";
  const [old, now] = [subjectsIn(before), subjectsIn(after)];
  if (old === undefined || now === undefined) return "widens";
  if (now.length > 0 && old.length > 0 && roleOf(before) !== roleOf(after)) return "widens";
  return reachOfGrants(old, now);
};

function roleOf(binding: KubernetesObject | undefined): string {
  const { apiGroup, kind, name } = (binding?.["roleRef"] ?? {}) as Readonly<Record<string, unknown>>;
  return JSON.stringify([apiGroup, kind, name]);
}

/** Undefined: they cannot be read. */
function subjectsIn(binding: KubernetesObject | undefined): string[] | undefined {
  const subjects = binding?.["subjects"] ?? [];
  if (!Array.isArray(subjects) || !subjects.every(isSubject)) return undefined;
  return subjects.map(subjectKey);
}

function isSubject(value: unknown): value is { readonly kind: string; readonly name: string } {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name } = value as Readonly<Record<string, unknown>>;
  return typeof kind === "string" && typeof name === "string";
}
