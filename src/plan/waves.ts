import type { Owner } from "../manifests/manifest.ts";
import type { ObjectId } from "../manifests/object.ts";
import type { Change, Wave, WaveName } from "./plan.ts";
import { waveNames } from "./plan.ts";

const waveOfKind: Readonly<Record<string, WaveName>> = {
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": "guards",
  "admissionregistration.k8s.io/MutatingAdmissionPolicy": "guards",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": "guard-bindings",
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": "guard-bindings",
  "rbac.authorization.k8s.io/RoleBinding": "access",
  "rbac.authorization.k8s.io/ClusterRoleBinding": "access",
  "/Node": "nodes",
};

/** When an object is created: walls before access. What all tenants share begins with its namespace. */
function waveOf(owner: Owner, id: ObjectId): WaveName {
  if (id.group === "" && id.kind === "Namespace") return owner.kind === "cluster" ? "system" : "namespaces";
  return waveOfKind[`${id.group}/${id.kind}`] ?? "walls";
}

/** In the order of taking away: access first; nodes only when no pod is left on them. */
const takingAway = ["access", "walls", "namespaces", "nodes", "guard-bindings", "guards", "system"] as const;

const removing: ReadonlySet<string> = new Set(["delete", "release"]);

/**
 * The changes in waves. Access that is taken away goes first; then everything is set up; what else is no longer wanted
 * goes at the end, when what replaces it stands. A wave without changes is left out.
 */
export function inWaves(owner: Owner, changes: readonly Change[]): readonly Wave[] {
  const removals = changes.filter(({ action }) => removing.has(action));
  const others = changes.filter(({ action }) => !removing.has(action));
  const [revoke, ...prune] = takingAway;
  return [
    ...wavesNamed([revoke], owner, removals),
    ...wavesNamed(waveNames, owner, others),
    ...wavesNamed(prune, owner, removals),
  ];
}

function wavesNamed(names: readonly WaveName[], owner: Owner, changes: readonly Change[]): Wave[] {
  return names
    .map((name) => ({ name, changes: changes.filter(({ id }) => waveOf(owner, id) === name) }))
    .filter((wave) => wave.changes.length > 0);
}
