import { expect, test } from "vitest";
import { reachOf } from "../../../src/boundaries/index.ts";
import type { JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";

const group = "admissionregistration.k8s.io";
const checks = (...expressions: string[]): JsonMap => ({
  validations: expressions.map((expression) => ({ expression, message: "no", reason: "Forbidden" })),
});
const spec = (kind: string, fields: JsonMap): KubernetesObject => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name: "x" },
  spec: fields,
});

const policy = "ValidatingAdmissionPolicy";
const binding = "ValidatingAdmissionPolicyBinding";
const defaults = "MutatingAdmissionPolicy";
const base = { failurePolicy: "Fail", ...checks("a", "b") };
const bound = { policyName: "x", validationActions: ["Deny", "Audit"] };

test.each([
  ["a guard that goes", policy, base, undefined, "widens"],
  ["a guard that comes", policy, undefined, base, "narrows"],
  ["the same guard", policy, base, base, "neutral"],
  ["other words", policy, base, { ...base, ...reworded() }, "neutral"],
  ["one validation more", policy, base, { ...base, ...checks("a", "b", "c") }, "narrows"],
  ["one validation less", policy, base, { ...base, ...checks("a") }, "widens"],
  ["another expression", policy, base, { ...base, ...checks("a", "true") }, "widens"],
  ["a failure that lets through", policy, base, { ...base, failurePolicy: "Ignore" }, "widens"],
  [
    "a condition when it is asked",
    policy,
    base,
    { ...base, matchConditions: [{ name: "x", expression: "false" }] },
    "widens",
  ],
  ["a binding that goes", binding, bound, undefined, "widens"],
  ["a binding that comes", binding, undefined, bound, "narrows"],
  ["a binding that only audits", binding, bound, { ...bound, validationActions: ["Audit"] }, "widens"],
  ["a binding that denies as well", binding, { ...bound, validationActions: ["Audit"] }, bound, "narrows"],
  ["a binding for others", binding, bound, { ...bound, matchResources: { namespaceSelector: {} } }, "widens"],
  [
    "the same binding in another order",
    binding,
    bound,
    { ...bound, validationActions: ["Audit", "Deny"] },
    "neutral",
  ],
  ["defaults that go", defaults, base, undefined, "widens"],
  ["defaults that come", defaults, undefined, base, "narrows"],
  ["other defaults", defaults, base, { ...base, mutations: [] }, "widens"],
  ["the same defaults", defaults, base, base, "neutral"],
] as const)("%s", (_, kind, before, after, effect) => {
  const objects = [before, after].map((each) =>
    each === undefined ? undefined : spec(kind, each as JsonMap),
  );
  expect(reachOf({ group, kind })(objects[0], objects[1])).toBe(effect);
});

function reworded(): JsonMap {
  return {
    validations: ["a", "b"].map((expression) => ({
      expression,
      messageExpression: "'other'",
      reason: "Forbidden",
    })),
  };
}
