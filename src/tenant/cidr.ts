import ipaddr from "ipaddr.js";

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number];

/** What is wrong with a network in CIDR form (RFC 4632): bits set behind the prefix are a mistake as often as not. */
export function cidrFault(written: string): string | undefined {
  const network = parse(written);
  if (network === undefined)
    return `${JSON.stringify(written)} is not a network in CIDR form; an example is 10.8.4.0/26`;
  const [address, prefix] = network;
  const base = (address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(
    `${address}/${prefix}`,
  );
  if (base.toString() === address.toString()) return undefined;
  return `${JSON.stringify(written)} has bits set behind its prefix; the network is ${base}/${prefix}`;
}

/** What is wrong with an exception: it must lie inside of the network, and be smaller. */
export function exceptFault(cidr: string, except: string): string | undefined {
  const outer = parse(cidr);
  const inner = parse(except);
  if (outer === undefined || inner === undefined) return undefined;
  const isInside =
    outer[0].kind() === inner[0].kind() && inner[1] > outer[1] && inner[0].match(outer[0], outer[1]);
  return isInside ? undefined : `${JSON.stringify(except)} is not a smaller network inside of ${cidr}`;
}

/** Dotted IPv4 with four plain decimal parts, or IPv6 without zone or embedded IPv4; undefined for the rest. */
function parse(written: string): Network | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(0|[1-9]\d{0,2})$/.exec(written);
  const [, address = ""] = match ?? [];
  const isPlain = ipaddr.IPv4.isValidFourPartDecimal(address)
    ? !/(^|\.)0\d/.test(address)
    : address.includes(":") && !address.includes(".");
  if (match === null || !isPlain || !ipaddr.isValidCIDR(written)) return undefined;
  return ipaddr.parseCIDR(written);
}
