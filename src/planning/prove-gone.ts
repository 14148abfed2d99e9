import type { Cluster } from "../cluster/cluster.ts";
import { discoverResources } from "../cluster/discover-resources.ts";
import { explainError } from "../cluster/explain-error.ts";
import { listKept } from "../cluster/list-objects.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { StoredRecord } from "../execute/records.ts";
import type { Io } from "../io.ts";
import { SYSTEM_NAMESPACE, TENANT_KEY } from "../manifests/names.ts";
import { describeId, idOf, type KubernetesObject } from "../manifests/object.ts";
import { type Volume, volumeOf } from "../plan/consequences.ts";
import { volumeAsText } from "../report/consequences-text.ts";
import { escapeLine } from "../report/escape.ts";
import { someOf } from "../report/results.ts";

/** What was deleted: the tenants, the namespaces that were theirs alone, and those that were given back. */
export interface Gone {
  readonly tenants: readonly string[];
  readonly namespaces: readonly string[];
  readonly kept?: readonly string[];
}

interface Seen {
  readonly kinds: number;
  readonly left: readonly KubernetesObject[];
  /** What somebody gave the label of the tenant in a namespace that never was the tenant's. */
  readonly foreign: readonly KubernetesObject[];
  readonly failed: readonly string[];
  readonly volumes: readonly Volume[];
}

/**
 * Lists every kind that the server serves for objects that still name these tenants, and the volumes that outlive their
 * namespaces. Throws ExpectedError (exit code 6) when something is left, and (exit code 3) when the server could not
 * tell about all of its kinds.
 */
export async function proveGone(cluster: Cluster, gone: Gone, { note }: Pick<Io, "note">): Promise<void> {
  const { kinds, left, foreign, failed, volumes } = await look(cluster, gone).catch((error: unknown) => {
    throw explainError(error, cluster, "prove that nothing is left");
  });
  for (const line of volumes.map(fateOf)) note(line);
  if (foreign.length > 0) note(escapeLine(foreignAsText(foreign)));
  if (left.length > 0) {
    const problems = left.map((object) => ({ message: describeId(idOf(object)) }));
    throw new ExpectedError(ExitCode.partlyDone, `${left.length} objects still name a deleted tenant`, {
      problems,
      hint: "run the command again with --ignore-not-found; what is still there then was labelled by somebody else",
    });
  }
  if (failed.length > 0) {
    throw new ExpectedError(
      ExitCode.unable,
      `everything was deleted, but the server cannot tell about all of its kinds: ${failed.join(", ")}`,
      {
        hint: "mend the API services that do not answer, then run the command again with --ignore-not-found",
      },
    );
  }
  const what = foreign.length === 0 ? "an object" : "an object of mtenant's";
  const but = volumes.length === 0 ? "Nothing is left" : `Nothing is left but ${countOf(volumes)}`;
  note(`${but}: ${kinds} kinds were listed, and none has ${what} that names ${someOf(gone.tenants)}.`);
}

/** So many tenants are asked for by name; more names than these would not fit into a URL. */
const FEW_TENANTS = 50;

async function look(cluster: Cluster, { tenants, namespaces, kept = [] }: Gone): Promise<Seen> {
  const isFew = tenants.length <= FEW_TENANTS;
  const labelSelector = isFew ? `${TENANT_KEY} in (${tenants.join(",")})` : TENANT_KEY;
  const names = new Set(tenants);
  const namesOne = (object: KubernetesObject): readonly KubernetesObject[] =>
    names.has(object.metadata.labels?.[TENANT_KEY] ?? "") ? [object] : [];
  const { kinds, failed } = await discoverResources(cluster);
  const lists = kinds
    .filter(({ verbs }) => verbs.includes("list"))
    .map((kind) => listKept(cluster, kind, { labelSelector, metadataOnly: true }, namesOne));
  const among = new Set(namespaces);
  const own = new Set([SYSTEM_NAMESPACE, ...namespaces, ...kept]);
  const volumes = listKept(cluster, { group: "", kind: "PersistentVolume" }, {}, (object) =>
    volumeOf(object).filter(({ claim }) => among.has(claim.namespace)),
  );
  const [found, surviving] = await Promise.all([Promise.all(lists), volumes]);
  const isForeign = ({ metadata: { namespace } }: KubernetesObject): boolean =>
    namespace !== undefined && !own.has(namespace);
  return {
    kinds: lists.length,
    left: found.flat().filter((object) => !isForeign(object)),
    foreign: found.flat().filter(isForeign),
    failed,
    volumes: surviving,
  };
}

/** Whoever may write in an ordinary namespace may give its objects any label: that says nothing of the tenant. */
function foreignAsText(foreign: readonly KubernetesObject[]): string {
  const names = someOf(foreign.map((object) => describeId(idOf(object))));
  return `Not mtenant's, though labelled as a deleted tenant's, in namespaces that were not the tenant's: ${names}`;
}

/** The namespaces that a tenant's record held or reserved for it alone: deleted now, or by an earlier run. */
export function ownNamespaces({ record }: StoredRecord): readonly string[] {
  const held = record.entries.filter(({ id, form }) => id.kind === "Namespace" && form === "object");
  const spec = record.spec?.["spec"] as
    | { readonly namespaces?: readonly { readonly name: string; readonly existing?: boolean }[] }
    | undefined;
  const named = (spec?.namespaces ?? []).filter(({ existing }) => existing !== true);
  return [...new Set([...held.map(({ id }) => id.name), ...named.map(({ name }) => name)])];
}

function fateOf(volume: Volume): string {
  return volume.reclaimPolicy === "Retain"
    ? `${volumeAsText(volume)} survived with its data: delete it, and the storage behind it, when nobody needs it`
    : `${volumeAsText(volume)} is still there: its reclaim policy is ${volume.reclaimPolicy}, whoever made it takes it away`;
}

function countOf(volumes: readonly Volume[]): string {
  return volumes.length === 1 ? "1 PersistentVolume" : `${volumes.length} PersistentVolumes`;
}
