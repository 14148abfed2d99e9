import type { Tenant } from "./tenant.ts";

type NodesMode = Tenant["nodes"]["mode"];

const byNodes: Readonly<Record<NodesMode, string>> = {
  Shared: "nodes are shared, so an escape from a container reaches every tenant on its node",
  Sandboxed: "nodes are shared, so an escape from the sandbox reaches every tenant on its node",
  Dedicated:
    "an escape from a container reaches the tenant's own nodes and the DaemonSets of the cluster there",
};

/** What stays open in every tier of tenants that share a control plane. */
const EVERY_TIER =
  "the API server, the cluster's DNS and the names of its APIs are shared, and NetworkPolicy holds only where the network provider enforces it";

/** What the walls of these tenants do not stop, one sentence for each way of having nodes. SECURITY.md has it in full. */
export function leftOpen(tenants: readonly Tenant[]): readonly string[] {
  const modes = [...new Set(tenants.map(({ nodes }) => nodes.mode))].sort();
  return modes.map((mode) => `Not stopped with ${mode} nodes: ${byNodes[mode]}; ${EVERY_TIER}.`);
}
