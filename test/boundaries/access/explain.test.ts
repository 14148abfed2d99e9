import { describe, expect, test } from "vitest";
import { explainRole } from "../../../src/boundaries/access/explain.ts";
import { tenantRoles } from "../../../src/boundaries/access/tenant-roles.ts";
import { newestPinnedMinor, pinnedFacts } from "../../../src/facts/pinned.ts";

const { baseRoles, ...facts } = await pinnedFacts(newestPinnedMinor);
const wildcards = [
  { apiGroups: ["example.com"], resources: ["*"], verbs: ["*"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["*"] },
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
];

describe("explaining a role", () => {
  test("accounts for every triple of admin, each with a reason, and is JSON", () => {
    const explanation = explainRole(baseRoles.admin, "Owner");
    expect(explanation.counts).toEqual({ granted: 171, base: 426, kept: 171, dropped: 255, thirdParty: 0 });
    expect(explanation.triples.filter(({ why }) => why === "")).toEqual([]);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  test("says why a right is dropped", () => {
    const { triples } = explainRole(baseRoles.admin, "Owner");
    const why = (resource: string, verb: string) =>
      triples.find((each) => each.group === "" && each.resource === resource && each.verb === verb);
    expect(why("serviceaccounts", "impersonate")).toMatchObject({
      kept: false,
      why: "acts as somebody else",
    });
    expect(why("pods/proxy", "get")).toMatchObject({
      kept: false,
      why: expect.stringContaining("NetworkPolicy"),
    });
    expect(why("pods", "create")).toMatchObject({ kept: true, thirdParty: false });
  });

  test("says of what is only read why it is not written", () => {
    const { triples } = explainRole(baseRoles.admin, "Owner");
    const kept = triples.find((each) => each.resource === "endpoints" && each.verb === "get");
    expect(kept?.why).toBe(
      "only to read: writing them sends other people's traffic elsewhere (CVE-2021-25740)",
    );
  });

  test("says of a wildcard what of it is kept, and of a URL that it is dropped", () => {
    const { triples, droppedUrls, counts } = explainRole(wildcards, "Owner");
    expect(triples).toMatchObject([
      { group: "", resource: "pods", kept: false, why: expect.stringContaining("7 triples are kept") },
      { group: "example.com", kept: false, thirdParty: true },
    ]);
    expect(droppedUrls).toEqual(["/metrics"]);
    expect(counts).toEqual({ granted: 7, base: 2, kept: 0, dropped: 2, thirdParty: 1 });
  });
});

test("a base from which nothing may pass is an error, never an empty Role", () => {
  const foreign = [{ apiGroups: ["example.com"], resources: ["*"], verbs: ["*"] }];
  const broken = { ...facts, baseRoles: { ...baseRoles, view: foreign } };
  expect(() => tenantRoles(broken)).toThrow(expect.objectContaining({ name: "ExpectedError", exitCode: 3 }));
});
