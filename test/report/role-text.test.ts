import { expect, test } from "vitest";
import { explainRole } from "../../src/boundaries/access/explain.ts";
import { pinnedFacts } from "../../src/facts/pinned.ts";
import { explanationAsJson, explanationAsText } from "../../src/report/role-text.ts";
import { plainStyle } from "../../src/report/style.ts";

const { baseRoles } = await pinnedFacts(36);
const pinned = { kubernetes: "1.36" };

test("an explanation begins with what the Role grants, and gives each resource its verbs by their fate", () => {
  const text = explanationAsText(explainRole(baseRoles.admin, "Owner"), pinned, plainStyle);
  expect(text.split("\n").slice(0, 2)).toEqual([
    "Role mtenant-owner (Owner) grants 171 permissions.",
    "ClusterRole admin of Kubernetes 1.36 (built in) grants 426: + 171 kept, - 255 dropped. None of them was added by a third party.",
  ]);
  expect(text).toContain(
    [
      "configmaps",
      "  + get list watch create update patch delete  own configuration",
      "  - deletecollection  kubectl delete --all lists and deletes one by one, which the audit log shows",
      "",
    ].join("\n"),
  );
});

test("third parties are named, wildcards say what of them is kept, and no name reaches the terminal raw", () => {
  const added = [
    { apiGroups: ["x.example"], resources: ["things\u001b[2J"], verbs: ["get", "list"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["*"] },
    { nonResourceURLs: ["/metrics"], verbs: ["get"] },
  ];
  const origins = [{ clusterRole: "things-admin", builtIn: false, rules: added }];
  const source = { kubernetes: "1.36", context: "prod", server: "https://10.0.0.1" };
  const text = explanationAsText(explainRole(added, "Owner", origins), source, plainStyle);
  expect(text).toContain("Kubernetes 1.36 (context prod, https://10.0.0.1) grants 3");
  expect(text).toContain("3 of them were added by third parties, and are marked.");
  expect(text).toMatch(/^Role mtenant-owner \(Owner\) grants 7 permissions/);
  expect(text).toMatch(/^ {2}- \* {2}a wildcard is never passed on; .* {2}third party: things-admin$/m);
  expect(text).toMatch(/^things\\u001b\[2J\.x\.example\n {2}- get list {2}/m);
  expect(text).toMatch(/^URLs, which no Role can grant\n {2}- get \/metrics$/m);
  expect(text).not.toContain("\u001b");
});

test("as data it says what it is and where the rules were read", () => {
  const data = explanationAsJson(explainRole(baseRoles.view, "Viewer"), pinned);
  expect(data).toMatchObject({
    apiVersion: "mtenant.dev/v1alpha1",
    kind: "RoleExplanation",
    source: pinned,
    role: "Viewer",
    derivedFrom: "view",
    counts: { granted: 90, kept: 90 },
  });
});
