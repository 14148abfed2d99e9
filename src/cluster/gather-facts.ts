import { aggregate } from "../facts/aggregate.ts";
import type { Facts, PriorityClassFact, RuntimeClassFact, Toleration } from "../facts/facts.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { Cluster } from "./cluster.ts";
import { explainError } from "./explain-error.ts";
import { gatherRanges } from "./gather-ranges.ts";
import { listObjects } from "./list-objects.ts";
import { serverVersion } from "./server-version.ts";
import { unlessUnavailable } from "./unavailable.ts";

/** The facts of a cluster, and the objects that they were taken from, for whoever judges more of them. */
export interface Gathered {
  readonly facts: Facts;
  readonly clusterRoles: readonly KubernetesObject[];
  readonly nodes: readonly KubernetesObject[] | "unknown";
}

/** What rendering needs to know of a cluster. Throws as `gather`. */
export async function gatherFacts(cluster: Cluster, signal?: AbortSignal): Promise<Facts> {
  return (await gather(cluster, signal)).facts;
}

/**
 * Reads what a cluster is like, all at the same time. What we may not read, or the server does not serve, is "unknown";
 * only the ClusterRoles must be readable. Throws ExpectedError (exit code 3).
 */
export async function gather(cluster: Cluster, signal?: AbortSignal): Promise<Gathered> {
  const nodesRead = unlessUnavailable(listAll(cluster, "", "Node", signal));
  const reads = Promise.all([
    serverVersion(cluster, signal),
    listClusterRoles(cluster, signal),
    servesMutatingPolicies(cluster, signal),
    gatherRanges(cluster, nodesRead, signal),
    unlessUnavailable(listAll(cluster, "node.k8s.io", "RuntimeClass", signal)),
    unlessUnavailable(listAll(cluster, "scheduling.k8s.io", "PriorityClass", signal)),
    nodesRead,
  ]);
  const [version, clusterRoles, mutatingAdmissionPolicies, ranges, runtimes, priorities, nodes] =
    await reads.catch((error: unknown) => {
      throw explainError(error, cluster, "read what the cluster is like");
    });
  const facts: Facts = {
    source: "live",
    minor: version.minor,
    baseRoles: {
      admin: aggregate(clusterRoles, "admin"),
      edit: aggregate(clusterRoles, "edit"),
      view: aggregate(clusterRoles, "view"),
    },
    mutatingAdmissionPolicies,
    ranges,
    runtimeClasses: runtimes === "unknown" ? runtimes : runtimes.map(runtimeClass).sort(byName),
    priorityClasses: priorities === "unknown" ? priorities : priorities.map(priorityClass).sort(byName),
  };
  return { facts, clusterRoles, nodes };
}

async function listClusterRoles(
  cluster: Cluster,
  signal?: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  try {
    return await listAll(cluster, "rbac.authorization.k8s.io", "ClusterRole", signal);
  } catch (error) {
    throw explainError(error, cluster, "list the ClusterRoles, which the tenants' Roles are derived from");
  }
}

/** MutatingAdmissionPolicy is GA since 1.36 (KEP-3962); asking the API itself sees feature gates and emulated versions too. */
async function servesMutatingPolicies(cluster: Cluster, signal?: AbortSignal): Promise<boolean> {
  const path = "/apis/admissionregistration.k8s.io/v1";
  const { body } = await cluster.send({ method: "GET", path, ...(signal ? { signal } : {}) });
  const { resources } = body as { readonly resources?: readonly { readonly name?: string }[] };
  return resources?.some(({ name }) => name === "mutatingadmissionpolicies") ?? false;
}

function listAll(
  cluster: Cluster,
  group: string,
  kind: string,
  signal?: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  return listObjects(cluster, { group, kind }, signal ? { signal } : {});
}

function runtimeClass(object: KubernetesObject): RuntimeClassFact {
  const { handler, scheduling } = object as {
    handler?: string;
    scheduling?: { tolerations?: readonly Toleration[] };
  };
  return { name: object.metadata.name, handler: handler ?? "", tolerations: scheduling?.tolerations ?? [] };
}

function priorityClass(object: KubernetesObject): PriorityClassFact {
  return { name: object.metadata.name, globalDefault: object.globalDefault === true };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
