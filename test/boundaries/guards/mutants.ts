import { specOf, type Validation, validationsOf } from "../../../src/boundaries/guards/policy.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import type { Json, JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";

/** The label of the objects that a mutant is asked about; its value is the mutant's name. */
export const MUTANT_LABEL = "example.com/mutant";

/** What of a guard is gone: a validation, a match condition, or what a variable computes. */
export interface Part {
  readonly kind: "validation" | "condition" | "variable";
  readonly name: string;
  readonly expression: string;
  /** How a refusal by this part begins, where that is the same for everybody. */
  readonly words: string;
}

/** A guard under another name that lacks one of its parts, and is bound to what carries its label only. */
export interface Mutant {
  readonly name: string;
  readonly policy: string;
  /** Absent: nothing is gone. */
  readonly without?: Part;
  /** The policy: the first of these that the server accepts. */
  readonly candidates: readonly KubernetesObject[];
  readonly bindings: readonly KubernetesObject[];
}

/** Expressions of no consequence, one of which has a variable's type: the server says which. */
const nothings = ["[]", "''", "{}", "false"];

/**
 * Of each guard one that lacks nothing, and one without each of its validations but the answer to the probe, without
 * each of its match conditions, and with each variable computing nothing. A variable cannot be taken away: the server
 * refuses a guard that names one which is not there.
 */
export function mutantsOf(manifests: readonly Manifest[]): Mutant[] {
  const objects = manifests.map((each) => each.object);
  return objects
    .filter(({ kind }) => kind === "ValidatingAdmissionPolicy")
    .flatMap((policy) => {
      const bindings = objects.filter(
        (each) => specOf(each)["policyName"] === policy.metadata.name && refuses(each),
      );
      const lesser = [
        ...withoutValidations(policy),
        ...withoutConditions(policy),
        ...withoutVariables(policy),
      ];
      return [
        mutant(policy, bindings, "whole", [specOf(policy)]),
        ...lesser.map((each) => mutantOf(policy, bindings, each)),
      ];
    });
}

interface Lesser {
  readonly part: Part;
  readonly specs: readonly JsonMap[];
}

function refuses(binding: KubernetesObject): boolean {
  return (specOf(binding)["validationActions"] as readonly string[] | undefined)?.includes("Deny") ?? false;
}

function withoutValidations(policy: KubernetesObject): Lesser[] {
  const [, ...judging] = validationsOf(policy);
  const all = listIn(policy, "validations");
  return judging.map((validation, at) => ({
    part: {
      kind: "validation",
      name: String(at),
      expression: validation.expression,
      words: firstWords(validation),
    },
    specs: [{ ...specOf(policy), validations: all.filter((_, index) => index !== at + 1) }],
  }));
}

function firstWords({ message, messageExpression = "" }: Validation): string {
  return (message ?? /'mtenant: ([^']*)'/.exec(messageExpression)?.[1] ?? "")
    .replace(/^mtenant: /, "")
    .trim();
}

interface Named {
  readonly name: string;
  readonly expression: string;
}

function withoutConditions(policy: KubernetesObject): Lesser[] {
  const all = listIn(policy, "matchConditions") as unknown as readonly Named[];
  return all.map(({ name, expression }) => ({
    part: { kind: "condition", name, expression, words: "" },
    specs: [
      { ...specOf(policy), matchConditions: all.filter((each) => each.name !== name) as unknown as Json },
    ],
  }));
}

/** Those that decide something: what only makes the words of a refusal is no wall. */
function variablesOf(policy: KubernetesObject): readonly Named[] {
  const all = listIn(policy, "variables") as unknown as readonly Named[];
  const decides = ({ name }: Named): boolean => {
    const use = new RegExp(`variables\\.${name}\\b`);
    return (
      validationsOf(policy).some(({ expression }) => use.test(expression)) ||
      all.some((other) => use.test(other.expression) && decides(other))
    );
  };
  return all.filter(decides);
}

function withoutVariables(policy: KubernetesObject): Lesser[] {
  const all = listIn(policy, "variables") as unknown as readonly Named[];
  return variablesOf(policy).map(({ name, expression }) => ({
    part: { kind: "variable", name, expression, words: "" },
    specs: nothings.map((nothing) => {
      const variables = all.map((each) => (each.name === name ? { name, expression: nothing } : each));
      return { ...specOf(policy), variables: variables as unknown as Json };
    }),
  }));
}

function listIn(policy: KubernetesObject, field: string): readonly Json[] {
  return (specOf(policy)[field] ?? []) as readonly Json[];
}

function mutantOf(
  policy: KubernetesObject,
  bindings: readonly KubernetesObject[],
  { part, specs }: Lesser,
): Mutant {
  // Names of variables have capitals, which names of objects may not have.
  const suffix = `${part.kind.slice(0, 3)}-${part.name.replace(/[A-Z]/g, (each) => `-${each.toLowerCase()}`)}`;
  return { ...mutant(policy, bindings, suffix, specs), without: part };
}

function mutant(
  policy: KubernetesObject,
  bindings: readonly KubernetesObject[],
  suffix: string,
  specs: readonly JsonMap[],
): Mutant {
  const name = `${policy.metadata.name.replace("mtenant-", "")}-${suffix}`;
  return {
    name,
    policy: policy.metadata.name,
    candidates: specs.map((spec) => ({ ...policy, metadata: { name }, spec })),
    bindings: bindings.map((binding, index) => bound(binding, name, index)),
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
