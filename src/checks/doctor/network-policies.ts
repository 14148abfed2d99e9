import type { KubernetesObject } from "../../manifests/object.ts";
import { isList, valueAt } from "../../plan/json-values.ts";
import type { Diagnosis, Examination, Listed, Seen } from "./diagnosis.ts";

/** What a network provider runs on each node, and whether it enforces NetworkPolicy. */
interface Provider {
  readonly daemonSet: string;
  readonly called: string;
  /** Absent: it always does. */
  readonly enforces?: (daemonSet: KubernetesObject, seen: Seen) => boolean | "unknown";
}

/**
 * The DaemonSets that providers publish in their installation manifests. That a CustomResourceDefinition is there proves
 * nothing: it stays when the provider is gone.
 */
const providers: readonly Provider[] = [
  { daemonSet: "cilium", called: "Cilium", enforces: (_, seen) => isCiliumEnforcing(seen.configMaps) },
  { daemonSet: "anetd", called: "GKE Dataplane V2" },
  { daemonSet: "calico-node", called: "Calico" },
  { daemonSet: "canal", called: "Canal" },
  { daemonSet: "rke2-canal", called: "Canal" },
  { daemonSet: "aws-node", called: "Amazon VPC CNI", enforces: hasNodeAgent },
  { daemonSet: "azure-npm", called: "Azure Network Policy Manager" },
  { daemonSet: "antrea-agent", called: "Antrea" },
  { daemonSet: "kube-router", called: "kube-router" },
  { daemonSet: "kube-network-policies", called: "kube-network-policies" },
  { daemonSet: "kube-ovn-cni", called: "Kube-OVN" },
  { daemonSet: "ovnkube-node", called: "OVN-Kubernetes" },
  { daemonSet: "weave-net", called: "Weave Net" },
  { daemonSet: "kindnet", called: "kindnet", enforces: () => "unknown" },
  { daemonSet: "kube-flannel-ds", called: "Flannel", enforces: () => false },
];

/** Is there something that enforces NetworkPolicy on every node? The API can only tell what is installed. */
export const networkPolicies: Examination = (seen) => {
  if (seen.daemonSets === "unknown") return [diagnosis("unknown", "the DaemonSets may not be read", [])];
  const found = seen.daemonSets.flatMap((daemonSet) => {
    const provider = providers.find((each) => each.daemonSet === daemonSet.metadata.name);
    if (provider === undefined) return [];
    return [{ daemonSet, called: provider.called, enforces: provider.enforces?.(daemonSet, seen) ?? true }];
  });
  const sure = found.find(({ enforces }) => enforces === true);
  if (sure !== undefined) return [onEveryNode(sure.daemonSet, sure.called, seen.nodes)];
  const [first] = found;
  const evidence = found.map(({ daemonSet }) => `DaemonSet ${place(daemonSet)}`);
  if (first !== undefined && found.every(({ enforces }) => enforces === false))
    return [diagnosis("bad", `${first.called} does not enforce NetworkPolicy`, evidence)];
  const why = first === undefined ? "no known network provider is seen" : `${first.called} does not tell`;
  return [diagnosis("unknown", `${why}, so it is open whether NetworkPolicy is enforced`, evidence)];
};

function onEveryNode(daemonSet: KubernetesObject, called: string, nodes: Listed): Diagnosis {
  const status = (daemonSet["status"] ?? {}) as { desiredNumberScheduled?: number; numberReady?: number };
  const { desiredNumberScheduled: desired = 0, numberReady: ready = 0 } = status;
  const count = nodes === "unknown" ? "unknown" : nodes.length;
  const evidence = [`DaemonSet ${place(daemonSet)}: ready on ${ready} of ${desired}`, `nodes: ${count}`];
  if (desired > 0 && ready === desired && count !== "unknown" && desired >= count)
    return diagnosis("good", `${called} enforces NetworkPolicy on every node`, evidence);
  return diagnosis("bad", `${called} is not ready on every node: pods elsewhere are not held`, evidence);
}

/** Cilium's `enable-policy` may be `never`; without it the default is to enforce. */
function isCiliumEnforcing(configMaps: Listed): boolean | "unknown" {
  if (configMaps === "unknown") return "unknown";
  const config = configMaps.find(({ metadata }) => metadata.name === "cilium-config");
  return valueAt(config?.["data"], "enable-policy") !== "never";
}

/** Amazon's agent enforces only when it is told to; the CustomResourceDefinition is there either way. */
function hasNodeAgent(daemonSet: KubernetesObject): boolean {
  const spec = daemonSet["spec"] as { template?: { spec?: { containers?: unknown } } } | undefined;
  const containers = spec?.template?.spec?.containers;
  return (isList(containers) ? containers : []).some((container) => {
    const args = valueAt(container, "args");
    return isList(args) && args.includes("--enable-network-policy=true");
  });
}

function place({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function diagnosis(health: Diagnosis["health"], message: string, evidence: readonly string[]): Diagnosis {
  const remedy =
    "Without enforcement the network wall is paper: install a provider that enforces NetworkPolicy, and prove it with connections.";
  return { topic: "network-policies", health, message, evidence, ...(health === "good" ? {} : { remedy }) };
}
