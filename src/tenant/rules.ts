import type { Finding } from "./finding.ts";
import { controlPlaneNamespace } from "./names.ts";
import { poolFaults, selectorFaults } from "./pools.ts";
import type { TenantSpecInput } from "./schema.ts";
import type { Sizes } from "./sizes.ts";
import { didYouMean } from "./suggest.ts";
import type { ClassRules } from "./tenant.ts";

/** A tenant's spec with its class merged in, before defaults and sizes are filled in. */
export interface MergedSpec {
  readonly name: string;
  readonly spec: TenantSpecInput;
  readonly sizes: Sizes;
  /** Of the class, or of the class that a resolved document was made with. */
  readonly classRules?: ClassRules;
}

/** What is wrong with a merged spec as a whole: fields that do not fit together, names that lead nowhere. */
export function specFindings(merged: MergedSpec): readonly Finding[] {
  return [
    nodeFindings,
    poolFindings,
    levelFindings,
    namespaceFindings,
    subjectFindings,
    ruleFindings,
  ].flatMap((rule) => rule(merged));
}

/** The names of the tenant's namespaces: one that is called as the tenant when the spec lists none. */
function namespaceNames({ name, spec }: Pick<MergedSpec, "name" | "spec">): readonly string[] {
  return spec.namespaces?.map((namespace) => namespace.name) ?? [name];
}

function nodeFindings({ spec }: MergedSpec): readonly Finding[] {
  const mode = spec.nodes?.mode;
  const pools = spec.nodes?.pools ?? [];
  if (mode === undefined) {
    return [
      {
        path: ["spec", "nodes", "mode"],
        message: "is required: Dedicated, Sandboxed or Shared, here or in the class",
      },
    ];
  }
  if (mode === "Dedicated" && pools.length === 0) {
    return [
      {
        path: ["spec", "nodes", "pools"],
        message: "Dedicated needs at least one pool of nodes, by nodeNames or nodeSelector",
      },
    ];
  }
  if (mode === "Shared" && pools.length > 0) {
    return [
      { path: ["spec", "nodes", "pools"], message: "Shared takes no pools; use Dedicated, or remove them" },
    ];
  }
  return mode === "Sandboxed" ? sandboxFindings(spec) : [];
}

function sandboxFindings(spec: TenantSpecInput): readonly Finding[] {
  const named = (spec.nodes?.pools ?? []).findIndex((pool) => pool.nodeNames !== undefined);
  const findings: Finding[] = [];
  if (spec.pods?.runtimeClassName === undefined) {
    findings.push({
      path: ["spec", "pods", "runtimeClassName"],
      message: "is required for nodes.mode Sandboxed: the RuntimeClass of the sandbox",
    });
  }
  if (named >= 0) {
    const message =
      "designates nodes to this tenant, which Sandboxed does not; use nodeSelector, or Dedicated";
    findings.push({ path: ["spec", "nodes", "pools", named, "nodeNames"], message });
  }
  return findings;
}

function poolFindings({ name, spec }: MergedSpec): readonly Finding[] {
  const seen = new Map<string, string>();
  return (spec.nodes?.pools ?? []).flatMap((pool, index) => {
    const path = ["spec", "nodes", "pools", index];
    const all = [...poolFaults(pool), ...selectorFaults(pool, { tenant: name, mode: spec.nodes?.mode })];
    const faults = all.map((fault) => ({
      path: [...path, ...fault.path],
      message: fault.message,
    }));
    const repeated = (pool.nodeNames ?? []).flatMap((node, position) => {
      const other = seen.get(node);
      seen.set(node, pool.name);
      return other === undefined || other === pool.name
        ? []
        : [{ path: [...path, "nodeNames", position], message: `node ${node} is in pool ${other} already` }];
    });
    return [...faults, ...repeated];
  });
}

/** Privileged pods are root on their node, whatever else holds there. */
function levelFindings({ spec }: MergedSpec): readonly Finding[] {
  const mode = spec.nodes?.mode;
  if (mode !== "Shared" && mode !== "Sandboxed") return [];
  const places = [
    { level: spec.pods?.podSecurity, path: ["spec", "pods", "podSecurity"] },
    ...(spec.namespaces ?? []).map(({ podSecurity: level }, index) => ({
      level,
      path: ["spec", "namespaces", index, "podSecurity"],
    })),
  ];
  const message = `privileged takes every wall between this tenant and the others on ${mode} nodes away; use Dedicated, or baseline`;
  return places.filter(({ level }) => level === "privileged").map(({ path }) => ({ path, message }));
}

function namespaceFindings(merged: MergedSpec): readonly Finding[] {
  const reserved = controlPlaneNamespace(merged.name);
  return (merged.spec.namespaces ?? []).flatMap((namespace, index) => {
    const path = ["spec", "namespaces", index];
    const findings: Finding[] = [];
    if (namespace.name === reserved) {
      findings.push({
        path: [...path, "name"],
        message: `${reserved} is kept for a control plane of the tenant's own`,
      });
    }
    if (namespace.enforcement?.mode === "Warn" && namespace.existing !== true) {
      findings.push({
        path: [...path, "enforcement"],
        message: "only an adopted namespace (existing: true) has a stage of warnings; remove it",
      });
    }
    if (namespace.size !== undefined && !merged.sizes.has(namespace.size)) {
      const known = [...merged.sizes.keys()];
      const message = `there is no size ${JSON.stringify(namespace.size)}; there are ${known.join(", ")}${didYouMean(namespace.size, known)}`;
      findings.push({ path: [...path, "size"], message });
    }
    return findings;
  });
}

function subjectFindings(merged: MergedSpec): readonly Finding[] {
  const own = namespaceNames(merged);
  const inside = new Set([...own, controlPlaneNamespace(merged.name)]);
  return (merged.spec.subjects ?? []).flatMap((subject, index) => {
    const path = ["spec", "subjects", index];
    const unknown = foreignNames(subject.namespaces, own, [...path, "namespaces"]);
    if (
      subject.kind !== "ServiceAccount" ||
      subject.namespace === undefined ||
      !inside.has(subject.namespace)
    )
      return unknown;
    const message =
      "is the tenant's own namespace: whoever may run pods there could use the account; take one outside of the tenant";
    return [...unknown, { path: [...path, "namespace"], message }];
  });
}

function ruleFindings(merged: MergedSpec): readonly Finding[] {
  const own = namespaceNames(merged);
  return (["egress", "ingress"] as const).flatMap((direction) =>
    (merged.spec.network?.[direction] ?? []).flatMap((rule, index) =>
      foreignNames(rule.namespaces, own, ["spec", "network", direction, index, "namespaces"]),
    ),
  );
}

function foreignNames(
  names: readonly string[] | undefined,
  own: readonly string[],
  path: Finding["path"],
): Finding[] {
  return (names ?? []).flatMap((name, index) => {
    if (own.includes(name)) return [];
    return [
      {
        path: [...path, index],
        message: `${JSON.stringify(name)} is no namespace of the tenant${didYouMean(name, own)}`,
      },
    ];
  });
}
