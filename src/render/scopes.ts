import type {
  ClusterScope,
  NamespaceScope,
  NodeScope,
  RuleScope,
  TemplateUse,
  TenantScope,
  Values,
} from "../boundaries/boundary.ts";
import type { Facts } from "../facts/facts.ts";
import type { Manifest } from "../manifests/manifest.ts";
import type { NetworkRule, Tenant, TenantNamespace } from "../tenant/tenant.ts";

/** One rendering of a template: everything its use decided for one scope. */
export interface Rendering {
  readonly form: Manifest["form"];
  readonly values: Values;
  readonly labels: Readonly<Record<string, string>>;
}

/** The renderings of a template for the cluster; none when it is a template of tenants. */
export function clusterRenderings(use: TemplateUse, facts: Facts): Rendering[] {
  return use.per === "cluster" ? renderingsOf(use, [{ facts }]) : [];
}

/** The renderings of a template for one tenant; none when it is a template of the cluster. */
export function tenantRenderings(use: TemplateUse, tenant: Tenant, facts: Facts): Rendering[] {
  const scope: TenantScope = { tenant, facts };
  if (use.per === "tenant") return renderingsOf(use, [scope]);
  if (use.per === "namespace") return renderingsOf(use, namespaceScopes(scope));
  if (use.per === "rule") return renderingsOf(use, ruleScopes(scope));
  return use.per === "node" ? renderingsOf(use, nodeScopes(scope)) : [];
}

interface UseOf<Scope> {
  readonly when?: (scope: Scope) => boolean;
  readonly form?: (scope: Scope) => Manifest["form"];
  readonly values: (scope: Scope) => Values;
  readonly labels?: (scope: Scope) => Readonly<Record<string, string>>;
}

function renderingsOf<Scope extends ClusterScope>(use: UseOf<Scope>, scopes: readonly Scope[]): Rendering[] {
  const wanted = scopes.filter((scope) => use.when === undefined || use.when(scope));
  return wanted.map((scope) => ({
    form: use.form?.(scope) ?? "object",
    values: use.values(scope),
    labels: use.labels?.(scope) ?? {},
  }));
}

function namespaceScopes(scope: TenantScope): NamespaceScope[] {
  return scope.tenant.namespaces.map((namespace) => ({ ...scope, namespace }));
}

function ruleScopes(scope: TenantScope): RuleScope[] {
  const { egress, ingress } = scope.tenant.network;
  return namespaceScopes(scope).flatMap((each) => [
    ...rulesFor(egress, each.namespace).map((rule): RuleScope => ({ ...each, rule, direction: "egress" })),
    ...rulesFor(ingress, each.namespace).map((rule): RuleScope => ({ ...each, rule, direction: "ingress" })),
  ]);
}

function rulesFor(rules: readonly NetworkRule[], namespace: TenantNamespace): readonly NetworkRule[] {
  return rules.filter((rule) => rule.namespaces === undefined || rule.namespaces.includes(namespace.name));
}

function nodeScopes(scope: TenantScope): NodeScope[] {
  const names = new Set(scope.tenant.nodes.pools.flatMap((pool) => pool.nodeNames ?? []));
  return [...names].map((node) => ({ ...scope, node }));
}
