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
  /** How large etcd may become before it takes nothing more; absent: 2 GiB. */
  readonly etcdQuotaBytes?: number;
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
  const processes = [await startComponent(plan, "etcd", etcdArguments(options))];
  for (const port of ports) {
    const audit = options.audit ? auditArguments(port) : [];
    const flags = [...apiServerArguments(port, options), ...audit];
    processes.push(await startComponent(plan, "kube-apiserver", flags, `kube-apiserver-${port}`));
    // The first one creates what all share; one that starts at the same time only gets in its way.
    await waitUntilServing(endpointOf(plan, `https://127.0.0.1:${port}`), processes);
  }
  processes.push(await startComponent(plan, "kube-controller-manager", controllerManagerArguments()));
  if (options.scheduler) {
    const flags = schedulerArguments(options.emulatedVersion);
    processes.push(await startComponent(plan, "kube-scheduler", flags));
  }
  await waitUntilReady(endpointOf(plan, server), processes);
  return {
    server,
    servers,
    kubeconfig: kubeconfigs.admin,
    kubeconfigs,
    kubectl: plan.binaries.kubectl,
    processes: processes.map(({ pid }) => pid ?? 0),
    auditLogs: options.audit ? ports.map((port) => join(plan.folder, auditLogOf(port))) : [],
    keepLogs: () => keepLogs(plan.folder),
    stop: () => plan.supervisor.stop(),
  };
}

async function startComponent(
  plan: Plan,
  component: Component,
  flags: readonly string[],
  name: string = component,
): Promise<ChildProcess> {
  return plan.supervisor.start(name, [...plan.binaries.component(component), ...flags]);
}

async function writeKubeconfigs(plan: Plan, server: string): Promise<Record<UserName, string>> {
  const files: Record<string, string> = {};
  for (const user of Object.keys(users) as UserName[]) {
    const file = join(plan.folder, `${user}.kubeconfig`);
    await writeKubeconfig(file, server, plan.credentials.tokens[user], plan.credentials.authority);
    files[user] = file;
  }
  return files as Record<UserName, string>;
}

function endpointOf(plan: Plan, server: string): Endpoint {
  return { server, authority: plan.credentials.authority, token: plan.credentials.tokens.admin };
}

async function keepLogs(folder: string): Promise<string> {
  const kept = await mkdtemp(join(tmpdir(), "mtenant-cluster-logs-"));
  const logs = (await readdir(folder)).filter((name) => name.endsWith(".log"));
  for (const log of logs) await copyFile(join(folder, log), join(kept, log));
  return kept;
}

/**
 * Ports of 127.0.0.1 that nobody listens on now. Somebody else may take one before the API server does: it then ends
 * at once, and our certificate authority keeps us from mistaking the other for it.
 */
async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = listeners.map((listener) => listener.port);
  await Promise.all(listeners.map((listener) => listener.close()));
  return ports;
}

async function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return { port: address.port, close: async () => void (await once(server.close(), "close")) };
}
