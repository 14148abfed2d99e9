import { ExitCode, ExpectedError } from "../../errors.ts";
import type { Facts } from "../../facts/facts.ts";
import { TENANT_KEY } from "../../manifests/names.ts";
import type { JsonMap } from "../../manifests/object.ts";
import type { NetworkRule, Tenant } from "../../tenant/tenant.ts";
import { type Flow, flowsOfRules } from "./flows.ts";
import { renderedRule } from "./rules.ts";
import { tidySelector } from "./selector.ts";

/** The label that Kubernetes itself puts on every namespace (KEP-2161). */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** Everything that the pods of one namespace may send and receive according to the spec. Nothing rendered may allow more. */
export function expectedFlows(tenant: Tenant, namespace: string, facts: Facts): Flow[] {
  return [
    ...flowsOfRules("ingress", {}, [{ from: [sameTenant(tenant)] }]),
    ...flowsOfRules("egress", {}, [{ to: [sameTenant(tenant)] }]),
    ...(tenant.network.dns === "Allow" ? flowsOfRules("egress", {}, [dns]) : []),
    ...(tenant.network.apiServer === "Allow"
      ? flowsOfRules("egress", {}, [{ to: apiServerPeers(facts), ports: apiServerPorts }])
      : []),
    ...declaredFlows(tenant.network.egress, "egress", namespace, facts),
    ...declaredFlows(tenant.network.ingress, "ingress", namespace, facts),
  ];
}

function declaredFlows(
  rules: readonly NetworkRule[],
  direction: Flow["direction"],
  namespace: string,
  facts: Facts,
): Flow[] {
  return rules
    .filter((rule) => rule.namespaces === undefined || rule.namespaces.includes(namespace))
    .flatMap((rule) =>
      flowsOfRules(direction, tidySelector(rule.podSelector), renderedRule(rule, direction, facts)),
    );
}

function sameTenant({ name, namespaces }: Tenant): JsonMap {
  const names = namespaces.map((each) => each.name);
  return {
    namespaceSelector: {
      matchLabels: { [TENANT_KEY]: name },
      matchExpressions: [{ key: NAME_LABEL, operator: "In", values: names }],
    },
  };
}

/** The cluster's DNS, and the node-local cache at its usual address (kubernetes: cluster/addons/dns/nodelocaldns). */
const dns: JsonMap = {
  to: [
    {
      namespaceSelector: { matchLabels: { [NAME_LABEL]: "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    { ipBlock: { cidr: "169.254.20.10/32" } },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

const apiServerPorts: readonly JsonMap[] = [
  { protocol: "TCP", port: 443 },
  { protocol: "TCP", port: 6443 },
];

/** The API servers as peers. Throws ExpectedError(2) when the facts do not say where they are. */
export function apiServerPeers({ ranges }: Facts): readonly JsonMap[] {
  if (ranges.apiServer !== "unknown" && ranges.apiServer.length > 0)
    return ranges.apiServer.map((cidr) => ({ ipBlock: { cidr } }));
  throw new ExpectedError(
    ExitCode.usage,
    "The spec allows the API server (network.apiServer: Allow), but its addresses are not known.",
    {
      hint: "Say where it is: --cluster-profile FILE with ranges.apiServer (mtenant doctor --save-profile FILE begins one), or render with --context.",
    },
  );
}
