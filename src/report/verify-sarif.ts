import type { Finding } from "../checks/verify/finding.ts";
import type { Verification } from "../checks/verify/verification.ts";
import { describeCheck, partsOf } from "./verdicts.ts";

/** The findings that are no pass, in SARIF 2.1.0 (OASIS), for code scanning; a tenant's namespace is the logical location. */
export function verifiedAsSarif(verification: Verification, version: string): object {
  const parts = partsOf(verification);
  const rules = new Map(parts.flatMap(({ findings }) => findings).map((each) => [each.id, ruleOf(each)]));
  const results = parts.flatMap(({ name, findings }) =>
    findings.filter(({ verdict }) => verdict !== "pass").map((each) => resultOf(name, each)),
  );
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "mtenant", version, rules: [...rules.values()] } }, results }],
  };
}

function ruleOf({ id, title }: Finding): object {
  return { id, shortDescription: { text: title } };
}

function resultOf(name: string, finding: Finding): object {
  const { id, namespace, verdict, message } = finding;
  const fullyQualifiedName = namespace === undefined ? name : `${name}/${namespace}`;
  return {
    ruleId: id,
    level: verdict === "breach" ? "error" : "warning",
    message: { text: `${describeCheck(finding)}: ${message}` },
    locations: [{ logicalLocations: [{ fullyQualifiedName }] }],
  };
}
