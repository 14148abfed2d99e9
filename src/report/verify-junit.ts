import type { Finding } from "../checks/verify/finding.ts";
import type { Verification } from "../checks/verify/verification.ts";
import { escapeControl } from "./escape.ts";
import { describeCheck, describeEvidence, partsOf, tally } from "./verdicts.ts";

/** The findings in JUnit's XML, as CI systems read it: one suite a tenant; a breach and what the spec leaves open fail, what cannot be told is an error. */
export function verifiedAsJunit(verification: Verification): string {
  const suites = partsOf(verification).map(({ name, findings }) => {
    const { all, breach, open, inconclusive } = tally(findings);
    const numbers = `tests="${all}" failures="${breach + open}" errors="${inconclusive}"`;
    const cases = findings.map(testCase).join("");
    return `  <testsuite name="${text(name)}" ${numbers}>\n${cases}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function testCase(finding: Finding): string {
  const { id, boundary, verdict, message, evidence } = finding;
  const open = `    <testcase classname="${boundary}" name="${text(`${id}: ${describeCheck(finding)}`)}"`;
  if (verdict === "pass") return `${open}/>\n`;
  const element = verdict === "inconclusive" ? "error" : "failure";
  const lines = evidence.map(describeEvidence).join("\n");
  return `${open}>\n      <${element} message="${text(message)}">${text(lines)}</${element}>\n    </testcase>\n`;
}

/** What no XML document may hold, however it is written (W3C: XML 1.0, production 2, Char). */
const NO_XML = /[\ufffe\uffff]/g;

function text(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return escapeControl(value)
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
    .replace(NO_XML, "\ufffd");
}
