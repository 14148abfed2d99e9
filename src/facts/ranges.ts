import type { ClusterRanges } from "./facts.ts";

/**
 * What a cluster tells of its ranges together with what an operator states of them. What no tenant may reach only grows;
 * where the API server is, which tenants may be let to, counts as the cluster tells it.
 */
export function completedRanges(live: ClusterRanges, stated: ClusterRanges): ClusterRanges {
  return {
    pods: both(live.pods, stated.pods),
    services: both(live.services, stated.services),
    nodes: both(live.nodes, stated.nodes),
    apiServer: live.apiServer === "unknown" ? stated.apiServer : live.apiServer,
  };
}

type Range = ClusterRanges[keyof ClusterRanges];

function both(live: Range, stated: Range): Range {
  if (live === "unknown" || stated === "unknown") return live === "unknown" ? stated : live;
  return [...new Set([...live, ...stated])].sort();
}
