import { ExitCode, ExpectedError } from "../errors.ts";
import { describeOwner, type Owner } from "../manifests/manifest.ts";
import { isDocumentOf } from "../tenant/document.ts";
import type { TenantDocument } from "../tenant/tenant.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, TENANT_KEY } from "../manifests/names.ts";
import type { Json, KubernetesObject } from "../manifests/object.ts";
import { decodeEntries, encodeEntries } from "./entries.ts";
import { ownerOfRecord, recordId } from "./names.ts";
import type { Holder, OwnerRecord, Phase } from "./record.ts";

/** The form of records that this version writes, and the newest that it reads. */
export const RECORD_FORMAT = 1;

const phases: readonly string[] = ["creating", "ready", "deleting", "removing", "rendered"] satisfies Phase[];

/** The record as the ConfigMap that is stored; the same record gives the same text. */
export function encodeRecord(record: OwnerRecord): KubernetesObject {
  const { namespace, name } = recordId(record.owner);
  const { owner, spec, guardGeneration, holder } = record;
  const tenant = owner.kind === "tenant" ? { [TENANT_KEY]: owner.name } : {};
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels: { [MANAGED_BY_LABEL]: MANAGED_BY, ...tenant } },
    data: {
      format: String(record.formatVersion),
      phase: record.phase,
      writtenBy: record.writtenBy,
      ...(spec === undefined ? {} : { spec: JSON.stringify(spec) }),
      ...(guardGeneration === undefined ? {} : { guardGeneration }),
      ...(record.entries.length === 0 ? {} : { objects: encodeEntries(record.entries) }),
      ...(holder === undefined ? {} : { holder: JSON.stringify(holder) }),
    },
  };
}

/**
 * The record in a ConfigMap. Throws ExpectedError: exit code 4 when a newer mtenant wrote it, 3 when it cannot be read.
 */
export function decodeRecord(object: KubernetesObject): OwnerRecord {
  const owner = ownerOfRecord(object.metadata.name);
  if (owner === undefined) throw unreadable(object, "its name is none of a record");
  const data = (object["data"] ?? {}) as Readonly<Record<string, string>>;
  const formatVersion = Number(data["format"]);
  if (!Number.isInteger(formatVersion) || formatVersion < 1) throw unreadable(object, "it says no format");
  if (formatVersion > RECORD_FORMAT) throw newer(describeOwner(owner), data["writtenBy"] ?? "");
  const entries = decodeEntries(data["objects"] ?? "");
  if (entries === undefined) throw unreadable(object, "its list of objects is damaged");
  const phase = data["phase"] ?? "";
  if (!phases.includes(phase)) throw unreadable(object, `its phase is ${JSON.stringify(phase)}`);
  const { spec, guardGeneration, holder } = data;
  return {
    formatVersion,
    owner,
    phase: phase as Phase,
    writtenBy: data["writtenBy"] ?? "",
    ...(spec === undefined ? {} : { spec: readSpec(object, owner, spec) }),
    ...(guardGeneration === undefined ? {} : { guardGeneration }),
    entries,
    ...(holder === undefined ? {} : { holder: readHolder(object, holder) }),
  };
}

/** The fields that everything else relies on; whether each value is right is judged when the spec is used. */
function readSpec(object: KubernetesObject, owner: Owner, text: string): TenantDocument {
  const value = parse(object, text) as Json;
  if (owner.kind === "tenant" && isDocumentOf(value, owner.name)) return value;
  throw unreadable(object, "its spec is not that of the tenant");
}

/** A holder without a time would keep everybody waiting for ever. */
function readHolder(object: KubernetesObject, text: string): Holder {
  const value = parse(object, text);
  if (isHolder(value)) return value;
  throw unreadable(object, `its holder is ${JSON.stringify(value)}`);
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { id, seconds, beat } = value as Readonly<Record<keyof Holder, unknown>>;
  const isNumber = (each: unknown): boolean => typeof each === "number" && Number.isFinite(each);
  return typeof id === "string" && isNumber(seconds) && (beat === undefined || isNumber(beat));
}

function parse(object: KubernetesObject, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(object, `it holds no JSON where it should (${String(error)})`);
  }
}

function newer(owner: string, writtenBy: string): ExpectedError {
  return new ExpectedError(
    ExitCode.refused,
    `the record of ${owner} was written by a newer mtenant (${writtenBy})`,
    { hint: "an older version never changes what a newer one made: upgrade mtenant" },
  );
}

function unreadable(object: KubernetesObject, why: string): ExpectedError {
  const { namespace, name } = object.metadata;
  return new ExpectedError(
    ExitCode.unable,
    `the record ConfigMap ${namespace}/${name} cannot be read: ${why}`,
    {
      hint: "somebody changed it by hand; restore it from a backup",
    },
  );
}
