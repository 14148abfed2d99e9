import type { Owner } from "../manifests/manifest.ts";
import { TENANT_KEY } from "../manifests/names.ts";
import type { KubernetesObject } from "../manifests/object.ts";
import type { HeldObject } from "./observed.ts";
import { valueAt } from "./json-values.ts";

/** A Namespace, the tenant that its label names, and when the namespace was made (RFC 3339). */
export interface LabelledNamespace {
  readonly tenant: string;
  readonly namespace: string;
  readonly created: string;
}

/** Whose record lists what. Absent entries: the record cannot be read, and may list anything. */
interface Listing {
  readonly owner: Owner;
  readonly entries?: readonly HeldObject[];
}

/** The Namespaces with the label of a tenant whose record does not list them, by name. */
export function unrecordedAmong(
  namespaces: readonly KubernetesObject[],
  records: readonly Listing[],
): readonly LabelledNamespace[] {
  const listed = new Set(records.flatMap(namespacesOf));
  const unreadable = new Set(
    records.flatMap(({ owner, entries }) =>
      owner.kind === "tenant" && entries === undefined ? [owner.name] : [],
    ),
  );
  return namespaces
    .flatMap(({ metadata }): LabelledNamespace[] => {
      const tenant = valueAt(metadata.labels, TENANT_KEY);
      if (typeof tenant !== "string" || tenant === "" || unreadable.has(tenant)) return [];
      if (listed.has(`${tenant}/${metadata.name}`)) return [];
      return [{ tenant, namespace: metadata.name, created: metadata.creationTimestamp ?? "" }];
    })
    .sort((one, other) => (one.namespace < other.namespace ? -1 : 1));
}

function namespacesOf({ owner, entries = [] }: Listing): string[] {
  if (owner.kind === "cluster") return [];
  return entries
    .filter(({ id }) => id.group === "" && id.kind === "Namespace")
    .map(({ id }) => `${owner.name}/${id.name}`);
}
