import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { printDocument } from "../../src/manifests/yaml.ts";
import { documentOf } from "../../src/tenant/document.ts";
import { resolveDocuments, type TenantFlags, tenantFromFlags } from "../../src/tenant/flags.ts";
import { parseTenants, tenantOf } from "../../src/tenant/parse.ts";
import { changeRecorded } from "../../src/tenant/recorded-tenant.ts";
import { boundResources } from "../../src/tenant/sizes.ts";
import type { TenantDocument } from "../../src/tenant/tenant.ts";
import { classText } from "./spec.ts";

const standard = (spec: string) => [
  { value: parseYaml(classText(spec)) as TenantDocument, locate: () => "classes.yaml:1:1" },
];
const withClass = async (flags: TenantFlags, spec: string) =>
  (
    await resolveDocuments([await tenantFromFlags("team1", { className: "c", ...flags })], standard(spec))
  )[0]!;
const sizes = `sizes: {large: {quota: {hard: {${boundResources()
  .map((name) => `${name}: "7"`)
  .join(", ")}}}}}`;

test("flags and the class of a file make a tenant, and its record reads back with locks and sizes", async () => {
  const tenant = await withClass({}, `nodes: {mode: Shared}\nlocked: [nodes.mode]\n${sizes}`);
  expect(tenant.classRules).toMatchObject({ locked: ["nodes.mode"], sizes: { large: {} } });
  expect(await tenantOf(documentOf(tenant))).toEqual(tenant);
  const text = printDocument(documentOf(tenant));
  expect(await parseTenants([{ name: "record.yaml", text }])).toEqual([tenant]);
});

test.each([
  ["nodes.mode", { nodes: "Dedicated", node: ["n1"] }, "--nodes"],
  ["nodes", { node: ["n1"] }, "--node"],
  ["namespaces[].size", { size: "medium" }, "--size"],
  ["namespaces[].quota", { size: "medium" }, "--size"],
  ["namespaces[].limitRange", { size: "medium" }, "--size"],
  ["namespaces", { namespace: ["more"] }, "--namespace"],
  ["subjects", { ownerGroup: ["others"] }, "--owner-group"],
  ["pods.runtimeClassName", { runtimeClass: "gvisor" }, "--runtime-class"],
  ["pods", { runtimeClass: "gvisor" }, "--runtime-class"],
])("a recorded tenant whose class locks %s cannot change it by %j", async (locked, flags, where) => {
  const spec = "nodes: {mode: Shared}\nsubjects: [{kind: Group, name: g, role: Owner}]";
  const recorded = documentOf(await withClass({}, `${spec}\nlocked: ["${locked}"]`));
  await expect(changeRecorded(recorded, flags, [])).rejects.toMatchObject({
    exitCode: 2,
    problems: [{ where, message: expect.stringContaining("locked by TenantClass c") }],
  });
  const loose = documentOf(await withClass({}, `${spec}\nlocked: [network.dns]`));
  expect(await changeRecorded(loose, flags, [])).not.toEqual(loose);
});

test("pools that a class locks do not go with a change of the mode either", async () => {
  const spec =
    "nodes: {mode: Dedicated, pools: [{name: p, nodeNames: [n1]}]}\nlocked: [nodes.pools]\nsubjects: []";
  const recorded = documentOf(await withClass({}, spec));
  await expect(changeRecorded(recorded, { nodes: "Shared" }, [])).rejects.toMatchObject({
    problems: [{ where: "--node", message: expect.stringContaining("spec.nodes.pools") }],
  });
});

test("what a lock says already can be said again, and NAME alone is the record", async () => {
  const recorded = documentOf(await withClass({}, "nodes: {mode: Shared}\nlocked: [nodes, subjects]"));
  for (const flags of [{ nodes: "Shared" }, {}]) {
    const [again] = await resolveDocuments([await changeRecorded(recorded, flags, [])], []);
    expect(documentOf(again!)).toEqual(recorded);
  }
});

test("a size by name is the class's own as it was when the record was written", async () => {
  const recorded = documentOf(
    await withClass({}, `nodes: {mode: Shared}\nlocked: ["namespaces[].quota"]\n${sizes}`),
  );
  const [large] = await resolveDocuments([await changeRecorded(recorded, { size: "large" }, [])], []);
  expect(large?.namespaces[0]).toMatchObject({ size: "large", quota: { hard: { "requests.cpu": "7" } } });
});

test("with the class's file given again the class decides anew, and what it does not lock stays", async () => {
  const before = documentOf(
    await withClass(
      { size: "medium" },
      "nodes: {mode: Shared}\nnetwork: {dns: Allow, apiServer: Allow}\npods: {podSecurity: baseline}\nlocked: [pods.podSecurity, nodes.mode]",
    ),
  );
  const classes = standard(
    "nodes: {mode: Shared}\nnetwork: {dns: Deny}\nlocked: [network.dns, pods.podSecurity]",
  );
  const again = async (flags: TenantFlags) =>
    (
      await resolveDocuments([await changeRecorded(before, { className: "c", ...flags }, classes)], classes)
    )[0];
  expect(await again({ viewerGroup: ["guests"] })).toMatchObject({
    network: { dns: "Deny", apiServer: "Allow" },
    namespaces: [{ podSecurity: "restricted", size: "medium" }],
    subjects: [{ name: "guests" }],
    classRules: { locked: ["network.dns", "pods.podSecurity"] },
  });
  expect(await again({ node: ["n1"] })).toMatchObject({ nodes: { mode: "Dedicated" } });
});

test("rules of a class that are not what mtenant writes are refused", async () => {
  for (const text of ["", "{", "[]", '{"locked":[1],"sizes":{}}', '{"locked":[]}']) {
    const document = documentOf(await withClass({}, "nodes: {mode: Shared}")) as { metadata: object };
    const broken = {
      ...document,
      metadata: { ...document.metadata, annotations: { "mtenant.dev/class-rules": text } },
    };
    await expect(tenantOf(broken as TenantDocument)).rejects.toMatchObject({ exitCode: 2 });
  }
});

test("what the record holds and a flag makes impossible is told as the record's, not as a flag that nobody gave", async () => {
  const recorded = documentOf(
    (await resolveDocuments([await tenantFromFlags("team1", { node: ["n3"] })], []))[0]!,
  );
  const flags = { nodes: "Sandboxed", runtimeClass: "gvisor" };
  const changed = await changeRecorded(recorded, flags, []);
  await expect(resolveDocuments([changed], [], flags)).rejects.toMatchObject({
    problems: [
      { where: "from the record, which -f FILE replaces", message: expect.stringContaining("nodeNames") },
    ],
  });
  const bare = { nodes: "Sandboxed" };
  await expect(resolveDocuments([await changeRecorded(recorded, bare, [])], [], bare)).rejects.toMatchObject({
    problems: expect.arrayContaining([
      expect.objectContaining({ where: "from the record, which -f FILE replaces" }),
    ]),
  });
});
