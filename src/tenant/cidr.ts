import ipaddr from "ipaddr.js";
import { contains, type Network, networkFault, parseNetwork } from "../facts/cidr.ts";

/** What is wrong with a network in CIDR form (RFC 4632): bits set behind the prefix are a mistake as often as not. */
export function cidrFault(written: string): string | undefined {
  const network = parseNetwork(written);
  if (network === undefined) return networkFault(written);
  const first = ipaddr.fromByteArray([...network.bytes]).toString();
  if (first === addressOf(network).toString()) return undefined;
  return `${JSON.stringify(written)} has bits set behind its prefix; the network is ${first}/${network.prefix}`;
}

function addressOf({ text }: Network): ipaddr.IPv4 | ipaddr.IPv6 {
  return ipaddr.parse(text.slice(0, text.indexOf("/")));
}

/** What is wrong with an exception: it must lie inside of the network, and be smaller. */
export function exceptFault(cidr: string, except: string): string | undefined {
  const outer = parseNetwork(cidr);
  const inner = parseNetwork(except);
  if (outer === undefined || inner === undefined) return undefined;
  return contains(outer, inner) && inner.prefix > outer.prefix
    ? undefined
    : `${JSON.stringify(except)} is not a smaller network inside of ${cidr}`;
}
