import { arch, cpus, platform } from "node:os";
import manifest from "../../package.json" with { type: "json" };
import { run } from "../cluster/kubectl.ts";
import type { ControlPlane } from "../cluster/start.ts";
import { succeeded } from "./tools.ts";

/** How a run was made. */
export interface Conditions {
  readonly rounds: number;
  /** Processes that wanted a processor, on average over one minute, before and after the run. */
  readonly busyBefore: number;
  readonly busyAfter: number;
}

/** Where and when the measurements were taken, as a list in Markdown. */
export async function surroundings(controlPlane: ControlPlane, conditions: Conditions): Promise<string> {
  const { kubectl, kubeconfig } = controlPlane;
  const args = ["version", "-o", "json", "--kubeconfig", kubeconfig];
  const { clientVersion, serverVersion } = JSON.parse(
    succeeded(await run(kubectl, args), "kubectl version").stdout,
  );
  const { rounds, busyBefore, busyAfter } = conditions;
  return [
    `- ${new Date().toISOString().slice(0, 10)}; ${rounds} rounds, medians, the order of the tools rotated`,
    `- mtenant ${manifest.version}, Node ${process.version}, kubectl ${clientVersion.gitVersion}`,
    `- one kube-apiserver ${serverVersion.gitVersion} with audit log, etcd without fsync, and kube-controller-manager on the same machine`,
    `- ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}; load ${busyBefore.toFixed(1)} before and ${busyAfter.toFixed(1)} after`,
  ].join("\n");
}
