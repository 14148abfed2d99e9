import ipaddr from "ipaddr.js";

/** An IPv4 or IPv6 network; the address is the network's first. */
export interface Network {
  readonly text: string;
  readonly family: "ipv4" | "ipv6";
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** Reads a network in CIDR notation (RFC 4632, RFC 4291 section 2.3); `undefined` for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const found = known.get(text) ?? { network: readNetwork(text) };
  known.set(text, found);
  return found.network;
}

// Not state: a pure function of texts, of which specs hold few: each is compared with many others.
const known = new Map<string, { readonly network: Network | undefined }>();

function readNetwork(text: string): Network | undefined {
  if (!/^[0-9A-Fa-f.:]+\/[0-9]{1,3}$/.test(text)) return undefined;
  // Which of the two it is is known: the library finds it out by an exception, which costs more than the parsing.
  const kind = text.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4;
  if (!kind.isValidCIDR(text)) return undefined;
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

/** Reads networks that were checked before; what is none is left out. */
export function parseNetworks(texts: readonly string[]): Network[] {
  return texts.map(parseNetwork).filter((each) => each !== undefined);
}
