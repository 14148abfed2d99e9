import type { Json, JsonMap } from "../../manifests/object.ts";
import type { TenantNamespace } from "../../tenant/tenant.ts";

/** What a container gets where neither the size nor the spec says it. */
const defaultLimit = { cpu: "500m", memory: "512Mi", "ephemeral-storage": "1Gi" };
const defaultRequest = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "128Mi" };

/** The resources for which every container has a limit. */
export const limitedResources = Object.keys(defaultLimit) as (keyof typeof defaultLimit)[];

/**
 * `spec.limits` of a namespace's LimitRange: what the spec says, with an entry for containers that has a default for
 * cpu, memory and ephemeral-storage. Where the spec gives a maximum only, that is the default (as on the server).
 */
export function limitsOf({ limitRange }: TenantNamespace): readonly JsonMap[] {
  const others = limitRange.limits.filter((item) => item["type"] !== "Container");
  const containers = limitRange.limits.filter((item) => item["type"] === "Container");
  const said = Object.assign({}, ...containers) as JsonMap;
  return [{ ...said, type: "Container", ...withDefaults(said) }, ...others];
}

function withDefaults(said: JsonMap): JsonMap {
  const missing = limitedResources.filter((name) => !has(said["max"], name) && !has(said["default"], name));
  const standard = { ...pick(defaultLimit, missing), ...asMap(said["default"]) };
  const unasked = missing.filter((name) => !has(said["min"], name));
  const request = { ...pick(defaultRequest, unasked), ...asMap(said["defaultRequest"]) };
  return { ...named("default", standard), ...named("defaultRequest", request) };
}

function pick(from: typeof defaultLimit, names: readonly (keyof typeof defaultLimit)[]): JsonMap {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

function named(key: string, map: JsonMap): JsonMap {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}

function has(map: Json | undefined, name: string): boolean {
  return Object.hasOwn(asMap(map), name);
}

/** The map, or an empty one where there is none. */
export function asMap(value: unknown): JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonMap) : {};
}
