import { FIELD_MANAGER } from "../manifests/names.ts";
import type { Json, JsonMap, KubernetesObject, ManagedFieldsEntry } from "../manifests/object.ts";
import { isNamed } from "./field-set.ts";
import { isList, isMap, valueAt } from "./json-values.ts";

/** A manager of a field, and when it last wrote (RFC 3339). */
export interface FieldManager {
  readonly manager?: string;
  readonly time?: string;
}

/**
 * Who set the field at this path to what it is, from managedFields: the latest other manager that owns it, or else
 * mtenant. Empty when nobody owns it, as with a default.
 */
export function managerOf(live: KubernetesObject, path: readonly string[]): FieldManager {
  const owners = (live.metadata.managedFields ?? []).filter(
    ({ fieldsV1 }) => fieldsV1 !== undefined && owns(fieldsV1, path, live as Json),
  );
  const [latest] = owners.toSorted((one, other) => rank(other).localeCompare(rank(one)));
  return {
    ...(latest?.manager === undefined ? {} : { manager: latest.manager }),
    ...(latest?.time === undefined ? {} : { time: latest.time }),
  };
}

function rank(entry: ManagedFieldsEntry): string {
  return `${entry.manager === FIELD_MANAGER ? 0 : 1} ${entry.time ?? ""}`;
}

function owns(own: JsonMap, path: readonly string[], live: Json | undefined): boolean {
  const names = Object.keys(own).filter((name) => name !== ".");
  const [step, ...rest] = path;
  // Nothing below: an atomic part is owned as a whole.
  if (step === undefined || names.length === 0) return true;
  const child = isList(live) ? live[Number(step)] : valueAt(live, step);
  const name = isList(live) ? names.find((each) => isNamed(each, child)) : `f:${step}`;
  const below = name === undefined ? undefined : valueAt(own, name);
  return isMap(below) && owns(below, rest, child);
}
