import type { KubernetesObject } from "../manifests/object.ts";
import { ApiError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { discoverResources, type ServedKind } from "./discover-resources.ts";
import { listKept, selectionsOf } from "./list-objects.ts";

/** A kind that could not be listed, or a `group/version` that does not answer; `why` is the server's reason. */
export interface Unlisted {
  readonly what: string;
  readonly why: string;
}

/** What was kept of the objects in some namespaces. */
export interface Contents<Kept> {
  readonly found: readonly Kept[];
  /** Kinds that this person may not list, or whose server refuses to. */
  readonly unlisted: readonly Unlisted[];
  /** `group/version`s that the server itself cannot reach: no namespace goes for good before they answer. */
  readonly unreachable: readonly string[];
}

/**
 * Everything that lives in these namespaces, of every kind that the server serves and can list, but for Events and
 * metrics. `keep` takes from each object, as it comes, what is worth remembering. Only Pods come whole, of the others
 * the metadata: the data of a Secret is never asked for. Throws ConnectionError, and ApiError when discovery fails.
 */
export async function listContents<Kept>(
  cluster: Cluster,
  namespaces: readonly string[],
  keep: (object: KubernetesObject) => readonly Kept[],
): Promise<Contents<Kept>> {
  if (namespaces.length === 0) return { found: [], unlisted: [], unreachable: [] };
  const { kinds, failed } = await discoverResources(cluster);
  const among = new Set(namespaces);
  const keepInside = (object: KubernetesObject): readonly Kept[] =>
    among.has(object.metadata.namespace ?? "") ? keep(object) : [];
  const lists = kinds
    .filter(isLasting)
    .flatMap((kind) =>
      selectionsOf(namespaces).map((selection) =>
        listKept(cluster, kind, { ...selection, metadataOnly: kind.kind !== "Pod" }, keepInside).catch(
          (error: unknown) => refusedList(kind, error),
        ),
      ),
    );
  const read = await Promise.all(lists);
  const refused = read.flatMap((list) => ("why" in list ? [list] : []));
  return {
    found: read.flatMap((list) => ("why" in list ? [] : list)),
    unlisted: [...new Map(refused.map((each) => [each.what, each])).values()],
    unreachable: failed,
  };
}

/** Events and metrics tell of other objects, and come and go by themselves. */
function isLasting({ namespaced, group, kind, verbs }: ServedKind): boolean {
  return namespaced && verbs.includes("list") && kind !== "Event" && !group.endsWith("metrics.k8s.io");
}

function refusedList({ kind, group }: ServedKind, error: unknown): Unlisted {
  if (!(error instanceof ApiError)) throw error;
  return { what: group === "" ? kind : `${kind}.${group}`, why: error.reason || String(error.code) };
}
