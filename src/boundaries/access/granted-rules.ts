import type { PolicyRule } from "../../facts/facts.ts";
import { parseRules } from "../../facts/policy-rule.ts";
import type { KubernetesObject } from "../../manifests/object.ts";

/** The rules that a binding gives; undefined when its role does not exist or cannot be read, so that nobody knows. */
export type GrantedRules = (binding: KubernetesObject) => readonly PolicyRule[] | undefined;

/** Looks up what bindings grant: what a role is called says nothing, its rules do. */
export function grantedRules(
  clusterRoles: readonly KubernetesObject[],
  roles: readonly KubernetesObject[] = [],
): GrantedRules {
  const rules = new Map(
    [...clusterRoles, ...roles].map((role) => [
      keyOf(role.kind, role.metadata.namespace, role.metadata.name),
      parseRules(role["rules"]),
    ]),
  );
  return (binding) => {
    const { kind = "", name = "" } = (binding["roleRef"] ?? {}) as { kind?: string; name?: string };
    const namespace = kind === "Role" ? binding.metadata.namespace : undefined;
    return rules.get(keyOf(kind, namespace, name));
  };
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return JSON.stringify([kind, namespace ?? "", name]);
}
