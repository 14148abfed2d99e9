import { specOf, type Validation, validationsOf } from "../../../src/boundaries/guards/policy.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import type { Json, JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";

/** The label of the objects that a mutant is asked about; its value is the mutant's name. */
export const MUTANT_LABEL = "example.com/mutant";

/** A guard under another name that lacks one of its validations, and is bound to what carries its label only. */
export interface Mutant {
  readonly name: string;
  readonly policy: string;
  /** The validation that is gone; absent: none is. */
  readonly without?: Validation;
  readonly objects: readonly KubernetesObject[];
}

/** How a refusal by this validation begins, as far as its message is the same for everybody. */
export function firstWords({ message, messageExpression = "" }: Validation): string {
  return (message ?? /'mtenant: ([^']*)'/.exec(messageExpression)?.[1] ?? "")
    .replace(/^mtenant: /, "")
    .trim();
}

/** Of each guard one that lacks nothing, and one without each of its validations but the answer to the probe. */
export function mutantsOf(manifests: readonly Manifest[]): Mutant[] {
  const objects = manifests.map((each) => each.object);
  return objects
    .filter(({ kind }) => kind === "ValidatingAdmissionPolicy")
    .flatMap((policy) => {
      const bindings = objects.filter(
        (each) => specOf(each)["policyName"] === policy.metadata.name && refuses(each),
      );
      const [, ...judging] = validationsOf(policy);
      return [undefined, ...judging.keys()].map((at) => mutant(policy, bindings, at));
    });
}

function refuses(binding: KubernetesObject): boolean {
  return (specOf(binding)["validationActions"] as readonly string[] | undefined)?.includes("Deny") ?? false;
}

function mutant(
  policy: KubernetesObject,
  bindings: readonly KubernetesObject[],
  at: number | undefined,
): Mutant {
  const name = `${policy.metadata.name.replace("mtenant-", "")}-${at ?? "whole"}`;
  const [probe, ...judging] = specOf(policy)["validations"] as readonly Json[];
  const validations = [probe as Json, ...judging.filter((_, index) => index !== at)];
  const gone = at === undefined ? undefined : validationsOf(policy)[at + 1];
  return {
    name,
    policy: policy.metadata.name,
    ...(gone === undefined ? {} : { without: gone }),
    objects: [
      { ...policy, metadata: { name }, spec: { ...specOf(policy), validations } },
      ...bindings.map((binding, index) => bound(binding, name, index)),
    ],
  };
}

/** Nodes have no namespace to be chosen by; of everything else the namespace is, also of a Namespace itself. */
function bound(binding: KubernetesObject, name: string, index: number): KubernetesObject {
  const selector: JsonMap = { matchLabels: { [MUTANT_LABEL]: name } };
  const matchResources = name.startsWith("nodes-")
    ? { objectSelector: selector }
    : { namespaceSelector: selector };
  return {
    ...binding,
    metadata: { name: `${name}-${index}` },
    spec: { ...specOf(binding), policyName: name, matchResources },
  };
}
