import type { Manifest } from "../../manifests/manifest.ts";
import type { Json, JsonMap } from "../../manifests/object.ts";
import { parseQuantity } from "../../manifests/quantity.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { countKeys, hardOf, never } from "./hard.ts";
import { asMap, limitedResources, limitsOf } from "./limits.ts";
import { foreignPriorityClasses } from "./priority.ts";

/** What must hold of the quotas and limits of every namespace of a tenant. */
export const resourcesGuarantees: readonly Guarantee[] = [
  quantities,
  scopedQuotas,
  containerLimits,
  countedKinds,
  givenNever,
];

/** Quotas add up to the least of each number, so one at most as large as the spec's suffices. */
function quantities({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap((own) => {
    const quotas = quotasIn(manifests, own.name).filter((quota) => scopesOf(quota).length === 0);
    return Object.entries(hardOf(own))
      .filter(([name, most]) => !quotas.some((quota) => atMost(asMap(quota["hard"])[name], most)))
      .map(([name, most]) => ({
        rule: "The quota limits every resource of the spec and every kind that the tenant can create.",
        template: "resources/quota.yaml",
        message: `In namespace ${own.name} no quota without scopes limits ${name} to ${most} or less.`,
        remedy: "Use <hard> for spec.hard.",
      }));
  });
}

function atMost(amount: Json | undefined, most: string): boolean {
  if (amount === most) return true;
  const [is, limit] = [parseQuantity(String(amount ?? "")), parseQuantity(most)];
  return is !== undefined && limit !== undefined && is.nano <= limit.nano;
}

function scopedQuotas({ manifests, tenant, facts }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap((own) => {
    const closed = quotasIn(manifests, own.name)
      .filter((quota) => atMost(asMap(quota["hard"])["pods"], "0"))
      .map(scopesOf);
    const foreign = tenant === undefined ? [] : foreignPriorityClasses(tenant, facts);
    const classes = new Set(
      closed.flatMap((scopes) => (isOnly(scopes, "PriorityClass", "In") ? valuesOf(scopes[0]) : [])),
    );
    const missing = foreign.filter((name) => !classes.has(name)).map((name) => foreignClass(own.name, name));
    return closed.some((scopes) => isOnly(scopes, "CrossNamespacePodAffinity", "Exists"))
      ? missing
      : [crossNamespace(own.name), ...missing];
  });
}

function isOnly(scopes: readonly JsonMap[], name: string, operator: string): boolean {
  const [only, ...more] = scopes;
  return more.length === 0 && only?.["scopeName"] === name && only["operator"] === operator;
}

function valuesOf(scope: JsonMap | undefined): readonly Json[] {
  const values = scope?.["values"];
  return Array.isArray(values) ? values : [];
}

/** All scopes that a quota is limited to; the old list form counts as expressions without an operator. */
function scopesOf(spec: JsonMap): JsonMap[] {
  const expressions = asMap(spec["scopeSelector"])["matchExpressions"];
  const old = Array.isArray(spec["scopes"])
    ? spec["scopes"].map((scopeName: Json): JsonMap => ({ scopeName }))
    : [];
  return [...(Array.isArray(expressions) ? expressions.map(asMap) : []), ...old];
}

function crossNamespace(namespace: string): Violation {
  return {
    rule: "No pod chooses its place by pods of other namespaces.",
    template: "resources/quota-affinity.yaml",
    message: `In namespace ${namespace} no quota of 0 pods has the scope CrossNamespacePodAffinity, and only that.`,
    remedy: "Take the packaged template as the start.",
  };
}

function foreignClass(namespace: string, name: string): Violation {
  return {
    rule: "No pod has a PriorityClass that the spec does not allow.",
    template: "resources/quota-priority.yaml",
    message: `In namespace ${namespace} no quota of 0 pods has the scope PriorityClass In [${name}], and only that.`,
    remedy: "Use <foreignPriorityClasses> for the scope's values.",
  };
}

function containerLimits({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap((own) => {
    const items = specsIn(manifests, own.name, "LimitRange").flatMap((spec) =>
      Array.isArray(spec["limits"]) ? spec["limits"].map(asMap) : [],
    );
    const wrong = [...missingDefaults(items), ...missingMaxima(items, limitsOf(own))];
    return wrong.map((message) => ({
      rule: "Every container has limits, and none above those of the spec.",
      template: "resources/limit-range.yaml",
      message: `In namespace ${own.name} ${message}.`,
      remedy: "Use <limits> for spec.limits.",
    }));
  });
}

function missingDefaults(items: readonly JsonMap[]): string[] {
  const containers = items.filter((item) => item["type"] === "Container");
  return limitedResources
    .filter(
      (name) =>
        !containers.some((item) => parseQuantity(String(asMap(item["default"])[name] ?? "")) !== undefined),
    )
    .map((name) => `no LimitRange has a default of ${name} for containers`);
}

function missingMaxima(items: readonly JsonMap[], wanted: readonly JsonMap[]): string[] {
  return wanted.flatMap((want) =>
    ["max", "maxLimitRequestRatio"].flatMap((field) =>
      Object.entries(asMap(want[field]))
        .filter(
          ([name, most]) =>
            !items.some(
              (item) => item["type"] === want["type"] && atMost(asMap(item[field])[name], String(most)),
            ),
        )
        .map(
          ([name, most]) =>
            `no LimitRange has ${field} ${name} of ${String(most)} or less for ${String(want["type"])}`,
        ),
    ),
  );
}

/** Kinds that no quota counts, and that hold nothing (kubernetes: pkg/quota/v1/install/registry.go, ignoredResources). */
const UNCOUNTED = new Set([
  "/events",
  "events.k8s.io/events",
  "authorization.k8s.io/localsubjectaccessreviews",
]);

/** Whatever the Roles of the set let somebody create is counted in that namespace. */
function countedKinds({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const counted = new Map<string, ReadonlySet<string>>();
  return manifests
    .filter(({ object }) => object.kind === "Role")
    .flatMap((role) => {
      const namespace = role.object.metadata.namespace ?? "";
      const names = counted.get(namespace) ?? countedIn(manifests, namespace);
      counted.set(namespace, names);
      return creatable(role.object["rules"])
        .filter(([group, resource]) => !countKeys(group, resource).some((key) => names.has(key)))
        .map(([group, resource]) => ({
          rule: "Every kind that the tenant can create is counted.",
          template: "resources/quota.yaml",
          message: `Role ${namespace}/${role.object.metadata.name} allows to create ${resource}${group === "" ? "" : `.${group}`}, which no quota counts.`,
          remedy: "Add a count for it to spec.quota.hard, or take the right out of the Role.",
        }));
    });
}

type GroupResource = readonly [group: string, resource: string];

// Not state: a pure function of rules that never change, kept because a thousand tenants share them.
const known = new WeakMap<readonly unknown[], readonly GroupResource[]>();

function creatable(rules: unknown): readonly GroupResource[] {
  if (!Array.isArray(rules)) return [];
  const found = known.get(rules) ?? creatableBy(rules);
  known.set(rules, found);
  return found;
}

function creatableBy(rules: readonly unknown[]): GroupResource[] {
  return rules
    .map(asMap)
    .filter((rule) => texts(rule["verbs"]).some((verb) => verb === "create" || verb === "*"))
    .flatMap((rule) =>
      texts(rule["apiGroups"]).flatMap((group) =>
        texts(rule["resources"]).map((resource): GroupResource => [group, resource]),
      ),
    )
    .filter(([group, resource]) => !resource.includes("/") && !UNCOUNTED.has(`${group}/${resource}`));
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What the quotas of a namespace that hold for everything in it count or limit. */
function countedIn(manifests: readonly Manifest[], namespace: string): ReadonlySet<string> {
  const whole = quotasIn(manifests, namespace).filter((quota) => scopesOf(quota).length === 0);
  return new Set(whole.flatMap((quota) => Object.keys(asMap(quota["hard"]))));
}

/** The spec cannot ask for what a tenant never gets: saying so is better than silently giving none. */
function givenNever({ tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap((own) =>
    Object.entries(never)
      .filter(([name, most]) => own.quota.hard[name] !== undefined && !atMost(own.quota.hard[name], most))
      .map(([name]) => ({
        rule: "A tenant has no NodePorts and no load balancers.",
        template: "resources/quota.yaml",
        message: `The spec asks for ${name} in namespace ${own.name}.`,
        remedy: `Remove ${name} from spec.namespaces, or set it to 0.`,
      })),
  );
}

function quotasIn(manifests: readonly Manifest[], namespace: string): JsonMap[] {
  return specsIn(manifests, namespace, "ResourceQuota");
}

function specsIn(manifests: readonly Manifest[], namespace: string, kind: string): JsonMap[] {
  return manifests
    .filter(
      ({ object }) =>
        object.apiVersion === "v1" && object.kind === kind && object.metadata.namespace === namespace,
    )
    .map(({ object }) => asMap(object["spec"]));
}
