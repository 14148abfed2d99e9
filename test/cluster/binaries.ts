import { existsSync } from "node:fs";
import { join } from "node:path";
import { builtPrograms } from "./build.ts";

/** The components of a control plane. */
export type Component = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler";

/** How each program is called: the file and its first arguments. */
export interface Binaries {
  readonly kubectl: string;
  readonly component: (name: Component) => readonly [string, ...string[]];
}

/**
 * Finds the programs of a real control plane: in KUBEBUILDER_ASSETS when that is set, otherwise built from Kubernetes'
 * published Go modules and cached. Throws with what is missing and what to do.
 */
export async function findBinaries(): Promise<Binaries> {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  if (assets) return binariesIn(assets);
  const folder = await builtPrograms();
  return { kubectl: join(folder, "kubectl"), component: (name) => [join(folder, "controlplane"), name] };
}

function binariesIn(folder: string): Binaries {
  const needed = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"];
  const missing = needed.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new Error(
      `KUBEBUILDER_ASSETS is ${folder}, which has no ${missing.join(", no ")}. Without the controller manager nothing ` +
        "aggregates roles or deletes namespaces. Add what is missing, or unset KUBEBUILDER_ASSETS to have it all built.",
    );
  }
  return { kubectl: join(folder, "kubectl"), component: (name) => [join(folder, name)] };
}
