import {
  ENFORCEMENT_LABEL,
  GuardParameter,
  MANAGED_BY_LABEL,
  SYSTEM_NAMESPACE,
  TENANT_KEY,
  WARN_UNTIL_ANNOTATION,
} from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Manifest } from "../../manifests/manifest.ts";
import type { Facts } from "../../facts/facts.ts";
import { securityMeaning } from "../../tenant/labels.ts";
import type { Tenant, TenantNamespace } from "../../tenant/tenant.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { guardParameters, nodeSelectorParameter, poolSelector } from "./parameters.ts";
import { enforcedLevel, enforcementOf } from "./enforcement.ts";
import {
  POD_SECURITY_VERSION,
  podSecurityLabel,
  type PodSecurityMode,
  podSecurityModes,
  podSecurityStrictness,
} from "./pod-security.ts";

/** What must hold of every namespace of a tenant and of mtenant's own. */
export const namespaceGuarantees: readonly Guarantee[] = [
  onlyTheNamespaces,
  tenantNamespaces,
  systemNamespace,
  onlyAdoptedWarn,
  keyedTolerations,
  exactParameters,
  dedicatedNodes,
];

type Labels = Readonly<Record<string, string>>;

function tenantNamespaces({ manifests, tenant, facts }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return tenant.namespaces.flatMap((own) => {
    const found = find(manifests, own.name);
    return found === undefined
      ? [missing(own.name, "namespace/namespace.yaml")]
      : judgeNamespace(found, own, { tenant, facts });
  });
}

function judgeNamespace(
  manifest: Manifest,
  own: TenantNamespace,
  { tenant, facts }: { tenant: Tenant; facts: Facts },
): Violation[] {
  const { labels = {}, annotations = {} } = manifest.object.metadata;
  const violation = violationOf(manifest);
  const violations = [
    ...judgePodSecurity(labels, (mode) => enforcedLevel(own, mode), violation),
    ...judgeEnforcement(manifest.object.metadata, own, violation),
    ...judgeParameters(annotations, guardParameters(tenant, own, facts), violation),
    ...judgeForm(manifest, own, violation),
    ...judgeOtherLabels(labels, { ...own.labels, ...tenant.labels }, violation),
  ];
  if (labels[TENANT_KEY] !== tenant.name) {
    violations.push(
      violation(
        "A namespace names its tenant.",
        `${TENANT_KEY} must be ${tenant.name}`,
        "Use <tenant> for it.",
      ),
    );
  }
  return violations;
}

type MakeViolation = (rule: string, message: string, remedy: string) => Violation;

function violationOf({ template, object }: Manifest): MakeViolation {
  return (rule, message, remedy) => ({
    rule,
    template,
    message: `Namespace ${object.metadata.name}: ${message}.`,
    remedy,
  });
}

function judgePodSecurity(
  labels: Labels,
  levelOf: (mode: PodSecurityMode) => string,
  violation: MakeViolation,
): Violation[] {
  return podSecurityModes.flatMap((mode) => {
    const [label, level] = [podSecurityLabel(mode), levelOf(mode)];
    const found: Violation[] = [];
    if (podSecurityStrictness(labels[label]) < podSecurityStrictness(level) || !isLevel(labels[label])) {
      found.push(
        violation(
          "Pod Security holds pods to the level of the spec, or a stricter one.",
          `${label} must be ${level}`,
          "Use <podSecurity> for it.",
        ),
      );
    }
    if (labels[`${label}-version`] !== POD_SECURITY_VERSION) {
      found.push(
        violation(
          "The version of the Pod Security Standards is pinned.",
          `${label}-version must be ${POD_SECURITY_VERSION}`,
          "Use <podSecurityVersion> for it.",
        ),
      );
    }
    return found;
  });
}

/** No override can have the guards only warn where the spec does not say so, or for longer. */
function judgeEnforcement(
  { labels = {}, annotations = {} }: KubernetesObject["metadata"],
  own: TenantNamespace,
  violation: MakeViolation,
): Violation[] {
  const rule = "The guards refuse, unless the spec gives an adopted namespace a stage of warnings.";
  const [mode, until] = [enforcementOf(own), own.enforcement?.until ?? ""];
  const found: Violation[] = [];
  if (labels[ENFORCEMENT_LABEL] !== mode)
    found.push(violation(rule, `${ENFORCEMENT_LABEL} must be ${mode}`, "Use <enforcement> for it."));
  if (annotations[WARN_UNTIL_ANNOTATION] !== until)
    found.push(
      violation(rule, `${WARN_UNTIL_ANNOTATION} must be ${JSON.stringify(until)}`, "Use <warnUntil> for it."),
    );
  return found;
}

/** The spec's own rule, kept here as well: whatever was resolved, a namespace of ours is never without its guards. */
function onlyAdoptedWarn({ tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? [])
    .filter(({ existing, enforcement }) => enforcement !== undefined && !existing)
    .map(({ name }) => ({
      rule: "The guards refuse, unless the spec gives an adopted namespace a stage of warnings.",
      template: "namespace/namespace.yaml",
      message: `Namespace ${name} is not adopted, but its guards would only warn.`,
      remedy: "Take enforcement out of the spec.",
    }));
}

function isLevel(level: string | undefined): boolean {
  return level === "privileged" || podSecurityStrictness(level) > 0;
}

