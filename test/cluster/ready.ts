import type { ChildProcess } from "node:child_process";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Where to ask, and as whom. */
export interface Endpoint {
  readonly server: string;
  readonly authority: string;
  readonly token: string;
}

/**
 * Waits until the API server is ready, the controller manager has aggregated the ClusterRole `admin`, and the
 * namespace `default` has its ServiceAccount. Throws when a process ends before that, or after two minutes.
 */
export async function waitUntilReady(endpoint: Endpoint, processes: readonly ChildProcess[]): Promise<void> {
  for (const condition of [isServing, hasAdminRules, hasDefaultServiceAccount]) {
    await waitUntil(condition, endpoint, processes);
  }
}

/** Waits until the API server answers /readyz with 200. Throws as `waitUntilReady` does. */
export async function waitUntilServing(
  endpoint: Endpoint,
  processes: readonly ChildProcess[],
): Promise<void> {
  await waitUntil(isServing, endpoint, processes);
}

async function waitUntil(
  condition: (endpoint: Endpoint) => Promise<boolean>,
  endpoint: Endpoint,
  processes: readonly ChildProcess[],
): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition(endpoint))) {
    const dead = processes.find((child) => child.exitCode !== null || child.signalCode !== null);
    if (dead !== undefined) throw new Error(`${dead.spawnargs.join(" ")} ended before it was ready`);
    if (Date.now() > deadline) throw new Error(`${condition.name} was still false after two minutes`);
    await sleep(50);
  }
}

async function isServing(endpoint: Endpoint): Promise<boolean> {
  return (await get(endpoint, "/readyz")) !== undefined;
}

async function hasAdminRules(endpoint: Endpoint): Promise<boolean> {
  const body = await get(endpoint, "/apis/rbac.authorization.k8s.io/v1/clusterroles/admin");
  if (body === undefined) return false;
  const { rules } = JSON.parse(body) as { rules?: readonly unknown[] | null };
  return (rules?.length ?? 0) > 0;
}

async function hasDefaultServiceAccount(endpoint: Endpoint): Promise<boolean> {
  return (await get(endpoint, "/api/v1/namespaces/default/serviceaccounts/default")) !== undefined;
}

/** The body of an answer 200, or undefined for every other answer and when nobody answers. */
async function get(endpoint: Endpoint, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${endpoint.token}` };
    const sent = request(`${endpoint.server}${path}`, {
      ca: endpoint.authority,
      headers,
      agent: false,
      timeout: 5_000,
    });
    sent.once("error", () => resolve(undefined));
    sent.once("timeout", () => sent.destroy());
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", () => resolve(undefined));
      response.once("end", () =>
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined),
      );
    });
    sent.end();
  });
}
