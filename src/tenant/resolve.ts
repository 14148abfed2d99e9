import type { Json, JsonMap } from "../manifests/object.ts";
import { canonicalAmounts, defaultedLimits } from "./limit-range.ts";
import { CLASS_ANNOTATION } from "./names.ts";
import type { EgressRule, IngressRule, LabelSelector, NetworkPeer, NetworkPort } from "./network-schema.ts";
import type { MergedSpec } from "./rules.ts";
import type { TenantInput, TenantSpecInput } from "./schema.ts";
import { completed, DEFAULT_SIZE, type Size } from "./sizes.ts";
import type { NamespaceInput, PoolInput, SubjectInput, TolerationInput } from "./spec-schema.ts";
import { identityOf } from "./subjects.ts";
import type { NetworkRule, NodePool, Subject, Tenant, TenantNamespace } from "./tenant.ts";

/** The Tenant of a document that was found valid: every default stated, what has no order sorted, quantities canonical. */
export function resolve(input: TenantInput, merged: MergedSpec): Tenant {
  const { name, spec } = merged;
  const className = spec.className ?? input.metadata.annotations?.[CLASS_ANNOTATION];
  return {
    name,
    ...(className === undefined ? {} : { className }),
    ...(merged.classRules === undefined ? {} : { classRules: merged.classRules }),
    labels: sortedMap(input.metadata.labels),
    namespaces: byName(
      (spec.namespaces ?? [{ name }]).map((namespace) => resolveNamespace(namespace, merged)),
    ),
    ...(spec.budget === undefined ? {} : { budget: { hard: canonicalAmounts(spec.budget.hard) } }),
    subjects: (spec.subjects ?? [])
      .map(resolveSubject)
      .sort((one, other) => compare(identityOf(one), identityOf(other))),
    nodes: {
      mode: spec.nodes?.mode ?? "Dedicated",
      pools: byName((spec.nodes?.pools ?? []).map(resolvePool)),
    },
    pods: spec.pods?.runtimeClassName === undefined ? {} : { runtimeClassName: spec.pods.runtimeClassName },
    allowed: resolveAllowed(spec.allowed),
    network: resolveNetwork(spec.network),
  };
}

function resolveNamespace(input: NamespaceInput, { spec, sizes }: MergedSpec): TenantNamespace {
  const sizeName = input.size ?? DEFAULT_SIZE;
  const size = sizes.get(sizeName) ?? { hard: {}, limits: [] };
  // The very map of the size where nothing is added: what is computed from it is then computed once for all.
  const hard =
    input.quota === undefined ? size.hard : canonicalAmounts({ ...size.hard, ...input.quota.hard });
  const limits = resolveLimits(input, size);
  const isSize = same(hard, size.hard) && same(limits, byType(size.limits));
  const warnsUntil = input.enforcement?.mode === "Warn" ? input.enforcement.until : undefined;
  return {
    name: input.name,
    existing: input.existing ?? false,
    labels: sortedMap(input.labels),
    podSecurity: input.podSecurity ?? spec.pods?.podSecurity ?? "restricted",
    ...(warnsUntil === undefined ? {} : { enforcement: { mode: "Warn", until: warnsUntil } }),
    ...(isSize ? { size: sizeName } : {}),
    quota: { hard },
    limitRange: { limits },
  };
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function resolveLimits(input: NamespaceInput, size: Size): readonly JsonMap[] {
  const own = input.limitRange?.limits.map(defaultedLimits);
  const limits = own === undefined ? size.limits : completed(own, size.limits);
  return byType(limits);
}

function byType(limits: Size["limits"]): readonly JsonMap[] {
  return [...limits].sort((one, other) => compare(one.type, other.type)) as unknown as readonly JsonMap[];
}

function resolveSubject(input: SubjectInput): Subject {
  const { namespaces, ...subject } = input;
  return namespaces === undefined ? subject : { ...subject, namespaces: [...namespaces].sort() };
}

function resolvePool(input: PoolInput): NodePool {
  const { name, nodeNames, nodeSelector, tolerations = [] } = input;
  return {
    name,
    ...(nodeNames === undefined ? {} : { nodeNames: [...nodeNames].sort() }),
    ...(nodeSelector === undefined ? {} : { nodeSelector: sortedMap(nodeSelector) }),
    tolerations: tolerations
      .map(resolveToleration)
      .sort((one, other) => compare(JSON.stringify(one), JSON.stringify(other))),
  };
}

function resolveToleration(input: TolerationInput): NodePool["tolerations"][number] {
  const { key, operator = "Equal", value, effect, tolerationSeconds } = input;
  return {
    key,
    operator,
    ...(operator === "Exists" ? {} : { value: value ?? "" }),
    ...(effect === undefined ? {} : { effect }),
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  };
}

function resolveAllowed(input: TenantSpecInput["allowed"]): Tenant["allowed"] {
  return {
    imageRegistries: [...(input?.imageRegistries ?? [])].sort(),
    storageClassNames: [...(input?.storageClassNames ?? [])].sort(),
    priorityClassNames: [...(input?.priorityClassNames ?? [])].sort(),
    csiDrivers: [...(input?.csiDrivers ?? [])].sort(),
    tokenAudiences: [...(input?.tokenAudiences ?? [])].sort(),
  };
}

function resolveNetwork(input: TenantSpecInput["network"]): Tenant["network"] {
  return {
    dns: input?.dns ?? "Allow",
    apiServer: input?.apiServer ?? "Deny",
    egress: byName((input?.egress ?? []).map((rule) => resolveRule(rule, rule.to))),
    ingress: byName((input?.ingress ?? []).map((rule) => resolveRule(rule, rule.from))),
  };
}

function resolveRule(rule: EgressRule | IngressRule, peers: readonly NetworkPeer[]): NetworkRule {
  return {
    name: rule.name,
    ...(rule.namespaces === undefined ? {} : { namespaces: [...rule.namespaces].sort() }),
    podSelector: canonicalSelector(rule.podSelector ?? {}),
    peers: peers.map(canonicalPeer),
    ...(rule.ports === undefined ? {} : { ports: rule.ports.map(canonicalPort) }),
  };
}

/** Without the empty lists and maps that the API server would drop. */
function canonicalSelector(selector: LabelSelector): JsonMap {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels: sortedMap(matchLabels) }),
    ...(matchExpressions.length === 0
      ? {}
      : { matchExpressions: matchExpressions.map(canonicalRequirement) }),
  };
}

function canonicalRequirement(requirement: NonNullable<LabelSelector["matchExpressions"]>[number]): Json {
  const { key, operator, values = [] } = requirement;
  return values.length === 0 ? { key, operator } : { key, operator, values };
}

function canonicalPeer(peer: NetworkPeer): JsonMap {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  const except = ipBlock?.except ?? [];
  return {
    ...(ipBlock === undefined
      ? {}
      : { ipBlock: { cidr: ipBlock.cidr, ...(except.length === 0 ? {} : { except }) } }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: canonicalSelector(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { podSelector: canonicalSelector(podSelector) }),
  };
}

function canonicalPort(port: NetworkPort): JsonMap {
  return { ...port, protocol: port.protocol ?? "TCP" };
}

function sortedMap(map: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => compare(one, other)));
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((one, other) => compare(one.name, other.name));
}

/** By code units: the same on every machine, whatever its language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
