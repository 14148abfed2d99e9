import type { Kind } from "../manifests/kinds.ts";
import { ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";

/** A kind that the server serves, in the version that it prefers. */
export interface ServedKind extends Kind {
  readonly verbs: readonly string[];
}

/** Every kind that can be listed. `failed`: `group/version`s that the server could not tell about now, so there may be more. */
export interface Discovery {
  readonly kinds: readonly ServedKind[];
  readonly failed: readonly string[];
}

/** KEP-3352, aggregated discovery: stable since 1.30, two requests for everything. */
const ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/**
 * Asks the server for everything that it serves. What it could not ask itself (an extension API server that is down) is
 * in `failed`: whoever concludes that nothing is left must look there first. Throws ApiError, ConnectionError.
 */
export async function discoverResources(cluster: Cluster, signal?: AbortSignal): Promise<Discovery> {
  const [core, groups] = await Promise.all(
    ["/api", "/apis"].map((path) => readGroups(cluster, path, signal)),
  );
  const all = [...(core ?? []), ...(groups ?? [])];
  const versions = all.flatMap((group) =>
    (group.versions ?? []).map((version) => ({ group: nameOf(group), version })),
  );
  const failed = versions.filter(({ version }) => version.freshness !== "Current");
  return {
    kinds: preferred(versions.flatMap(({ group, version }) => kindsOf(group, version))),
    failed: failed
      .map(({ group, version }) => (group === "" ? version.version : `${group}/${version.version}`))
      .sort(),
  };
}

/** kubernetes: staging/src/k8s.io/api/apidiscovery/v2/types.go. */
interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly VersionDiscovery[];
}
interface VersionDiscovery {
  readonly version: string;
  readonly freshness?: string;
  readonly resources?: readonly ResourceDiscovery[];
}
interface ResourceDiscovery {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope: string;
  readonly verbs?: readonly string[];
}

async function readGroups(
  cluster: Cluster,
  path: string,
  signal?: AbortSignal,
): Promise<readonly GroupDiscovery[]> {
  const { body } = await cluster.send({ method: "GET", path, accept: ACCEPT, ...(signal ? { signal } : {}) });
  const list = body as { readonly kind?: string; readonly items?: readonly GroupDiscovery[] };
  if (list.kind === "APIGroupDiscoveryList" && Array.isArray(list.items)) return list.items;
  const message = `the server has no aggregated discovery (Kubernetes 1.30 has); the answer is ${list.kind}`;
  throw new ConnectionError(`GET ${path}`, message, undefined, { problem: "foreign", sent: true });
}

/** The core group has no name. */
function nameOf(group: GroupDiscovery): string {
  return group.metadata?.name ?? "";
}

function kindsOf(group: string, version: VersionDiscovery): readonly ServedKind[] {
  const listable = (version.resources ?? []).filter((resource) => resource.verbs?.includes("list"));
  return listable.map((resource) => ({
    group,
    version: version.version,
    kind: resource.responseKind?.kind ?? "",
    plural: resource.resource,
    namespaced: resource.scope === "Namespaced",
    verbs: resource.verbs ?? [],
  }));
}

/** The server lists the versions of a group best first; the same objects are in all of them. */
function preferred(kinds: readonly ServedKind[]): readonly ServedKind[] {
  const first = new Map<string, ServedKind>();
  for (const kind of kinds) {
    const key = `${kind.group}/${kind.plural}`;
    if (!first.has(key)) first.set(key, kind);
  }
  return [...first.values()];
}
