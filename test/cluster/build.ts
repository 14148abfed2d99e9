import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { builtOnce, goBuild } from "./go-module.ts";

const moduleFolder = join(import.meta.dirname, "controlplane");

/** Returns the folder with the programs `controlplane` and `kubectl`, built from the pinned Kubernetes modules. */
export function builtPrograms(): Promise<string> {
  return builtOnce({
    name: "controlplane",
    folder: moduleFolder,
    withoutGo:
      "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl",
    build,
  });
}

async function build(output: string): Promise<void> {
  const version = pinnedVersion(await readFile(join(moduleFolder, "go.mod"), "utf8"));
  const packages = [".", "k8s.io/kubernetes/cmd/kubectl"];
  const stopProgress = reportProgress(
    `Building a Kubernetes ${version} control plane (about 6 minutes on 2 cores, once)`,
  );
  try {
    await goBuild(moduleFolder, ["-ldflags", linkerFlags(version), "-o", `${output}/`, ...packages]);
  } finally {
    stopProgress();
  }
}

/** The version of Kubernetes that a go.mod requires, as `v1.36.3`. */
export function pinnedVersion(goMod: string): string {
  const version = /^\s*k8s\.io\/kubernetes (v1\.\d+\.\d+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error("go.mod requires no k8s.io/kubernetes version");
  return version;
}

// Without these, servers call themselves v0.0.0-master and kubectl cannot parse that.
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split(".");
  const set = (name: string, value: string | undefined) =>
    `-X k8s.io/component-base/version.${name}=${value}`;
  return ["-s -w", set("gitVersion", version), set("gitMajor", major), set("gitMinor", minor)].join(" ");
}

function reportProgress(title: string): () => void {
  const started = Date.now();
  const report = () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(`${title}: ${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s\n`);
  };
  report();
  const timer = setInterval(report, 15_000);
  return () => {
    clearInterval(timer);
    report();
  };
}
