import { expect, test } from "vitest";
import { documentOf } from "../../src/tenant/document.ts";
import { applyFlags, resolveDocuments, tenantFromFlags } from "../../src/tenant/flags.ts";

const resolve = async (...args: Parameters<typeof tenantFromFlags>) =>
  (await resolveDocuments([await tenantFromFlags(...args)], []))[0]!;

test("a group and a node are a tenant", async () => {
  const tenant = await resolve("team1", { ownerGroup: ["admins"], node: ["n1"] });
  expect(tenant.nodes).toEqual({
    mode: "Dedicated",
    pools: [{ name: "named", nodeNames: ["n1"], tolerations: [] }],
  });
  expect(tenant.subjects).toEqual([{ kind: "Group", name: "admins", role: "Owner" }]);
});

test("only what flags name changes in a recorded tenant", async () => {
  const before = await resolve("team1", { ownerGroup: ["admins"], node: ["n1"], namespace: ["a"] });
  const document = await applyFlags(documentOf(before), {
    size: "large",
    node: ["n2"],
    viewerGroup: ["guests"],
  });
  const [after] = await resolveDocuments([document], []);
  expect(after?.namespaces[0]?.quota.hard["requests.cpu"]).toBe("32");
  expect(after?.nodes.pools[0]?.nodeNames).toEqual(["n1", "n2"]);
  expect(after?.subjects).toHaveLength(2);
  expect((await resolveDocuments([await applyFlags(documentOf(before), {})], []))[0]).toEqual(before);
});

test.each([
  [{ ownerGroup: ["system:masters"] }, "--owner-group"],
  [{ viewerGroup: ["a\u001b[31m"] }, "--viewer-group"],
  [{ node: ["UPPER"] }, "--node"],
  [{ nodes: "Dedicate" }, "--nodes"],
  [{}, "--nodes"],
  [{ nodes: "Dedicated" }, "--node"],
  [{ nodes: "Sandboxed" }, "--runtime-class"],
  [{ nodes: "Shared", namespace: ["kube-system"] }, "--namespace"],
  [{ nodes: "Shared", size: "huge" }, "--size"],
  [{ nodes: "Shared", className: "x" }, "--class"],
  [{ nodeSelector: "a" }, "--node-selector"],
  [{ nodeSelector: "a=b,a=c" }, "--node-selector"],
])("the error of %j names %s", async (flags, where) => {
  await expect(resolve("team1", flags)).rejects.toMatchObject({
    exitCode: 2,
    problems: [expect.objectContaining({ where })],
  });
});
