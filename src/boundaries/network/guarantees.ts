import type { Manifest } from "../../manifests/manifest.ts";
import type { Json } from "../../manifests/object.ts";
import type { NetworkRule } from "../../tenant/tenant.ts";
import type { Guarantee, RenderedSet, Violation } from "../boundary.ts";
import { expectedFlows } from "./expected.ts";
import { allowsAll, type Flow, flowsOf } from "./flows.ts";
import { forbiddenNetworks } from "./forbidden.ts";
import { peerProblems } from "./rules.ts";
import { isMap, requirements } from "./selector.ts";

/** What must hold of the network of every namespace of a tenant. */
export const networkGuarantees: readonly Guarantee[] = [defaultDeny, nothingMore, declaredRules];

/** A policy of both types for every pod isolates them all, whatever else is allowed. */
function defaultDeny({ manifests, tenant }: RenderedSet): Violation[] {
  return (tenant?.namespaces ?? [])
    .filter((own) => !policiesIn(manifests, own.name).some(isolatesEverything))
    .map((own) => ({
      rule: "Traffic is denied in both directions, for every pod, unless a policy allows it.",
      template: "network/default-deny.yaml",
      message: `In namespace ${own.name} no NetworkPolicy with the empty podSelector has both policy types.`,
      remedy: "Take the packaged template as the start.",
    }));
}

function isolatesEverything({ object }: Manifest): boolean {
  const spec = object["spec"];
  if (!isMap(spec) || !isMap(spec["podSelector"]) || requirements(spec["podSelector"]).length > 0)
    return false;
  const types: readonly Json[] = Array.isArray(spec["policyTypes"]) ? spec["policyTypes"] : [];
  return types.includes("Ingress") && types.includes("Egress");
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
