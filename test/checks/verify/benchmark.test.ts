import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { attacks } from "../../../src/boundaries/attacks.ts";
import { benchmarkChecks, benchmarkOf } from "../../../src/checks/verify/benchmark.ts";
import type { Finding } from "../../../src/checks/verify/finding.ts";
import { boundaryNames } from "../../../src/manifests/manifest.ts";

const finding = (id: string, verdict: Finding["verdict"]): Finding => ({
  id,
  boundary: "pods",
  title: "t",
  namespace: "team",
  verdict,
  message: "m",
  evidence: [],
});

const all = (verdict: Finding["verdict"]) => benchmarkChecks.map((id) => finding(id, verdict));
const resultsOf = (findings: readonly Finding[], id: string) =>
  benchmarkOf(findings, ["team"]).filter((each) => each.id === id);

test("it is 19 checks and 6 drafts, each decided by checks that exist", () => {
  expect(benchmarkOf([], ["team"])).toHaveLength(19 + 6);
  const known = new Set([
    ...attacks.map(({ id }) => id),
    ...boundaryNames,
    "every-cluster-kind",
    "every-neighbour-kind",
    "rights",
    "quota",
    "quota-compute",
    "quota-objects",
  ]);
  expect(benchmarkChecks.filter((id) => !known.has(id))).toEqual([]);
});

test("a tenant whose walls hold passes all but what is deliberately not so, with the reason", () => {
  const results = benchmarkOf(all("pass"), ["team"]);
  expect(results.filter(({ verdict }) => !["pass", "declined"].includes(verdict))).toEqual([]);
  const declined = results.filter(({ verdict }) => verdict === "declined");
  expect(declined.map(({ title }) => title)).toEqual([
    "Configure namespace object limits",
    "Create Role Bindings",
    "Create Network Policies",
    "Require PersistentVolumeClaims for storage",
    "Require the reclaim policy Delete",
    "Self-service Roles and RoleBindings",
  ]);
  for (const { why } of declined) expect(why).toMatch(/\w{3}/);
});

test("one breach among its checks decides, also of what is declined; and a breach weighs more than a doubt", () => {
  const id = "MTB-PL1-BC-HI-3";
  const holds = all("pass").filter((each) => !each.id.startsWith("H"));
  expect(resultsOf([...holds, finding("H4-host-network", "pass")], id)).toMatchObject([{ verdict: "pass" }]);
  const doubt = [...holds, finding("H4-host-network", "inconclusive")];
  expect(resultsOf(doubt, id)).toMatchObject([{ verdict: "inconclusive", why: "H4-host-network: m" }]);
  expect(resultsOf([...doubt, finding("H7-host-port", "breach")], id)).toMatchObject([{ verdict: "breach" }]);
  expect(resultsOf([finding("A14-allow-all", "breach")], "MTB-PL2-BC-OPS-4")).toMatchObject([
    { verdict: "breach" },
  ]);
});

test("what nothing was checked for is never a pass", () => {
  for (const { verdict, why } of benchmarkOf([], ["team"])) {
    expect(verdict).toBe("not-applicable");
    expect(why).not.toBe("");
  }
});

test("what holds in one namespace only is no pass: in another the spec asks for a weaker level", () => {
  const id = "MTB-PL1-BC-CPI-5";
  const both = benchmarkOf([finding("H1-privileged", "pass")], ["team", "legacy"]);
  expect(both.filter((each) => each.id === id)).toMatchObject([
    { verdict: "not-applicable", why: expect.stringContaining("weaker level of Pod Security") },
  ]);
  expect(resultsOf([finding("H1-privileged", "pass")], id)).toMatchObject([{ verdict: "pass" }]);
});

test("the documentation has every check, and says which are deliberately not so", async () => {
  const text = await readFile("docs/multi-tenancy-benchmark.md", "utf8");
  for (const { id, title, verdict } of benchmarkOf(all("pass"), ["team"])) {
    const stance = verdict === "declined" ? "deliberately not" : "passes";
    expect(text).toContain(`| ${id} | ${title} | ${stance} |`);
  }
});

test("a wall of the network decides about traffic between tenants", () => {
  const wall: Finding = { ...finding("wall", "breach"), boundary: "network" };
  expect(resultsOf([wall], "#1201")).toMatchObject([{ verdict: "breach", checks: ["wall"] }]);
  expect(resultsOf([{ ...wall, boundary: "pods" }], "#1201")).toMatchObject([{ verdict: "not-applicable" }]);
});
