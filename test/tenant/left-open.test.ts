import { expect, test } from "vitest";
import { leftOpen } from "../../src/tenant/left-open.ts";
import { resolveDocuments, tenantFromFlags } from "../../src/tenant/flags.ts";

const tenant = async (name: string, flags: object) =>
  resolveDocuments([await tenantFromFlags(name, { ownerGroup: ["g"], ...flags })], []);

test("what stays open is said once for each way of having nodes", async () => {
  const shared = await tenant("one", { nodes: "Shared" });
  const other = await tenant("two", { nodes: "Shared" });
  const dedicated = await tenant("three", { node: ["n1"] });
  const sentences = leftOpen([...shared, ...other, ...dedicated]);
  expect(sentences).toHaveLength(2);
  expect(sentences[0]).toMatch(/^Not stopped with Dedicated nodes: .*the tenant's own nodes/);
  expect(sentences[1]).toMatch(/^Not stopped with Shared nodes: .*every tenant on its node/);
});
