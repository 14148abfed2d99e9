import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "./lock.ts";

const moduleFolder = join(import.meta.dirname, "controlplane");

/**
 * Returns the folder with the programs `controlplane` and `kubectl`, built from the pinned Kubernetes modules.
 * They are kept outside the checkout, one folder for each pin and Go version, so that only the first call builds.
 */
export async function builtPrograms(): Promise<string> {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "mtenant", "controlplane");
  const folder = join(cache, await pinDigest());
  if (existsSync(folder)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (!existsSync(folder)) await buildInto(cache, folder);
    return folder;
  });
}

async function pinDigest(): Promise<string> {
  const digest = createHash("sha256")
    .update(await goVersion())
    .update(process.arch);
  const files = (await readdir(moduleFolder)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  for (const file of files) digest.update(file).update(await readFile(join(moduleFolder, file)));
  return digest.digest("hex").slice(0, 16);
}

async function goVersion(): Promise<string> {
  try {
    return (await promisify(execFile)("go", ["env", "GOVERSION"], { cwd: moduleFolder })).stdout;
  } catch (cause) {
    throw new Error(
      "The test control plane is built with Go 1.26 or newer, and `go` cannot be run. Install Go, or set " +
        "KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager and kubectl.",
      { cause },
    );
  }
}

async function buildInto(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unfinished-"));
  try {
    await goBuild(unfinished);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function goBuild(output: string): Promise<void> {
  const version = pinnedVersion(await readFile(join(moduleFolder, "go.mod"), "utf8"));
  const packages = [".", "k8s.io/kubernetes/cmd/kubectl"];
  const flags = ["build", "-trimpath", "-ldflags", linkerFlags(version), "-o", `${output}/`, ...packages];
  const stopProgress = reportProgress(
    `Building a Kubernetes ${version} control plane (about 6 minutes on 2 cores, once)`,
  );
  try {
    await run("go", flags);
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

async function run(command: string, flags: readonly string[]): Promise<void> {
  const child = spawn(command, flags, {
    cwd: moduleFolder,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`${command} ${flags.join(" ")} ended with exit code ${code}`);
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
