import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../src/cluster/api-error.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";

/** Somebody who looks the whole time whether the tenant's owner may do anything while a wall is missing. */
export interface Observer {
  /** How often it looked, and how often the owner could do something. */
  readonly looks: number;
  readonly admitted: number;
  /** Which walls were missing while the owner could act; empty: never. */
  readonly breaches: readonly string[];
  stop(): Promise<void>;
}

const walls = (namespace: string): Readonly<Record<string, string>> => ({
  quota: `/api/v1/namespaces/${namespace}/resourcequotas/mtenant`,
  limits: `/api/v1/namespaces/${namespace}/limitranges/mtenant`,
  deny: `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/mtenant-default-deny`,
});

/**
 * Watches a tenant whose only namespace has its name. Walls are looked for before and after each try of the owner:
 * create puts them up before it lets anybody in, delete takes them away after everybody is out, so that one of the two
 * looks must find them all.
 */
export function watchTenant(cluster: Cluster, tenant: string): Observer {
  const seen = { looks: 0, admitted: 0, breaches: new Set<string>(), ended: false };
  const look = async (): Promise<void> => {
    const before = await missingWalls(cluster, tenant);
    const isAdmitted = await ownerMayRead(cluster, tenant);
    seen.looks += 1;
    if (!isAdmitted) return;
    seen.admitted += 1;
    const after = await missingWalls(cluster, tenant);
    for (const wall of before) if (after.includes(wall)) seen.breaches.add(wall);
  };
  const watch = async (): Promise<void> => {
    while (!seen.ended) {
      await look();
      await sleep(100);
    }
  };
  const watching = watch();
  return {
    get looks() {
      return seen.looks;
    },
    get admitted() {
      return seen.admitted;
    },
    get breaches() {
      return [...seen.breaches];
    },
    stop: async () => {
      seen.ended = true;
      await watching;
    },
  };
}

/** Which walls of the tenant's namespace are not there: the labels of Pod Security and of the guards, and objects. */
async function missingWalls(cluster: Cluster, namespace: string): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(walls(namespace)).map(async ([name, path]) => ((await read(cluster, path)) ? [] : [name])),
  );
  const object = await read(cluster, `/api/v1/namespaces/${namespace}`);
  const labels = object?.metadata?.labels ?? {};
  const isGuarded =
    labels["mtenant.dev/tenant"] === namespace &&
    labels["pod-security.kubernetes.io/enforce"] === "restricted";
  return [...found.flat(), ...(isGuarded ? [] : ["labels"])];
}

async function ownerMayRead(cluster: Cluster, tenant: string): Promise<boolean> {
  const impersonate = { user: `${tenant}-somebody`, groups: [`${tenant}-owners`, "system:authenticated"] };
  try {
    await cluster.send({ method: "GET", path: `/api/v1/namespaces/${tenant}/secrets`, impersonate });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return false;
    throw error;
  }
}

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

async function read(cluster: Cluster, path: string): Promise<Labelled | undefined> {
  try {
    return (await cluster.send({ method: "GET", path })).body as Labelled;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}