function judgeParameters(
  annotations: Labels,
  parameters: Readonly<Record<keyof typeof GuardParameter, string>>,
  violation: MakeViolation,
): Violation[] {
  const names = Object.keys(GuardParameter) as (keyof typeof GuardParameter)[];
  return names
    .filter((name) => annotations[GuardParameter[name]] !== parameters[name])
    .map((name) =>
      violation(
        "The guards' parameters are those of the spec.",
        `the annotation ${GuardParameter[name]} must be ${JSON.stringify(parameters[name])}`,
        "Use the placeholder of the packaged template for it.",
      ),
    );
}

function judgeForm(manifest: Manifest, own: TenantNamespace, violation: MakeViolation): Violation[] {
  if ((manifest.form === "amendment") === own.existing) return [];
  return [
    violation(
      "An adopted namespace is amended, every other is created.",
      `its form is ${manifest.form}`,
      "Leave the form to mtenant.",
    ),
  ];
}

function judgeOtherLabels(labels: Labels, spec: Labels, violation: MakeViolation): Violation[] {
  const ours = new Set<string>([
    MANAGED_BY_LABEL,
    TENANT_KEY,
    ENFORCEMENT_LABEL,
    ...podSecurityModes.flatMap((mode) => [podSecurityLabel(mode), `${podSecurityLabel(mode)}-version`]),
  ]);
  // What Kubernetes itself reads is more than what is known of it.
  const hasMeaning = (key: string): boolean =>
    securityMeaning(key) !== undefined || key.startsWith("kubernetes.io/");
  const foreign = Object.keys(labels).filter(
    (key) => !ours.has(key) && !Object.hasOwn(spec, key) && hasMeaning(key),
  );
  return foreign.map((key) =>
    violation(
      "A template adds no label that decides about rights, admission or ownership.",
      `the label ${key} does not come from the spec`,
      "Remove it from the template.",
    ),
  );
}

function onlyTheNamespaces({ manifests, tenant }: RenderedSet): Violation[] {
  const names = tenant === undefined ? [SYSTEM_NAMESPACE] : tenant.namespaces.map((each) => each.name);
  return manifests
    .filter(({ object }) => object.kind === "Namespace" && !names.includes(object.metadata.name))
    .map((manifest) =>
      violationOf(manifest)(
        "No namespace is rendered that was not asked for.",
        "it is not of the spec",
        "Remove it from the template.",
      ),
    );
}

function systemNamespace({ manifests, tenant }: RenderedSet): Violation[] {
  if (tenant !== undefined) return [];
  const found = find(manifests, SYSTEM_NAMESPACE);
  if (found === undefined) return [missing(SYSTEM_NAMESPACE, "namespace/system.yaml")];
  return judgePodSecurity(found.object.metadata.labels ?? {}, () => "restricted", violationOf(found));
}

/** A toleration without a key tolerates every taint, also those of the other tenants. */
function keyedTolerations({ tenant }: RenderedSet): Violation[] {
  const pools = tenant?.nodes.pools ?? [];
  return pools
    .filter((pool) => pool.tolerations.some((each) => (each.key ?? "") === "" || each.key === TENANT_KEY))
    .map((pool) => ({
      rule: "A tenant tolerates only what its own pools carry.",
      template: "namespace/namespace.yaml",
      message: `The pool ${pool.name} of tenant ${tenant?.name} has a toleration without a key, or for the taint of tenants.`,
      remedy: "Name the key of the taint; the tenant's own taint needs no entry.",
    }));
}

/** The guards split the parameters at these characters: one inside an item would allow something else. */
function exactParameters({ tenant }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const { allowed, nodes, pods } = tenant;
  const selectors = nodes.pools.flatMap((pool) => Object.entries(pool.nodeSelector ?? {}).flat());
  const items = [
    ...Object.values(allowed).flat(),
    ...selectors,
    ...(pods.runtimeClassName === undefined ? [] : [pods.runtimeClassName]),
  ];
  return items
    .filter((item) => item === "" || /[,;=\s]/.test(item))
    .map((item) => ({
      rule: "What the guards read is exactly what the spec says.",
      template: "namespace/namespace.yaml",
      message: `${JSON.stringify(item)} of tenant ${tenant.name} is empty, or holds a character that separates parameters.`,
      remedy: "Name each item by itself in the spec.",
    }));
}

function dedicatedNodes({ tenant }: RenderedSet): Violation[] {
  if (tenant?.nodes.mode !== "Dedicated") return [];
  const unmarked = tenant.nodes.pools.some(
    (pool) => Object.keys(poolSelector(tenant.name, pool)).length === 0,
  );
  if (!unmarked && nodeSelectorParameter(tenant) !== "") return [];
  return [
    {
      rule: "Pods of a tenant with dedicated nodes run there and nowhere else.",
      template: "namespace/namespace.yaml",
      message: `The tenant ${tenant.name} has dedicated nodes, but no pool that says which.`,
      remedy: "Give spec.nodes.pools node names or a nodeSelector, or another spec.nodes.mode.",
    },
  ];
}

function find(manifests: readonly Manifest[], name: string): Manifest | undefined {
  return manifests.find(
    ({ object }) =>
      object.kind === "Namespace" && object.apiVersion === "v1" && object.metadata.name === name,
  );
}

function missing(name: string, template: string): Violation {
  return {
    rule: "Every namespace is rendered.",
    template,
    message: `Namespace ${name} is missing.`,
    remedy: "Take the packaged template as the start.",
  };
}
