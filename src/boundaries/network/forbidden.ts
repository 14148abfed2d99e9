import { type Network, parseNetwork } from "../../facts/cidr.ts";
import type { ClusterRanges, Facts } from "../../facts/facts.ts";

/** A network that no rule of a tenant reaches, what it is, and what to do about a rule inside of it. */
export interface Forbidden {
  readonly network: Network;
  readonly what: string;
  readonly remedy: string;
}

const NEVER = "Take the network out of the rule; no tenant reaches these addresses.";
const UNKNOWN =
  "Say where they are in a profile: mtenant doctor --save-profile FILE, write lists of CIDRs over its unknown ranges, and give it with --cluster-profile FILE.";

const always: readonly (readonly [what: string, networks: readonly string[]])[] = [
  ["link-local addresses (the metadata service of most clouds)", ["169.254.0.0/16", "fe80::/10"]],
  ["loopback addresses", ["127.0.0.0/8", "::1/128"]],
  // The last two parts of a NAT64 address (RFC 6052) are the IPv4 address that it stands for.
  [
    "metadata services behind NAT64",
    ["64:ff9b::a9fe:0/112", "64:ff9b::a83f:8110/128", "64:ff9b::6464:64c8/128"],
  ],
  ["the metadata service of AWS", ["fd00:ec2::254/128"]],
  ["the metadata service of Google Cloud", ["fd20:ce::254/128"]],
  ["the metadata service of Oracle Cloud", ["fd00:c1::a9fe:a9fe/128"]],
  ["the platform address of Azure", ["168.63.129.16/32"]],
  ["the metadata service of Alibaba Cloud", ["100.100.100.200/32"]],
];

/** Where clusters keep their nodes, pods and services (RFC 1918, RFC 6598, RFC 4193). */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

const rangeNames: Readonly<Record<keyof ClusterRanges, string>> = {
  pods: "the cluster's pods",
  services: "the cluster's services",
  nodes: "the cluster's nodes",
  apiServer: "the API server",
};

/**
 * What no network of a rule reaches: link-local and metadata addresses always, and the cluster's own ranges as the
 * facts state them. While one of those is unknown, it is not guessed: every private network counts as possibly the
 * cluster's, so a wide rule (`0.0.0.0/0`) goes around them and a rule inside of one is refused until the facts say
 * where the cluster lives. Public addresses are allowed even then: nodes and API servers there defend themselves.
 * Throws an Error when a range of the facts is not a network.
 */
export function forbiddenNetworks(facts: Facts): readonly Forbidden[] {
  const forbidden = computed.get(facts) ?? computeForbidden(facts);
  computed.set(facts, forbidden);
  return forbidden;
}

// Not state: a pure function of facts that never change, kept because a thousand tenants share them.
const computed = new WeakMap<Facts, readonly Forbidden[]>();

function computeForbidden({ ranges }: Facts): readonly Forbidden[] {
  const names = Object.keys(rangeNames) as (keyof ClusterRanges)[];
  const known = names.flatMap((name) =>
    ranges[name] === "unknown" ? [] : forbid(rangeNames[name], ranges[name], NEVER),
  );
  const unknown = names.filter((name) => ranges[name] === "unknown").map((name) => rangeNames[name]);
  const guarded =
    unknown.length === 0
      ? []
      : forbid(
          `private addresses, while it is not known where ${inWords(unknown)} are`,
          privateNetworks,
          UNKNOWN,
        );
  return [...always.flatMap(([what, networks]) => forbid(what, networks, NEVER)), ...known, ...guarded];
}

function forbid(what: string, networks: readonly string[], remedy: string): Forbidden[] {
  return networks.map((text) => ({ network: networkOf(text, what), what, remedy }));
}

/** Facts hold nothing else than networks: one that cannot be read would be a wall that is not there. */
function networkOf(text: string, what: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`${JSON.stringify(text)} is not a network: ${what}`);
  return network;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
