import { systemNamespaces } from "../../boundaries/guards/exempt.ts";
import { type Visitor, visitorOf } from "../../boundaries/nodes/objections.ts";
import { TENANT_KEY, TENANT_NODE_LABEL, TENANT_NODES_LABEL } from "../../manifests/names.ts";
import type { KubernetesObject } from "../../manifests/object.ts";
import type { Examination } from "./diagnosis.ts";

interface NodeFields {
  readonly spec?: { readonly taints?: readonly { readonly key: string; readonly value?: string }[] };
}

/**
 * Whose pods run on the nodes of tenants, beside the tenant's own, the cluster's and those that the operator lets in.
 * DaemonSets may, but whoever can change or enter their pods is on the nodes as well, so they are named.
 */
export const visitors: Examination = ({ nodes, pods, namespaces }) => {
  const topic = "visitors";
  if (nodes === "unknown" || pods === "unknown" || namespaces === "unknown")
    return [
      { topic, health: "unknown", message: "nodes, pods and namespaces may not be read", evidence: [] },
    ];
  const tenantOf = new Map(nodes.map((node) => [node.metadata.name, ownerOf(node)]));
  const byName = new Map(namespaces.map((each) => [each.metadata.name, each.metadata.labels ?? {}]));
  const found = pods.flatMap(visitorOf).filter(({ node, namespace }) => {
    const [owner = "", labels = {}] = [tenantOf.get(node), byName.get(namespace)];
    if (owner === "" || systemNamespaces.includes(namespace)) return false;
    const isLetIn = (labels[TENANT_KEY] ?? "") === "" && labels[TENANT_NODES_LABEL] === "Allow";
    return labels[TENANT_KEY] !== owner && !isLetIn;
  });
  if (found.length === 0)
    return [{ topic, health: "good", message: "nobody else's pods run on tenants' nodes", evidence: [] }];
  return [
    {
      topic,
      health: found.every(({ isOfTheNode }) => isOfTheNode) ? "warning" : "bad",
      message: `${found.length} pods of others run on the nodes of tenants`,
      evidence: found.map((each) => describe(each, tenantOf.get(each.node) ?? "")),
      remedy: `Drain a node of pods that do not belong there. Where its DaemonSets do, see who may change and enter their pods, and say so: kubectl label namespace NAME ${TENANT_NODES_LABEL}=Allow.`,
    },
  ];
};

/** The tenant of a node by its label or its taint; "" of a node of none. */
function ownerOf(node: KubernetesObject): string {
  const taint = (node as NodeFields).spec?.taints?.find(({ key }) => key === TENANT_KEY);
  return node.metadata.labels?.[TENANT_NODE_LABEL] ?? taint?.value ?? "";
}

function describe({ node, namespace, name, isOfTheNode }: Visitor, tenant: string): string {
  const what = isOfTheNode ? "of a DaemonSet or of the node itself" : "of no DaemonSet";
  return `${namespace}/${name} on node ${node} of ${tenant}: ${what}`;
}
