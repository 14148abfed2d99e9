import { describe, expect, test } from "vitest";
import type { PolicyRule } from "../../src/facts/facts.ts";
import { rulesCoverRules } from "../../src/facts/rules.ts";

const rule = (
  apiGroups: string[],
  resources: string[],
  verbs: string[],
  resourceNames?: string[],
): PolicyRule => ({
  apiGroups,
  resources,
  verbs,
  ...(resourceNames === undefined ? {} : { resourceNames }),
});
const url = (urls: string[], verbs: string[]): PolicyRule => ({ nonResourceURLs: urls, verbs });

// What Kubernetes' own comparator answers (component-helpers/auth/rbac/validation/policy_comparator.go).
describe("one set of rules covers another", () => {
  test.each<[string, PolicyRule[], PolicyRule[]]>([
    ["the same rule", [rule(["g"], ["r"], ["get"])], [rule(["g"], ["r"], ["get"])]],
    ["nothing by nothing", [], []],
    [
      "a product by rules for its parts",
      [rule(["g"], ["a"], ["get", "list"]), rule(["g"], ["b"], ["get", "list"])],
      [rule(["g"], ["a", "b"], ["get", "list"])],
    ],
    [
      "parts scattered over rules and verbs",
      [rule(["g"], ["a"], ["get"]), rule(["g"], ["a"], ["list"])],
      [rule(["g"], ["a"], ["list", "get"])],
    ],
    ["any verb by all", [rule(["g"], ["r"], ["*"])], [rule(["g"], ["r"], ["get", "impersonate"])]],
    ["all verbs by all", [rule(["g"], ["r"], ["*"])], [rule(["g"], ["r"], ["*"])]],
    ["any group by all", [rule(["*"], ["r"], ["get"])], [rule(["g", ""], ["r"], ["get"])]],
    [
      "any resource and subresource by all",
      [rule(["g"], ["*"], ["get"])],
      [rule(["g"], ["r", "r/status", "*/scale"], ["get"])],
    ],
    [
      "a subresource by that of everything",
      [rule(["g"], ["*/scale"], ["get"])],
      [rule(["g"], ["a/scale", "b/scale"], ["get"])],
    ],
    ["a named object by all names", [rule(["g"], ["r"], ["get"])], [rule(["g"], ["r"], ["get"], ["n"])]],
    [
      "a named object by more names",
      [rule(["g"], ["r"], ["get"], ["m", "n"])],
      [rule(["g"], ["r"], ["get"], ["n"])],
    ],
    [
      "names spread over rules",
      [rule(["g"], ["r"], ["get"], ["m"]), rule(["g"], ["r"], ["get"], ["n"])],
      [rule(["g"], ["r"], ["get"], ["m", "n"])],
    ],
    ["a URL by its prefix", [url(["/apis/*"], ["get"])], [url(["/apis/x", "/apis/y/*"], ["get"])]],
    ["any URL by all", [url(["*"], ["*"])], [url(["/metrics"], ["get"])]],
  ])("%s", (_, wide, narrow) => {
    expect(rulesCoverRules(wide, narrow)).toBe(true);
  });

  test.each<[string, PolicyRule[], PolicyRule[]]>([
    ["anything by nothing", [], [rule(["g"], ["r"], ["get"])]],
    ["another group", [rule(["g"], ["r"], ["get"])], [rule([""], ["r"], ["get"])]],
    ["another verb", [rule(["g"], ["r"], ["get"])], [rule(["g"], ["r"], ["get", "list"])]],
    [
      "all verbs by every known one",
      [rule(["g"], ["r"], ["get", "list", "watch", "create", "update", "patch", "delete"])],
      [rule(["g"], ["r"], ["*"])],
    ],
    ["a subresource by its resource", [rule(["g"], ["r"], ["get"])], [rule(["g"], ["r/status"], ["get"])]],
    [
      "a resource by the subresource of everything",
      [rule(["g"], ["*/scale"], ["get"])],
      [rule(["g"], ["r"], ["get"])],
    ],
    ["another subresource", [rule(["g"], ["*/scale"], ["get"])], [rule(["g"], ["r/status"], ["get"])]],
    [
      "all subresources of one, which RBAC does not have",
      [rule(["g"], ["r/*"], ["get"])],
      [rule(["g"], ["r/status"], ["get"])],
    ],
    ["all names by one", [rule(["g"], ["r"], ["get"], ["n"])], [rule(["g"], ["r"], ["get"])]],
    ["another name", [rule(["g"], ["r"], ["get"], ["n"])], [rule(["g"], ["r"], ["get"], ["m"])]],
    [
      "a product by its corners",
      [rule(["g"], ["a"], ["get"]), rule(["g"], ["b"], ["list"])],
      [rule(["g"], ["a", "b"], ["get", "list"])],
    ],
    ["a URL by resources", [rule(["*"], ["*"], ["*"])], [url(["/metrics"], ["get"])]],
    ["the URL above a prefix", [url(["/apis/*"], ["get"])], [url(["/apis"], ["get"])]],
  ])("not: %s", (_, wide, narrow) => {
    expect(rulesCoverRules(wide, narrow)).toBe(false);
  });
});
