import type { Owner } from "../manifests/manifest.ts";
import { SYSTEM_NAMESPACE } from "../manifests/names.ts";
import type { ObjectId } from "../manifests/object.ts";

const TENANT_PREFIX = "tenant.";
const CLUSTER = "cluster";

/** Where an owner's record is: ConfigMap `tenant.<name>` or `cluster` in the system namespace. */
export function recordId(owner: Owner): ObjectId {
  const name = owner.kind === "cluster" ? CLUSTER : `${TENANT_PREFIX}${owner.name}`;
  return { group: "", kind: "ConfigMap", namespace: SYSTEM_NAMESPACE, name };
}

/** Whose record a ConfigMap of the system namespace is, by its name; undefined: it is no record. */
export function ownerOfRecord(name: string): Owner | undefined {
  if (name === CLUSTER) return { kind: "cluster" };
  const tenant = name.startsWith(TENANT_PREFIX) ? name.slice(TENANT_PREFIX.length) : "";
  return tenant === "" ? undefined : { kind: "tenant", name: tenant };
}
