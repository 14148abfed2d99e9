import type { Verified } from "./verify-text.ts";

/** The findings that are no pass, in SARIF 2.1.0 (OASIS), for code scanning; a tenant's namespace is the logical location. */
export function verifiedAsSarif(all: readonly Verified[], version: string): object {
  const found = all.flatMap(({ tenant, findings }) => findings.map((each) => ({ tenant, ...each })));
  const rules = [
    ...new Map(found.map(({ id, title }) => [id, { id, shortDescription: { text: title } }])).values(),
  ];
  const results = found
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ tenant, id, title, namespace, verdict, message }) => ({
      ruleId: id,
      level: verdict === "breach" ? "error" : "warning",
      message: { text: `${title}: ${message}` },
      locations: [
        {
          logicalLocations: [
            { fullyQualifiedName: namespace === undefined ? tenant : `${tenant}/${namespace}` },
          ],
        },
      ],
    }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "mtenant", version, rules } }, results }],
  };
}
