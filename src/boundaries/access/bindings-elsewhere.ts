import type { PolicyRule } from "../../facts/facts.ts";
import { breakDown } from "../../facts/rules.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { boundSubjects, isEveryone, isOfTenant } from "./cluster-bindings.ts";
import type { GrantedRules } from "./granted-rules.ts";
import { describeSubject } from "./wall-writers.ts";

/** A RoleBinding outside of a tenant's namespaces by which the tenant has rights there. */
export interface BindingElsewhere {
  readonly binding: KubernetesObject;
  /** Whom of the tenant it names, and groups that everyone is in: `Group payments-admins`. */
  readonly subjects: readonly string[];
  /** What it grants; undefined where its role does not exist or cannot be read. */
  readonly rules: readonly PolicyRule[] | undefined;
  /** It gives everyone alike something to read that is no Secret, as clusters do for settings that all need. */
  readonly isPublic: boolean;
}

/** The RoleBindings outside of the tenant's namespaces that name its subjects, the ServiceAccounts of its namespaces, or everyone. */
export function bindingsElsewhere(
  tenant: Tenant,
  roleBindings: readonly KubernetesObject[],
  rulesOf: GrantedRules,
): readonly BindingElsewhere[] {
  const inside = new Set(tenant.namespaces.map(({ name }) => name));
  return roleBindings
    .filter(({ metadata }) => !inside.has(metadata.namespace ?? ""))
    .flatMap((binding) => {
      const all = boundSubjects(binding);
      const [own, everyone] = [all.filter((each) => isOfTenant(each, tenant)), all.filter(isEveryone)];
      const rules = rulesOf(binding);
      if (own.length + everyone.length === 0 || rules?.length === 0) return [];
      const isPublic = own.length === 0 && rules !== undefined && onlyReads(rules);
      return [{ binding, subjects: [...own, ...everyone].map(describeSubject), rules, isPublic }];
    });
}

const reading = new Set(["get", "list", "watch"]);

function onlyReads(rules: readonly PolicyRule[]): boolean {
  return rules
    .flatMap(breakDown)
    .every(({ verb, resource }) => reading.has(verb) && resource !== "*" && !resource.startsWith("secrets"));
}
