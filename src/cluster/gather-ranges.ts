import { isIPv6 } from "node:net";
import { parseNetwork } from "../facts/cidr.ts";
import type { ClusterRanges } from "../facts/facts.ts";
import type { Kind } from "../manifests/kinds.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { Cluster } from "./cluster.ts";
import { listObjects } from "./list-objects.ts";
import { unlessUnavailable } from "./unavailable.ts";

/** GA since 1.33 (KEP-1880); not among the kinds that mtenant renders. */
const serviceCidr: Kind = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  namespaced: false,
};
const endpointSlice = { group: "discovery.k8s.io", kind: "EndpointSlice" };

/**
 * The address ranges of pods, Services, nodes and the API server, as far as the cluster tells them: sorted CIDRs without
 * duplicates, that `parseNetwork` reads. Where nothing says it, "unknown": a range is never guessed. `nodesRead`: the nodes, which others want too.
 * Throws ApiError, ConnectionError.
 */
export async function gatherRanges(
  cluster: Cluster,
  nodesRead: Promise<readonly KubernetesObject[] | "unknown">,
  signal?: AbortSignal,
): Promise<ClusterRanges> {
  const only = signal ? { signal } : {};
  const apiServer = { ...only, namespace: "default", labelSelector: "kubernetes.io/service-name=kubernetes" };
  const [services, nodes, endpoints] = await Promise.all([
    unlessUnavailable(listObjects(cluster, serviceCidr, only)),
    nodesRead,
    unlessUnavailable(listObjects(cluster, endpointSlice, apiServer)),
  ]);
  return {
    pods: known(nodes, podRanges),
    services: known(services, serviceRanges),
    nodes: known(nodes, nodeAddresses),
    apiServer: known(endpoints, endpointAddresses),
  };
}

/**
 * Nothing said is nothing known: an empty list would mean that there is no such address. Nor is anything known of a list
 * with an address that cannot be read: of old, API servers took such as `010.0.0.1`, which programs read differently.
 */
function known(
  objects: readonly KubernetesObject[] | "unknown",
  read: (object: KubernetesObject) => readonly string[],
): readonly string[] | "unknown" {
  if (objects === "unknown") return "unknown";
  const ranges = [...new Set(objects.flatMap(read))].sort();
  const isReadable = ranges.every((range) => parseNetwork(range) !== undefined);
  return ranges.length === 0 || !isReadable ? "unknown" : ranges;
}

function podRanges(object: KubernetesObject): readonly string[] {
  const { podCIDR, podCIDRs } = (object.spec ?? {}) as { podCIDR?: string; podCIDRs?: readonly string[] };
  return podCIDRs ?? (podCIDR === undefined ? [] : [podCIDR]);
}

function serviceRanges(object: KubernetesObject): readonly string[] {
  return ((object.spec ?? {}) as { cidrs?: readonly string[] }).cidrs ?? [];
}

function nodeAddresses(object: KubernetesObject): readonly string[] {
  const { addresses = [] } = (object.status ?? {}) as {
    addresses?: readonly { type: string; address: string }[];
  };
  return addresses
    .filter(({ type }) => type === "InternalIP" || type === "ExternalIP")
    .map(({ address }) => single(address));
}

function endpointAddresses(object: KubernetesObject): readonly string[] {
  const { endpoints } = object as { endpoints?: readonly { addresses: readonly string[] }[] | null };
  return (endpoints ?? []).flatMap(({ addresses }) => addresses.map(single));
}

/** One address as a range. */
function single(address: string): string {
  return `${address}/${isIPv6(address) ? 128 : 32}`;
}
