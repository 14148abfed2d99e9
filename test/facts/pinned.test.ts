import { describe, expect, test } from "vitest";
import type { PolicyRule } from "../../src/facts/facts.ts";
import { newestPinnedMinor, pinnedFacts, pinnedMinors } from "../../src/facts/pinned.ts";
import { breakDown, rulesCoverRules } from "../../src/facts/rules.ts";

const triples = (rules: readonly PolicyRule[]) =>
  new Set(rules.flatMap(breakDown).map((each) => JSON.stringify(each))).size;

describe("the facts of a Kubernetes minor without a cluster", () => {
  test("are known from 1.30 to the newest published", () => {
    expect(pinnedMinors).toEqual([30, 31, 32, 33, 34, 35, 36, 37]);
    expect(newestPinnedMinor).toBe(37);
  });

  // Counted over Kubernetes' own bootstrap data: 1.34 adds device claims, 1.35 the second group of events.
  test.each([
    [30, 399],
    [31, 399],
    [32, 399],
    [33, 399],
    [34, 418],
    [35, 426],
    [36, 426],
    [37, 426],
  ])("admin of 1.%i grants %i triples, and covers edit, which covers view", async (minor, count) => {
    const { admin, edit, view } = (await pinnedFacts(minor)).baseRoles;
    expect(triples(admin)).toBe(count);
    expect(rulesCoverRules(admin, edit) && rulesCoverRules(edit, view)).toBe(true);
    expect(rulesCoverRules(edit, admin) || rulesCoverRules(view, edit)).toBe(false);
  });

  test("know mutating policies from 1.36 on, and nothing of what differs between clusters", async () => {
    expect((await pinnedFacts(35)).mutatingAdmissionPolicies).toBe(false);
    expect(await pinnedFacts(36)).toMatchObject({
      source: "pinned",
      minor: 36,
      mutatingAdmissionPolicies: true,
      ranges: { pods: "unknown", services: "unknown", nodes: "unknown", apiServer: "unknown" },
      runtimeClasses: "unknown",
      priorityClasses: "unknown",
    });
  });

  test.each([29, 38, 1.5, Number.NaN])(
    "of a minor that is not pinned are a usage error that lists the others: %d",
    async (minor) => {
      await expect(pinnedFacts(minor)).rejects.toMatchObject({
        name: "ExpectedError",
        exitCode: 2,
        hint: expect.stringContaining("1.30, 1.31"),
      });
    },
  );
});
