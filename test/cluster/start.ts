import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Binaries, type Component, findBinaries } from "./binaries.ts";
import {
  apiServerArguments,
  AUDIT_POLICY_FILE,
  auditArguments,
  auditLogOf,
  auditPolicy,
  controllerManagerArguments,
  etcdArguments,
  schedulerArguments,
} from "./components.ts";
import { type Credentials, type UserName, users, writeCredentials, writeKubeconfig } from "./credentials.ts";
import { type Endpoint, waitUntilReady, waitUntilServing } from "./ready.ts";
import { type Supervisor, supervise } from "./supervisor.ts";

export interface ControlPlaneOptions {
  /** Serve the APIs of an older minor, as `1.33`. */
  readonly emulatedVersion?: string;
  /** Of the API server, as `Name=true`, where they are off by default. */
  readonly featureGates?: readonly string[];
  /** Absent: pods stay pending. */
  readonly scheduler?: boolean;
  /** How many API servers share the etcd; absent: one. */
  readonly apiServers?: number;
  /** Does every API server write down each request it answered, in `auditLogs`? Absent: no. */
  readonly audit?: boolean;
}

/** A running control plane: etcd, kube-apiserver and kube-controller-manager, on free ports of the loopback address. */
export interface ControlPlane {
  /** The address of the first API server. */
  readonly server: string;
  /** The addresses of all API servers. */
  readonly servers: readonly string[];
  /** The file of the kubeconfig of `admin`, who is in system:masters. */
  readonly kubeconfig: string;
  /** The file of each user's kubeconfig, for the first API server. */
  readonly kubeconfigs: Readonly<Record<UserName, string>>;
  readonly kubectl: string;
  /** The process ids of etcd, the API servers, the controller manager and the scheduler, in this order. */
  readonly processes: readonly number[];
  /** With `audit`: the file of each API server with one line of JSON a request (audit.k8s.io/v1, Event). */
  readonly auditLogs: readonly string[];
  /** Copies the logs of all components to a folder that stays, and returns it. */
  keepLogs(): Promise<string>;
  /** Stops the API servers, then etcd, and removes every file. */
  stop(): Promise<void>;
}

interface Plan {
  readonly binaries: Binaries;
  readonly folder: string;
  readonly supervisor: Supervisor;
  readonly credentials: Credentials;
}

/**
 * Starts a real control plane and waits until it can be worked with. It ends with the calling process, however that
 * ends. Throws when a component does not come up, naming the folder with the logs.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await findBinaries();
  const folder = await mkdtemp(join(tmpdir(), "mtenant-cluster-"));
  const supervisor = supervise(folder);
  try {
    const credentials = await writeCredentials(folder);
    return await startComponents({ binaries, folder, supervisor, credentials }, options);
  } catch (cause) {
    const logs = await keepLogs(folder);
    await supervisor.stop();
    throw new Error(`The test control plane did not start. Its logs are in ${logs}`, { cause });
  }
}

async function startComponents(plan: Plan, options: ControlPlaneOptions): Promise<ControlPlane> {
  const ports = await freePorts(options.apiServers ?? 1);
  const servers = ports.map((port) => `https://127.0.0.1:${port}`);
  const server = servers[0] ?? "";
  const kubeconfigs = await writeKubeconfigs(plan, server);
  if (options.audit) await writeFile(join(plan.folder, AUDIT_POLICY_FILE), JSON.stringify(auditPolicy));
  const processes = [await startComponent(plan, "etcd", etcdArguments())];
  for (const port of ports) {
    const audit = options.audit ? auditArguments(port) : [];
    const flags = [...apiServerArguments(port, options), ...audit];
