import { describe, expect, test } from "vitest";
import { aggregate, type ClusterRoleObject, ruleOrigins } from "../../src/facts/aggregate.ts";
import type { PolicyRule } from "../../src/facts/facts.ts";

const rule = (resource: string, verb = "get"): PolicyRule => ({
  verbs: [verb],
  apiGroups: [""],
  resources: [resource],
});
const key = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`;
const part = (name: string, to: string, rules: readonly PolicyRule[] | null): ClusterRoleObject => ({
  metadata: { name, labels: { [key(to)]: "true" } },
  rules,
});
const whole = (
  name: string,
  rules: readonly PolicyRule[] | null,
  labels: Readonly<Record<string, string>> = {},
): ClusterRoleObject => ({
  metadata: { name, labels },
  rules,
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [key(name)]: "true" } }] },
});

describe("aggregating a built-in ClusterRole", () => {
  test("says what the live object says when it has caught up", () => {
    const live = [rule("pods"), rule("old")];
    expect(aggregate([whole("admin", live), part("a", "admin", [rule("pods")])], "admin")).toEqual(live);
  });

  test.each([[null], [undefined], [[]], [[rule("pods")]]])(
    "takes the union where the live rules lag behind: %j",
    (rules) => {
      const roles = [
        whole("admin", rules ?? null),
        part("b", "admin", [rule("secrets")]),
        part("a", "admin", [rule("pods")]),
      ];
      expect(aggregate(roles, "admin")).toEqual([rule("pods"), rule("secrets")]);
    },
  );

  test("follows nested aggregation whose middle is empty", () => {
    const roles = [
      whole("admin", null),
      whole("edit", null, { [key("admin")]: "true" }),
      part("x", "edit", [rule("pods")]),
    ];
    expect(aggregate(roles, "admin")).toEqual([rule("pods")]);
  });

  test("ends when ClusterRoles aggregate each other", () => {
    const roles = [
      whole("admin", null, { [key("edit")]: "true" }),
      whole("edit", null, { [key("admin")]: "true" }),
      part("x", "edit", [rule("pods")]),
    ];
    expect(aggregate(roles, "admin")).toEqual([rule("pods")]);
  });

  test("selects by expressions as the API server does", () => {
    const selector = (operator: string, values?: string[]) => ({
      metadata: { name: "admin" },
      aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: "k", operator, values }] }] },
    });
    const parts = ["a", "b"].map((value) => ({
      metadata: { name: value, labels: { k: value } },
      rules: [rule(value)],
    }));
    const none = { metadata: { name: "none" }, rules: [rule("none")] };
    const chosen = (operator: string, values?: string[]) =>
      ruleOrigins([selector(operator, values), ...parts, none], "admin").map(
        ({ clusterRole }) => clusterRole,
      );
    expect(chosen("In", ["a"])).toEqual(["a"]);
    expect(chosen("NotIn", ["a"])).toEqual(["b", "none"]);
    expect(chosen("Exists")).toEqual(["a", "b"]);
    expect(chosen("DoesNotExist")).toEqual(["none"]);
    expect(chosen("Resembles")).toEqual([]);
  });

  test("names the origins, and which of them are Kubernetes' own", () => {
    const own = {
      ...part("system:a", "admin", [rule("pods")]),
      metadata: {
        name: "system:a",
        labels: { [key("admin")]: "true", "kubernetes.io/bootstrapping": "rbac-defaults" },
      },
    };
    expect(ruleOrigins([whole("admin", null), part("theirs", "admin", [rule("x")]), own], "admin")).toEqual([
      { clusterRole: "system:a", builtIn: true, rules: [rule("pods")] },
      { clusterRole: "theirs", builtIn: false, rules: [rule("x")] },
    ]);
  });

  test.each([
    ["does not exist", []],
    ["grants nothing", [whole("admin", null)]],
    ["has rules that are none", [{ metadata: { name: "admin" }, rules: [{ verbs: "get" }] }]],
  ])("is an error, never an empty role, when the ClusterRole %s", (_, roles) => {
    expect(() => aggregate(roles, "admin")).toThrow(
      expect.objectContaining({ name: "ExpectedError", exitCode: 3 }),
    );
  });
});
