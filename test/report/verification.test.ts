import { expect, test } from "vitest";
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
  expect(markdown).toContain("| ❌ team | 1 of 2 | 1 | 0 |");
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
