import type { DerivedRole } from "./derive.ts";
import { keptSince } from "./kept-since.ts";

/**
 * The Kubernetes minor that a role is derived from, for its annotation: `1.35` is the first minor whose own ClusterRole
 * keeps exactly these triples, so that the upgrade of a cluster which changes no kept right changes no Role. Triples
 * that no minor up to the cluster's keeps by itself, because somebody added to the ClusterRole or took away from it,
 * are `1.36+local`, with the cluster's own minor.
 */
export function sourceMinor({ role, hash }: Pick<DerivedRole, "role" | "hash">, minor: number): string {
  const first = Object.hasOwn(keptSince[role], hash) ? keptSince[role][hash] : undefined;
  return first !== undefined && first <= minor ? `1.${first}` : `1.${minor}+local`;
}
