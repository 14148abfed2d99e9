import { ApiError } from "../cluster/api-error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listObjects } from "../cluster/list-objects.ts";
import { collectionPath, pathOf } from "../cluster/paths.ts";
import { readObject } from "../cluster/read-object.ts";
import { receivedObject } from "../cluster/received-object.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Owner } from "../manifests/manifest.ts";
import { describeOwner } from "../manifests/manifest.ts";
import { FIELD_MANAGER, SYSTEM_NAMESPACE } from "../manifests/names.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import { applierOf } from "../plan/applier.ts";
import { otherTool } from "../plan/other-tools.ts";
import type { HeldObject } from "../plan/observed.ts";
import { decodeRecord, encodeRecord } from "../record/codec.ts";
import { ownerOfRecord, recordId } from "../record/names.ts";
import type { OwnerRecord } from "../record/record.ts";

/** A record as it is in the cluster. */
export interface StoredRecord {
  readonly record: OwnerRecord;
  readonly uid: string;
  readonly resourceVersion: string;
  /** When the server created it (RFC 3339): what is older cannot be an intended object. */
  readonly created: string;
  /** Who writes the record, and applies the owner's objects: `mtenant`, `Flux Kustomization "tenants"`, `kubectl`. */
  readonly appliedBy: string;
  /** The tool that marks the record as its own, which would put it back: `Flux Kustomization "tenants"`. */
  readonly tool?: string;
}

/** The owner's record; undefined: there is none. Throws ExpectedError for one that is newer or damaged, ApiError, ConnectionError. */
export async function readRecord(cluster: Cluster, owner: Owner): Promise<StoredRecord | undefined> {
  const object = await readObject(cluster, recordId(owner));
  return object === undefined ? undefined : stored(object);
}

/** A record that is there and cannot be used: somebody changed it by hand, or a newer mtenant wrote it. */
export interface DamagedRecord {
  readonly owner: Owner;
  readonly uid: string;
  /** Why not, as `readRecord` throws it. */
  readonly error: ExpectedError;
}

/** All records, the cluster's among them; one that cannot be read says nothing of the others. Throws ApiError, ConnectionError. */
export async function listRecords(
  cluster: Cluster,
): Promise<{ readonly records: readonly StoredRecord[]; readonly damaged: readonly DamagedRecord[] }> {
  const kind = { group: "", kind: "ConfigMap" };
  const objects = await listObjects(cluster, kind, { namespace: SYSTEM_NAMESPACE });
  const read = objects.flatMap((object) => {
    const owner = ownerOfRecord(object.metadata.name);
    return owner === undefined ? [] : [storedOrDamaged(owner, object)];
  });
  return {
    records: read.filter((each): each is StoredRecord => "record" in each),
    damaged: read.filter((each): each is DamagedRecord => "error" in each),
  };
}

function storedOrDamaged(owner: Owner, object: KubernetesObject): StoredRecord | DamagedRecord {
  try {
    return stored(object);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { owner, uid: object.metadata.uid ?? "", error };
  }
}

/**
 * What planning takes from a record. Without a record the cluster's namespace is intended all the same: it must exist
 * before the record can, so an interrupted first run may have left it. `takeOver`: what somebody else applies from
 * rendered files is to be mtenant's again.
 */
export function planningState(
  owner: Owner,
  record: StoredRecord | undefined,
  takeOver = false,
): { readonly held: readonly HeldObject[]; readonly recordCreated?: string; readonly rendered?: boolean } {
  if (record !== undefined) {
    const rendered = record.record.phase === "rendered" && !takeOver;
    return { held: record.record.entries, recordCreated: record.created, rendered };
  }
  if (owner.kind === "tenant") return { held: [] };
  const id = { group: "", kind: "Namespace", namespace: "", name: SYSTEM_NAMESPACE };
  return { held: [{ id, form: "object" }], recordCreated: "" };
}

/** Creates a record; exactly one of several that try at once succeeds. Throws ExpectedError (exit code 4) for the others. */
export async function createRecord(cluster: Cluster, record: OwnerRecord): Promise<StoredRecord> {
  const path = collectionPath({ group: "", kind: "ConfigMap" }, SYSTEM_NAMESPACE);
  const query = { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" };
  const body = encodeRecord(record);
  try {
    const answer = await cluster.send({ method: "POST", path, query, body, repeatable: true });
    return stored(receivedObject(answer.body, { ...recordId(record.owner), request: `POST ${path}` }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
    return ifOurs(cluster, record);
  }
}

/** Replaces a record that nobody touched since it was read. Throws ExpectedError (exit code 4) when somebody did. */
export async function writeRecord(
  cluster: Cluster,
  old: StoredRecord,
  record: OwnerRecord,
): Promise<StoredRecord> {
  const { uid, resourceVersion } = old;
  const body = encodeRecord(record);
  const id = recordId(record.owner);
  try {
    const answer = await cluster.send({
      method: "PUT",
      path: pathOf(id),
      query: { fieldManager: FIELD_MANAGER, fieldValidation: "Strict" },
      body: { ...body, metadata: { ...body.metadata, uid, resourceVersion } },
      repeatable: true,
    });
    return stored(receivedObject(answer.body, { ...id, request: `PUT ${pathOf(id)}` }));
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 409 && error.code !== 404)) throw error;
    return ifOurs(cluster, record);
  }
}

/** Deletes a record that nobody touched since it was read; gone already is done. Throws as `writeRecord`. */
export async function deleteRecord(
  cluster: Cluster,
  { record, uid, resourceVersion }: StoredRecord,
): Promise<void> {
  const path = pathOf(recordId(record.owner));
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid, resourceVersion } };
  try {
    await cluster.send({ method: "DELETE", path, body, repeatable: true });
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) throw error;
    if (error.code === 409) throw taken(record);
  }
}

/** The answer to our own write may have been lost: then the record says exactly what we wrote. */
async function ifOurs(cluster: Cluster, record: OwnerRecord): Promise<StoredRecord> {
  const now = await readRecord(cluster, record.owner);
  const isOurs = record.holder !== undefined && now !== undefined && sameText(now.record, record);
  if (isOurs) return now;
  throw taken(record);
}

function sameText(one: OwnerRecord, other: OwnerRecord): boolean {
  return JSON.stringify(encodeRecord(one)) === JSON.stringify(encodeRecord(other));
}

function taken({ owner }: OwnerRecord): ExpectedError {
  return new ExpectedError(
    ExitCode.refused,
    `somebody else works on ${describeOwner(owner)} at the same time`,
    {
      hint: "run the command again when they are done: it plans anew from what is there then",
    },
  );
}

function stored(object: KubernetesObject): StoredRecord {
  const { uid = "", resourceVersion = "", creationTimestamp: created = "" } = object.metadata;
  const appliedBy = applierOf(object, ["data", "phase"]);
  const tool = otherTool(object);
  const whose = { appliedBy, ...(tool === undefined ? {} : { tool }) };
  return { record: decodeRecord(object), uid, resourceVersion, created, ...whose };
}
