import type { Facts } from "../../facts/facts.ts";
import { TENANT_KEY } from "../../manifests/names.ts";
import type { Json, JsonMap } from "../../manifests/object.ts";
import type { NetworkRule } from "../../tenant/tenant.ts";
import { contains, type Network, parseNetwork } from "../../facts/cidr.ts";
import { type Forbidden, forbiddenNetworks } from "./forbidden.ts";
import { isMap, requirements, tidySelector } from "./selector.ts";

/** Why a peer of a declared rule cannot be rendered, and what to do. */
export interface PeerProblem {
  readonly message: string;
  readonly remedy: string;
}

/**
 * A declared rule as a list of one NetworkPolicy rule: its peers without what no tenant may reach (`fencedPeer`), its
 * ports with the protocol written out.
 */
export function renderedRule(
  rule: NetworkRule,
  direction: "ingress" | "egress",
  facts: Facts,
): readonly JsonMap[] {
  const forbidden = forbiddenNetworks(facts);
  const peers = rule.peers.map((peer) => fencedPeer(peer, forbidden));
  const ports = rule.ports?.map((port) => ({ protocol: "TCP", ...port }));
  return [{ [direction === "ingress" ? "from" : "to"]: peers, ...(ports === undefined ? {} : { ports }) }];
}

/**
 * A peer without what no tenant may reach: forbidden networks inside its own become exceptions, and a selector of
 * namespaces leaves out those of tenants (the tenant's own are allowed by another policy).
 */
function fencedPeer(peer: JsonMap, forbidden: readonly Forbidden[]): JsonMap {
  if (isMap(peer["ipBlock"])) return { ipBlock: fencedBlock(peer["ipBlock"], forbidden) };
  const pods = isMap(peer["podSelector"]) ? { podSelector: tidySelector(peer["podSelector"]) } : {};
  const namespaces = peer["namespaceSelector"];
  return isMap(namespaces) ? { namespaceSelector: outsideTenants(namespaces), ...pods } : pods;
}

function outsideTenants(selector: JsonMap): JsonMap {
  const expressions = Array.isArray(selector["matchExpressions"]) ? selector["matchExpressions"] : [];
  return tidySelector({
    ...selector,
    matchExpressions: [...expressions, { key: TENANT_KEY, operator: "DoesNotExist" }],
  });
}

function fencedBlock(block: JsonMap, forbidden: readonly Forbidden[]): JsonMap {
  const network = parseNetwork(String(block["cidr"]));
  if (network === undefined) return block;
  const said = exceptions(block);
  const inside = forbidden.map((each) => each.network).filter((each) => contains(network, each));
  const except = largest([...said, ...inside]).map((each) => each.text);
  return { cidr: network.text, ...(except.length === 0 ? {} : { except }) };
}

/** Those of a spec were checked when it was read. */
function exceptions(block: JsonMap): Network[] {
  const texts = Array.isArray(block["except"]) ? block["except"] : [];
  return texts.map((each: Json) => parseNetwork(String(each))).filter((each) => each !== undefined);
}

/** Without those that lie in another one, the first of equal ones kept. */
function largest(networks: readonly Network[]): Network[] {
  return networks.filter(
    (one, at) =>
      !networks.some(
        (other, index) => index !== at && contains(other, one) && (other.prefix < one.prefix || index < at),
      ),
  );
}

/** Why a peer reaches what no tenant may, in a way that exceptions cannot mend. */
export function peerProblems(peer: JsonMap, forbidden: readonly Forbidden[]): PeerProblem[] {
  if (isMap(peer["ipBlock"])) return blockProblems(peer["ipBlock"], forbidden);
  const namespaces = peer["namespaceSelector"];
  if (!isMap(namespaces)) return isMap(peer["podSelector"]) ? [] : [emptyPeer];
  return selectorProblems(namespaces);
}

const emptyPeer: PeerProblem = {
  message: "a peer without a selector or an ipBlock means everybody",
  remedy: "Say who it is.",
};

function blockProblems(block: JsonMap, forbidden: readonly Forbidden[]): PeerProblem[] {
  const network = parseNetwork(String(block["cidr"]));
  if (network === undefined)
    return [{ message: `${String(block["cidr"])} is not a network`, remedy: "Write it as 10.8.4.0/26." }];
  if (isMapped(network)) return [mappedNetwork];
  const said = exceptions(block);
  return forbidden
    .filter((each) => contains(each.network, network) && !said.some((hole) => contains(hole, network)))
    .map(({ network: range, what, remedy }) => ({
      message: `${network.text} lies in ${range.text}: ${what}`,
      remedy,
    }));
}

/** RFC 4291 section 2.5.5.2: `::ffff:0:0/96`. The server refuses them, as a network and as an exception. */
function isMapped({ family, prefix, bytes }: Network): boolean {
  const start = family === "ipv6" && prefix >= 96 ? bytes.slice(0, 12) : [];
  return start.length > 0 && start.every((byte, index) => byte === (index < 10 ? 0 : 0xff));
}

const mappedNetwork: PeerProblem = {
  message: "an IPv4 network is written as IPv6",
  remedy: "Write it as IPv4: 10.8.4.0/26.",
};

function selectorProblems(namespaces: JsonMap): PeerProblem[] {
  const wanted = requirements(namespaces);
  if (wanted.some(({ key }) => key === TENANT_KEY)) {
    return [
      {
        message: `a rule selects namespaces by ${TENANT_KEY}`,
        remedy: "Pods of the same tenant reach each other without a rule; those of other tenants never.",
      },
    ];
  }
  if (wanted.some(({ operator }) => operator === "In")) return [];
  return [
    {
      message: "a namespaceSelector that names no label value selects nearly every namespace",
      remedy: "Name the namespace: matchLabels {kubernetes.io/metadata.name: …}.",
    },
  ];
}
