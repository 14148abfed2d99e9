import type { Manifest } from "../../manifests/manifest.ts";
import type { Json, JsonMap } from "../../manifests/object.ts";
import type { NetworkRule } from "../../tenant/tenant.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { expectedFlows } from "./expected.ts";
import { allowsAll, type Flow, flowsOf } from "./flows.ts";
import { forbiddenNetworks } from "./forbidden.ts";
import { peerProblems } from "./rules.ts";
import { isMap, type Requirement, requirements } from "./selector.ts";

/** What must hold of the network of every namespace of a tenant. */
export const networkGuarantees: readonly Guarantee[] = [defaultDeny, wellFormed, nothingMore, declaredRules];

/** A policy of both types for every pod, without rules, isolates them all, whatever the others allow. */
function defaultDeny({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? [])
    .filter((own) => !policiesIn(manifests, own.name).some(isolatesEverything))
    .map((own) => ({
      rule: "Traffic is denied in both directions, for every pod, unless a policy allows it.",
      template: "network/default-deny.yaml",
      message: `In namespace ${own.name} no NetworkPolicy with the empty podSelector has both policy types and no rules.`,
      remedy: "Take the packaged template as the start.",
    }));
}

function isolatesEverything({ object }: Manifest): boolean {
  const spec = object["spec"];
  if (!isMap(spec) || !isMap(spec["podSelector"]) || requirements(spec["podSelector"]).length > 0)
    return false;
  return isType(spec, "Ingress") && isType(spec, "Egress") && flowsOf(object).length === 0;
}

function isType(spec: JsonMap, type: string): boolean {
  return Array.isArray(spec["policyTypes"]) && spec["policyTypes"].includes(type);
}

/** What a policy leaves out the server fills in, and what it gets wrong the server refuses: both only when it is applied. */
function wellFormed({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? []).flatMap((own) =>
    policiesIn(manifests, own.name).flatMap((policy) =>
      malformations(policy.object["spec"]).map((message) => ({
        rule: "A network policy states its pods, its types, and selectors that the server accepts.",
        template: policy.template,
        message: `NetworkPolicy ${own.name}/${policy.object.metadata.name}: ${message}.`,
        remedy: "Take the packaged template as the start.",
      })),
    ),
  );
}

function malformations(spec: unknown): string[] {
  if (!isMap(spec)) return ["it has no spec"];
  const types = Array.isArray(spec["policyTypes"]) ? spec["policyTypes"] : [];
  const odd = types.filter((type) => type !== "Ingress" && type !== "Egress");
  const unstated = (["Ingress", "Egress"] as const).filter(
    (type) => type.toLowerCase() in spec && !types.includes(type),
  );
  return [
    ...(isMap(spec["podSelector"]) ? [] : ["it has no podSelector"]),
    ...(types.length === 0 ? ["it has no policyTypes"] : []),
    ...odd.map((type) => `${JSON.stringify(type)} is not a policy type`),
    ...unstated.map((type) => `it has ${type.toLowerCase()} rules without the policy type ${type}`),
    ...selectorsIn(spec)
      .flatMap((selector) => requirements(selector).filter(isOdd))
      .map(({ key, operator }) => `${operator} of ${key} does not go with its values`),
  ];
}

function isOdd({ operator, values }: Requirement): boolean {
  if (operator === "In" || operator === "NotIn") return values.length === 0;
  return (operator !== "Exists" && operator !== "DoesNotExist") || values.length > 0;
}

function selectorsIn(value: Json): Json[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as JsonMap).flatMap(([key, child]) =>
    key.endsWith("Selector") ? [child] : selectorsIn(child),
  );
}

/** Policies add up, so each thing that one allows must be allowed by the spec. */
function nothingMore({ manifests, tenant, facts }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  return tenant.namespaces.flatMap((own) => {
    const expected = expectedFlows(tenant, own.name, facts);
    return policiesIn(manifests, own.name).flatMap((policy) =>
      flowsOf(policy.object)
        .filter((flow) => !expected.some((each) => allowsAll(each, flow)))
        .map((flow) => tooMuch(policy, flow)),
    );
  });
}

function tooMuch({ object, template }: Manifest, { direction, peer, port }: Flow): Violation {
  const whom = peer === "anybody" ? "anybody" : JSON.stringify(peer);
  const where = port === "any" ? "any port" : JSON.stringify(port);
  return {
    rule: "Network policies allow what the spec says, and nothing more.",
    template,
    message: `NetworkPolicy ${object.metadata.namespace}/${object.metadata.name} allows ${direction} ${direction === "ingress" ? "from" : "to"} ${whom} on ${where}.`,
    remedy:
      "Declare it as a rule of the spec (network.egress, network.ingress), or take it out of the template.",
  };
}

/** What the spec declares is judged once, not for each namespace. */
function declaredRules({ tenant, facts }: RenderedSet): Violation[] {
  if (tenant === undefined) return [];
  const { egress, ingress } = tenant.network;
  const forbidden = forbiddenNetworks(facts);
  const judge = (rules: readonly NetworkRule[], direction: "egress" | "ingress"): Violation[] =>
    rules.flatMap((rule) =>
      problemsOf(rule, forbidden).map(({ message, remedy }) => ({
        rule: "A rule never reaches other tenants, the cluster's own addresses or a metadata service.",
        template: `network/${direction}-rule.yaml`,
        message: `The ${direction} rule ${rule.name} of tenant ${tenant.name}: ${message}.`,
        remedy,
      })),
    );
  return [...judge(egress, "egress"), ...judge(ingress, "ingress")];
}

function problemsOf(rule: NetworkRule, forbidden: ReturnType<typeof forbiddenNetworks>) {
  if (rule.peers.length === 0)
    return [{ message: "it names no peers, which means everybody", remedy: "Say who it is." }];
  return rule.peers.flatMap((peer) => peerProblems(peer, forbidden));
}

function policiesIn(manifests: readonly Manifest[], namespace: string): Manifest[] {
  return manifests.filter(
    ({ object }) =>
      object.apiVersion === "networking.k8s.io/v1" &&
      object.kind === "NetworkPolicy" &&
      object.metadata.namespace === namespace,
  );
}
