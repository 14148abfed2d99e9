import { once } from "node:events";
import { kubectlFor } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { type ControlPlane, startControlPlane } from "../cluster/start.ts";

// A cluster to try mtenant on by hand: it stays until Ctrl-C, and nothing of it stays after that.

const nodes = ["n1", "n2", "n3", "n4"];

async function playground(): Promise<void> {
  process.stderr.write("Starting a control plane; the first time it is built, which takes minutes …\n");
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  // The components run on their own: without this, nothing would keep the process.
  const staying = setInterval(() => undefined, 60_000);
  const plane = await startControlPlane({ scheduler: true });
  try {
    for (const node of nodes) await createNode(kubectlFor(plane.kubectl, plane.kubeconfig), node);
    process.stdout.write(introduction(plane));
    await interrupted;
  } finally {
    clearInterval(staying);
    process.stderr.write("\nStopping it …\n");
    await plane.stop();
  }
}

const introduction = ({ kubeconfig, kubectl }: ControlPlane): string => `
A Kubernetes control plane with the nodes ${nodes.join(", ")}; no kubelets, so pods are scheduled and never run. In another shell:

  export KUBECONFIG=${kubeconfig}
  node bin/mtenant.js diff -f examples/
  ${kubectl} get nodes

Ctrl-C ends it, and removes all of it.
`;

await playground();
