import { expect, test } from "vitest";
import { commandLine } from "../../src/commands/command-line.ts";

test("a command line says the tenants, how they are planned, the cluster and as whom, in words for a shell", () => {
  const flags = {
    ownerGroup: ["two words"],
    size: "large",
    filename: ["tenants/"],
    templates: "our walls",
    clusterProfile: "prod.json",
    forceConflicts: true,
    context: "prod",
    asGroup: ["a", "b"],
  };
  expect(commandLine("create", "team1", flags)).toBe(
    "mtenant create team1 --owner-group 'two words' --size large -f tenants/ --templates 'our walls' --cluster-profile prod.json --force-conflicts --context prod --as-group a --as-group b",
  );
});

test("a command line says nothing that was not said", () => {
  expect(commandLine("list", undefined, { forceConflicts: false })).toBe("mtenant list");
});
