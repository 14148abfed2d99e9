import type { Json, JsonMap, KubernetesObject } from "../../manifests/object.ts";

/** One validation of a policy (kubernetes: api/admissionregistration/v1/types.go, Validation). */
export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

/** The spec of a policy or binding; an empty map where there is none. */
export function specOf(object: KubernetesObject): JsonMap {
  const spec = object["spec"] as Json | undefined;
  return typeof spec === "object" && spec !== null && !Array.isArray(spec) ? (spec as JsonMap) : {};
}

/** The validations of a ValidatingAdmissionPolicy. */
export function validationsOf(object: KubernetesObject): readonly Validation[] {
  const validations = specOf(object)["validations"];
  return Array.isArray(validations) ? (validations as unknown as readonly Validation[]) : [];
}

/** A validation without its words: what it decides. */
export function decisionOf({ expression, reason }: Validation): {
  expression: string;
  reason: string | undefined;
} {
  return { expression, reason };
}

/** The validation by which a guard answers its probe. It is the first one, so that its words are the answer. */
export function probeValidationOf(object: KubernetesObject): Validation | undefined {
  const [first] = validationsOf(object);
  return first?.message?.startsWith(`${object.metadata.name} is live, generation `) ? first : undefined;
}
