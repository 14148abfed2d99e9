import { expect, test } from "vitest";
import type { Finding } from "../../src/checks/verify/finding.ts";
import { run } from "../cluster/kubectl.ts";
import { plainStyle } from "../../src/report/style.ts";
import { verifiedAsJunit } from "../../src/report/verify-junit.ts";
import { verifiedAsMarkdown } from "../../src/report/verify-markdown.ts";
import { verifiedAsSarif } from "../../src/report/verify-sarif.ts";
import { tenantAsText } from "../../src/report/verify-text.ts";
import { verification } from "./verification.ts";

const [team] = verification.tenants;

test("Markdown has the counts, what does not hold, the benchmark and the rights, and text of the cluster's is no markup", () => {
  const markdown = verifiedAsMarkdown(verification);
  expect(markdown).toContain("| ❌ team | 1 of 2 | 1 | 0 | 0 |");
  expect(markdown).toContain(
    "- **breach** `A1-pods` a tenant that looks at a neighbour's pods in team, towards other: ",
  );
  expect(markdown).toContain("it reached for 1 of 12 other tenants, a sample: other");
  expect(markdown).toContain("| declined | B-1 Block it | because |");
  expect(markdown).toContain("| pods/exec | create get |");
  expect(markdown).toContain("\\<script\\>\\|\\`\\*");
  expect(markdown).not.toContain("\u001b");
  expect(markdown).not.toContain("\nnext");
});

const finding = (verdict: Finding["verdict"], more: Partial<Finding> = {}): Finding => ({
  id: "H1-x",
  boundary: "pods",
  title: "a tenant that escapes",
  namespace: "team",
  verdict,
  message: "because",
  evidence: [],
  ...more,
});
const textOf = (...findings: Finding[]): string => {
  if (team === undefined) throw new Error("the example has no tenant");
  return tenantAsText({ ...team, findings }, plainStyle);
};
const request = { as: "u (g)", request: "POST /pods", code: 403, reason: "Forbidden", message: "no" };

test("a breach, a doubt, a wall that the spec leaves open and one that holds have different marks", () => {
  expect(textOf(finding("breach"), finding("inconclusive"))).toMatch(
    /✗ pods: 0 of 2[^]+✗ breach H1-x[^]+\? inconclusive H1-x/,
  );
  expect(textOf(finding("inconclusive"))).toMatch(/^ {2}\? pods: 0 of 1 hold$/m);
  expect(textOf(finding("pass"))).toMatch(/^ {2}✓ pods: 1 of 1 hold$/m);
});

test("what the spec leaves open is one line a namespace, apart from breaches, and no pass in any format", () => {
  const open = finding("open", { message: "open until 2027-01-31, as the spec says" });
  const text = textOf(open, { ...open, id: "H2-y" }, finding("pass"));
  expect(text).toMatch(/1 of 3 hold, 0 breaches, 2 open as the spec says, 0 inconclusive/);
  expect(text).toMatch(/^ {2}! pods: 1 of 3 hold$/m);
  expect(text).toContain(
    "open  team: open until 2027-01-31, as the spec says; the server only warns of H1-x, H2-y",
  );
  const tenants = verification.tenants.map((each) => ({ ...each, findings: [open] }));
  expect(verifiedAsMarkdown({ ...verification, tenants })).toContain("| ⚠️ team | 0 of 1 | 0 | 1 | 0 |");
  expect(verifiedAsJunit({ ...verification, tenants })).toContain('tests="1" failures="1" errors="0"');
});

test("evidence says which line is the harmless twin and which the attack", () => {
  const evidence = [
    { ...request, part: "twin" as const },
    { ...request, part: "attack" as const },
  ];
  expect(textOf(finding("breach", { evidence }))).toMatch(
    /harmless twin, as u \(g\): POST \/pods → 403[^]+attack, as u \(g\): POST \/pods → 403/,
  );
});

test("a full quota is told, and that traffic is not tested", () => {
  const evidence = [{ ...request, part: "twin" as const, refusedBy: "ResourceQuota" }];
  const text = textOf(finding("pass", { evidence }), finding("pass", { boundary: "network" }));
  expect(text).toContain("a quota is full: in 1 checks the harmless twin passed every guard");
  expect(text).toMatch(/network: 1 of 1 hold\n.*traffic is not/);
  expect(textOf(finding("pass"))).not.toMatch(/quota|traffic/);
});

test("text says whom the tenant reached for and where it stands against the benchmark", () => {
  if (team === undefined) throw new Error("the example has no tenant");
  const text = tenantAsText(team, plainStyle);
  expect(text).toContain(
    "breach A1-pods  a tenant that looks at a neighbour's pods in team, towards other: ",
  );
  expect(text).toContain(
    "reached for 1 of 12 other tenants, a sample: other (--neighbours all: for every one)",
  );
  expect(text).toContain("multi-tenancy benchmark: 0 of 1 pass, 1 deliberately not");
  expect(text).not.toContain("\u001b");
});

const readJunit = `
import json, sys, xml.etree.ElementTree as tree
suites = tree.fromstring(sys.stdin.buffer.read()).findall("testsuite")
print(json.dumps([{**s.attrib, "cases": [
  {**c.attrib, "bad": [{"tag": e.tag, "text": e.text, **e.attrib} for e in c]} for c in s]} for s in suites]))`;

test("JUnit is XML to somebody else's parser, whatever the cluster's text holds: one suite a part, one case a check", async () => {
  const { code, stdout, stderr } = await run("python3", ["-c", readJunit], verifiedAsJunit(verification));
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { name: "all tenants", tests: "0", failures: "0", errors: "0", cases: [] },
    {
      name: "team",
      tests: "2",
      failures: "1",
      errors: "0",
      cases: [
        {
          classname: "access",
          name: "A1-pods: a tenant that looks at a neighbour's pods in team, towards other",
          bad: [
            {
              tag: "failure",
              message: expect.stringContaining("<script>|`*\\u001b[2J"),
              text: expect.stringContaining("as u (g): GET /x → 200"),
            },
          ],
        },
        { classname: "network", name: "wall: it is as rendered in team", bad: [] },
      ],
    },
  ]);
});

test("SARIF has a result for what does not hold, at the tenant's namespace", () => {
  expect(verifiedAsSarif(verification, "1.2.3")).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "mtenant", version: "1.2.3" } },
        results: [
          {
            ruleId: "A1-pods",
            level: "error",
            locations: [{ logicalLocations: [{ fullyQualifiedName: "team/team" }] }],
          },
        ],
      },
    ],
  });
});
