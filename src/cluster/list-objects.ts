import type { Kind } from "../manifests/kinds.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { ApiError, ConnectionError } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { builtInKind, collectionPath } from "./paths.ts";
import { groupOf } from "./received-object.ts";

/** Objects a page; the answer to one request stays below a few MB. */
const PAGE = 500;
/** A list that changes so much that its pages expire again and again will not get better. */
const RESTARTS = 3;

/** Which objects of a kind. */
export interface ListSelection {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only `metadata` of each object (kubernetes: API concepts, "PartialObjectMetadata"); a server that cannot sends all. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** So many namespaces are asked one by one; of more, one list of a kind over all namespaces costs less. */
const FEW_NAMESPACES = 4;

/** The lists of one kind that see these namespaces; of many namespaces, one list that sees others too. */
export function selectionsOf(namespaces: readonly string[]): readonly ListSelection[] {
  return namespaces.length <= FEW_NAMESPACES ? namespaces.map((namespace) => ({ namespace })) : [{}];
}

/**
 * All objects of a kind (a built-in one by group and name, or one that discovery found), page by page. An expired
 * page (410) starts the list again. Items get the `kind` and `apiVersion` that a list leaves out.
 * Throws ApiError, ConnectionError.
 */
export async function listObjects(
  cluster: Cluster,
  of: Kind | Pick<Kind, "group" | "kind">,
  selection: ListSelection = {},
): Promise<KubernetesObject[]> {
  return listKept(cluster, of, selection, (object) => [object]);
}

/** Of all objects of a kind, what `keep` takes from each: a page is forgotten before the next one comes. Throws as `listObjects`. */
export async function listKept<Kept>(
  cluster: Cluster,
  of: Kind | Pick<Kind, "group" | "kind">,
  selection: ListSelection,
  keep: (object: KubernetesObject) => readonly Kept[],
): Promise<Kept[]> {
  const kept: Kept[] = [];
  const restart = (): void => void (kept.length = 0);
  const take = (page: readonly KubernetesObject[]): void => {
    for (const object of page) kept.push(...keep(object));
  };
  await eachPage(cluster, "plural" in of ? of : builtInKind(of), selection, take, restart);
  return kept;
}

/** Calls `take` with each page; `restart` when all pages so far are void. Throws ApiError, ConnectionError. */
export async function eachPage(
  cluster: Cluster,
  kind: Kind,
  selection: ListSelection,
  take: (page: readonly KubernetesObject[]) => void,
  restart: () => void,
): Promise<void> {
  let token = "";
  for (let restarts = 0; ; ) {
    try {
      const page = await readPage(cluster, kind, selection, token);
      take(page.items);
      token = page.next;
      if (token === "") return;
    } catch (error) {
      if (!isExpired(error) || token === "" || restarts >= RESTARTS) throw error;
      restarts += 1;
      token = "";
      restart();
    }
  }
}

/** The server keeps the state of a list for some minutes only (410 Expired, kubernetes: API concepts, "Retrieving large results sets in chunks"). */
function isExpired(error: unknown): boolean {
  return error instanceof ApiError && error.code === 410;
}

interface Page {
  readonly items: readonly KubernetesObject[];
  /** Of the next page; "" when there is none. */
  readonly next: string;
}

async function readPage(
  cluster: Cluster,
  kind: Kind,
  selection: ListSelection,
  token: string,
): Promise<Page> {
  const path = collectionPath(kind, selection.namespace);
  const { labelSelector, fieldSelector, signal } = selection;
  // No resourceVersion: with 0 the server ignores the limit.
  const query = {
    limit: String(PAGE),
    ...(token === "" ? {} : { continue: token }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  const accept = selection.metadataOnly ? { accept: METADATA_ONLY } : {};
  const { body } = await cluster.send({
    method: "GET",
    path,
    query,
    ...accept,
    ...(signal ? { signal } : {}),
  });
  return pageOf(body, kind, `GET ${path}`);
}

/** The second choice is for extension API servers that know no PartialObjectMetadata. */
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

function pageOf(body: unknown, kind: Kind, request: string): Page {
  const list = body as {
    kind?: unknown;
    apiVersion?: string;
    items?: unknown;
    metadata?: { continue?: string };
  };
  // `items` is null where a server of an extension API has none.
  const items = list.items ?? [];
  const group = groupOf(list.apiVersion);
  const isPartial = list.kind === "PartialObjectMetadataList" && group === "meta.k8s.io";
  const isWhole = list.kind === `${kind.kind}List` && group === kind.group;
  if (!(isPartial || isWhole) || !Array.isArray(items)) {
    const message = `asked for a list of ${kind.kind}, the answer is ${String(list.kind)}`;
    throw new ConnectionError(request, message, undefined, { problem: "foreign", sent: true });
  }
  const version = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  const type = { apiVersion: isPartial ? version : (list.apiVersion ?? ""), kind: kind.kind };
  return {
    items: items.map(
      (item: object) => ({ ...type, ...item, ...(isPartial ? type : {}) }) as KubernetesObject,
    ),
    next: list.metadata?.continue ?? "",
  };
}
