import ipaddr from "ipaddr.js";

/** An IPv4 or IPv6 network; the address is the network's first. */
export interface Network {
  readonly text: string;
  readonly family: "ipv4" | "ipv6";
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/**
 * Reads a network in CIDR notation (RFC 4632, RFC 4291 section 2.3); `undefined` for anything else. Strict, because a
 * network that another program reads otherwise is a hole in a wall: four decimal parts without leading zeros, or IPv6
 * without a zone and without an IPv4 address in it.
 */
export function parseNetwork(text: string): Network | undefined {
  const found = known.get(text) ?? { network: readNetwork(text) };
  known.set(text, found);
  return found.network;
}

// Not state: a pure function of texts, of which specs hold few: each is compared with many others.
const known = new Map<string, { readonly network: Network | undefined }>();

const decimalParts = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

function readNetwork(text: string): Network | undefined {
  const [, written = "", length = ""] = /^([0-9A-Fa-f.:]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const isPlain = written.includes(":") ? !written.includes(".") : decimalParts.test(written);
  // Which of the two it is is known: the library finds it out by an exception, which costs more than the parsing.
  const kind = written.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4;
  if (!isPlain || !kind.isValidCIDR(`${written}/${length}`)) return undefined;
  const [address, prefix] = kind.parseCIDR(text);
  const bytes = address.toByteArray().map((byte, index) => byte & maskByte(prefix, index));
  return { text, family: address.kind(), bytes, prefix };
}

function maskByte(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - 8 * index));
  return (0xff << (8 - bits)) & 0xff;
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  return outer.bytes.every(
    (byte, index) => byte === ((inner.bytes[index] ?? 0) & maskByte(outer.prefix, index)),
  );
}

/** Whether the two have an address in common; networks either nest or are disjoint. */
export function overlaps(one: Network, other: Network): boolean {
  return contains(one, other) || contains(other, one);
}

/** What is wrong with a text that should be a network, as the end of a sentence; `undefined` when nothing is. */
export function networkFault(written: string): string | undefined {
  return parseNetwork(written) === undefined
    ? `${JSON.stringify(written)} is not a network in CIDR form; an example is 10.8.4.0/26`
    : undefined;
}
