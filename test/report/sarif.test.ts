import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { z } from "zod";
import { verifiedAsSarif } from "../../src/report/verify-sarif.ts";
import { verification } from "./verification.ts";

const require = createRequire(import.meta.url);

/** OASIS' schema of SARIF 2.1.0, as Microsoft publishes it with its matchers for tests. */
const schemaFile = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const sarif = z.fromJSONSchema(JSON.parse(await readFile(schemaFile, "utf8")) as never);

const problemsOf = (log: unknown): readonly unknown[] =>
  sarif.safeParse(JSON.parse(JSON.stringify(log))).error?.issues ?? [];

test("SARIF is valid by the schema of SARIF 2.1.0, with findings and without", () => {
  expect(problemsOf(verifiedAsSarif(verification, "1.2.3"))).toEqual([]);
  const none = { cluster: { findings: [], wallWriters: [] }, tenants: [] };
  expect(problemsOf(verifiedAsSarif(none, "1.2.3"))).toEqual([]);
});

test("the schema refuses what is no SARIF, so that its consent says something", () => {
  const result = { message: { text: "m" }, level: "fatal" };
  const log = { version: "2.1.0", runs: [{ tool: { driver: { name: "mtenant" } }, results: [result] }] };
  expect(problemsOf(log)).toMatchObject([{ path: ["runs", 0, "results", 0, "level"] }]);
  expect(problemsOf({ version: "2.1.0", runs: [{ tool: {} }] })).not.toEqual([]);
});
