import type { KubernetesObject } from "../manifests/object.ts";
import { managerOf } from "./field-managers.ts";
import { otherTool } from "./other-tools.ts";

/**
 * Who applies an object, as a person knows it: the tool that marks it as its own (`Flux Kustomization "tenants"`), or
 * else the manager of one of its fields (`kubectl`); `unknown` when neither is written on it.
 */
export function applierOf(live: KubernetesObject, field: readonly string[]): string {
  return otherTool(live) ?? managerOf(live, field).manager ?? "unknown";
}
