import { isSelected, openness } from "../../boundaries/nodes/pools.ts";
import { GuardParameter, TENANT_KEY } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Examination } from "./diagnosis.ts";

interface Pool {
  readonly tenant: string;
  readonly selector: Readonly<Record<string, string>>;
}

/** The nodes of tenants that share none, by what their namespaces demand of pods: is each closed to the pods of others? */
export const tenantNodes: Examination = ({ nodes, namespaces }) => {
  const topic = "tenant-nodes";
  if (nodes === "unknown" || namespaces === "unknown")
    return [{ topic, health: "unknown", message: "nodes and namespaces may not be read", evidence: [] }];
  const pools = namespaces.flatMap(poolsOf);
  const open = nodes.flatMap((node) => faultsOf(node, pools));
  if (open.length === 0)
    return [{ topic, health: "good", message: "no node of a tenant is open to others", evidence: [] }];
  return [
    {
      topic,
      health: "bad",
      message: `${open.length} nodes of tenants are open to the pods of others`,
      evidence: open,
      remedy: `Let the pool put the tenant's taint ${TENANT_KEY} on all of its nodes; for nodes that a spec names, run mtenant create NAME.`,
    },
  ];
};

/** Only where nodes are not shared does a pull policy not matter (boundaries/namespace/parameters.ts). */
function poolsOf({ metadata }: KubernetesObject): Pool[] {
  const { labels = {}, annotations = {} } = metadata;
  const tenant = labels[TENANT_KEY] ?? "";
  const alternatives = annotations[GuardParameter.nodeSelector] ?? "";
  if (tenant === "" || alternatives === "" || annotations[GuardParameter.imagePullPolicy] !== "") return [];
  return alternatives.split(";").map((text) => ({
    tenant,
    selector: Object.fromEntries(
      text.split(",").map((pair) => [pair.split("=")[0], pair.split("=")[1] ?? ""]),
    ),
  }));
}

function faultsOf(node: KubernetesObject, pools: readonly Pool[]): string[] {
  const tenants = new Set(
    pools.filter(({ selector }) => isSelected(selector, node)).map(({ tenant }) => tenant),
  );
  return [...tenants].flatMap((tenant) => {
    const fault = openness(node, tenant);
    return fault === undefined ? [] : [`Node ${node.metadata.name} of tenant ${tenant}: ${fault}`];
  });
}
