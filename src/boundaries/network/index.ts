import type { Boundary, NamespaceScope } from "../boundary.ts";
import { apiServerPeers } from "./expected.ts";
import { networkGuarantees } from "./guarantees.ts";
import { networkPolicyReach } from "./reach.ts";
import { renderedRule } from "./rules.ts";
import { tidySelector } from "./selector.ts";

/** Whom the tenant's pods can talk to. */
export const network: Boundary = {
  name: "network",
  uses: [
    { per: "namespace", file: "network/default-deny.yaml", values: ownNamespace },
    {
      per: "namespace",
      file: "network/same-tenant.yaml",
      values: (scope) => ({
        ...ownNamespace(scope),
        tenant: scope.tenant.name,
        namespaces: scope.tenant.namespaces.map((each) => each.name),
      }),
    },
    {
      per: "namespace",
      file: "network/dns.yaml",
      when: ({ tenant }) => tenant.network.dns === "Allow",
      values: ownNamespace,
    },
    {
      per: "namespace",
      file: "network/api-server.yaml",
      when: ({ tenant }) => tenant.network.apiServer === "Allow",
      values: (scope) => ({ ...ownNamespace(scope), apiServers: apiServerPeers(scope.facts) }),
    },
    {
      per: "rule",
      file: "network/egress-rule.yaml",
      when: ({ direction }) => direction === "egress",
      values: (scope) => ({ ...ruleValues(scope), egress: renderedRule(scope.rule, "egress", scope.facts) }),
    },
    {
      per: "rule",
      file: "network/ingress-rule.yaml",
      when: ({ direction }) => direction === "ingress",
      values: (scope) => ({
        ...ruleValues(scope),
        ingress: renderedRule(scope.rule, "ingress", scope.facts),
      }),
    },
  ],
  guarantees: networkGuarantees,
  reach: { "networking.k8s.io/NetworkPolicy": networkPolicyReach },
};

function ownNamespace({ namespace }: NamespaceScope) {
  return { namespace: namespace.name };
}

function ruleValues(
  scope: NamespaceScope & { rule: { name: string; podSelector: Parameters<typeof tidySelector>[0] } },
) {
  return { ...ownNamespace(scope), rule: scope.rule.name, podSelector: tidySelector(scope.rule.podSelector) };
}
