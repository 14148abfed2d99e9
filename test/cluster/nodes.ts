import type { Kubectl } from "./kubectl.ts";

/**
 * Creates a Node that reports Ready and has no kubelet behind it: enough for everything that concerns labels, taints
 * and scheduling. Throws when it exists already.
 */
export async function createNode(
  kubectl: Kubectl,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
  };
  await must(kubectl, ["create", "-f", "-"], JSON.stringify(node));
  const allocatable = { cpu: "8", memory: "32Gi", "ephemeral-storage": "100Gi", pods: "110" };
  const conditions = [
    { type: "Ready", status: "True", reason: "Stand", lastHeartbeatTime: new Date().toISOString() },
  ];
  const patch = JSON.stringify({ status: { capacity: allocatable, allocatable, conditions } });
  await must(kubectl, ["patch", "node", name, "--subresource=status", "--type=merge", "-p", patch]);
  await waitUntilSchedulable(kubectl, name);
}

// Every new Node is tainted not-ready (kubernetes: plugin/pkg/admission/nodetaint) until the controller manager has seen it.
async function waitUntilSchedulable(kubectl: Kubectl, name: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await must(kubectl, ["get", "node", name, "-o", "jsonpath={.spec.taints}"])) !== "") {
    if (Date.now() > deadline) throw new Error(`node ${name} still has the taint of a new node after 30 s`);
  }
}

async function must(kubectl: Kubectl, args: readonly string[], input?: string): Promise<string> {
  const result = await kubectl(args, input === undefined ? {} : { input });
  if (result.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}
