import { escapeControl } from "./escape.ts";
import type { Verified } from "./verify-text.ts";
import type { Finding } from "../checks/verify/finding.ts";

/** The findings in JUnit's XML, as CI systems read it: one suite a tenant; a breach fails, what cannot be told is an error. */
export function verifiedAsJunit(all: readonly Verified[]): string {
  const suites = all.map(({ tenant, findings }) => {
    const count = (verdict: Finding["verdict"]): number =>
      findings.filter((each) => each.verdict === verdict).length;
    const numbers = `tests="${findings.length}" failures="${count("breach")}" errors="${count("inconclusive")}"`;
    const cases = findings.map(testCase).join("");
    return `  <testsuite name="${text(tenant)}" ${numbers}>\n${cases}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function testCase({ id, title, namespace, boundary, verdict, message, evidence }: Finding): string {
  const name = `${id}: ${title}${namespace === undefined ? "" : ` in ${namespace}`}`;
  const open = `    <testcase classname="${boundary}" name="${text(name)}"`;
  if (verdict === "pass") return `${open}/>\n`;
  const element = verdict === "breach" ? "failure" : "error";
  const lines = evidence.map((each) => `${each.request} → ${each.code} ${each.message}`).join("\n");
  return `${open}>\n      <${element} message="${text(message)}">${text(lines)}</${element}>\n    </testcase>\n`;
}

function text(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return escapeControl(value).replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
