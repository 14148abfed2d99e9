import { describe, expect, test } from "vitest";
import { expiredStages } from "../../src/tenant/enforcement.ts";
import { parseTenants } from "../../src/tenant/parse.ts";
import { documentOf } from "../../src/tenant/document.ts";
import { problemsOf, tenantText } from "./spec.ts";

const withNamespace = (fields: string): string =>
  tenantText("a", `nodes: {mode: Shared}\nnamespaces: [{name: old, ${fields}}]`);

const parsed = (fields: string) => parseTenants([{ name: "f0.yaml", text: withNamespace(fields) }]);

describe("the stage of warnings of a namespace", () => {
  test("is read, is the same in the record, and lasts to the end of its day", async () => {
    const tenants = await parsed("existing: true, enforcement: {mode: Warn, until: 2027-01-31}");
    expect(tenants[0]?.namespaces[0]?.enforcement).toEqual({ mode: "Warn", until: "2027-01-31" });
    const record = { name: "record", text: JSON.stringify(tenants.map(documentOf)[0]) };
    expect(await parseTenants([record])).toEqual(tenants);
    expect(expiredStages(tenants, Date.parse("2027-01-31T23:59:59Z"))).toEqual([]);
    expect(expiredStages(tenants, Date.parse("2027-02-01T00:00:00Z"))).toEqual([
      { tenant: "a", namespace: "old", until: "2027-01-31" },
    ]);
  });

  test("is none where nothing is said, or Deny", async () => {
    expect((await parsed("existing: true, enforcement: {mode: Deny}"))[0]?.namespaces[0]).not.toHaveProperty(
      "enforcement",
    );
  });

  test.each([
    ["existing: true, enforcement: {mode: Warn}", "until: is required for Warn"],
    ["enforcement: {mode: Warn, until: 2027-01-31}", "only an adopted namespace"],
    ["existing: true, enforcement: {mode: Deny, until: 2027-01-31}", "says when Warn ends"],
    ['existing: true, enforcement: {mode: Warn, until: "2027-02-30"}', "is no day"],
    ['existing: true, enforcement: {mode: Warn, until: "31.1.2027"}', "is no day"],
    ["existing: true, enforcement: {mode: Audit, until: 2027-01-31}", "is not one of Deny, Warn"],
  ])("is refused as %s", async (fields, words) => {
    const problems = await problemsOf(withNamespace(fields));
    expect(problems.join("\n")).toContain(words);
    expect(problems).toHaveLength(1);
  });
});
