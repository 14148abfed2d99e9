import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { connect } from "../../src/cluster/connect.ts";
import type { UserName } from "../cluster/credentials.ts";
import { type Kubectl, kubectlFor, run } from "../cluster/kubectl.ts";
import { createNode } from "../cluster/nodes.ts";
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "../cluster/start.ts";

/** A minor on which MutatingAdmissionPolicy is not served, so that nothing fills in what pods leave out. */
export const WITHOUT_DEFAULTS = "1.33";

/** A control plane with controllers, scheduler and nodes, and two who talk to it: its admin, and the owner of tenants. */
export interface Stand {
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly admin: Cluster;
  /** Logs in by its own token, is in no group, and has what mtenant gave it. */
  readonly owner: Cluster;
  stop(): Promise<void>;
}

/** The user behind `owner`. */
export const OWNER = "ordinary-user";

/** Starts a control plane of its own: guards hold for a whole cluster, and other tests' objects must not meet them. */
export async function startStand(
  options: Pick<ControlPlaneOptions, "emulatedVersion" | "featureGates"> = {},
): Promise<Stand> {
  const controlPlane = await startControlPlane({ scheduler: true, ...options });
  const [admin, owner] = await Promise.all([
    connectAs(controlPlane, "admin"),
    connectAs(controlPlane, OWNER),
  ]);
  return {
    controlPlane,
    kubectl: kubectlFor(controlPlane.kubectl, controlPlane.kubeconfig),
    admin,
    owner,
    stop: async () => {
      for (const cluster of [admin, owner]) await cluster.close();
      await controlPlane.stop();
    },
  };
}

/** mtenant's own connection with somebody's token. The caller closes it. */
export function connectAs({ kubeconfigs }: ControlPlane, user: UserName): Promise<Cluster> {
  return connect({ kubeconfig: kubeconfigs[user], env: {}, homeDir: "/", cwd: "/" });
}

/** Creates tenants as an operator does: a spec file, and `mtenant create --yes`. Throws with what it printed. */
export async function createTenants({ controlPlane }: Stand, specs: readonly object[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "mtenant-attacks-"));
  try {
    const file = join(folder, "tenants.yaml");
    await writeFile(file, specs.map((spec) => JSON.stringify(spec)).join("\n---\n"));
    const args = ["bin/mtenant.js", "create", "-f", file, "--yes", "--kubeconfig", controlPlane.kubeconfig];
    const { code, stdout, stderr } = await run(process.execPath, args);
    if (code !== 0) throw new Error(`mtenant create ended with ${code}:\n${stdout}${stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ready nodes named `prefix-1` and so on. */
export async function createNodes({ kubectl }: Stand, prefix: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  await Promise.all(names.map((name) => createNode(kubectl, name, { "kubernetes.io/os": "linux" })));
  return names;
}

/** A default StorageClass and volumes of it, made beforehand: the real binder then binds every claim to one. */
export async function createVolumes({ kubectl }: Stand, count: number): Promise<void> {
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "standard",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
  };
  const volumes = Array.from({ length: count }, (_, index) => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `disk-${index + 1}` },
    spec: {
      capacity: { storage: "50Gi" },
      accessModes: ["ReadWriteOnce", "ReadWriteMany"],
      storageClassName: "standard",
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: `/var/disks/${index + 1}` },
    },
  }));
  const list = { apiVersion: "v1", kind: "List", items: [storageClass, ...volumes] };
  const { code, stderr } = await kubectl(["create", "-f", "-"], { input: JSON.stringify(list) });
  if (code !== 0) throw new Error(`the volumes could not be created: ${stderr}`);
}
