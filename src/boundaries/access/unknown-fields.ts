import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../manifests/object.ts";

/** Is everything outside metadata and the known fields the same? What is not known may mean anything. */
export function sameOutside(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  known: readonly string[],
): boolean {
  return isDeepStrictEqual(unknownFields(before, known), unknownFields(after, known));
}

function unknownFields(
  object: KubernetesObject | undefined,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  const outside = new Set(["apiVersion", "kind", "metadata", ...known]);
  return Object.fromEntries(Object.entries(object ?? {}).filter(([field]) => !outside.has(field)));
}
