import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { documentOf } from "../../src/tenant/document.ts";
import { parseTenants, tenantOf } from "../../src/tenant/parse.ts";
import { tenantJsonSchema } from "../../src/tenant/schema.ts";
import { classText, problemsOf, tenantText } from "./spec.ts";

const parse = async (...texts: string[]) =>
  parseTenants(texts.map((text, index) => ({ name: `f${index}`, text })));

test.each(["on", "no", "yes", "y", '"1e3"', '"4711"', "constructor", "1a"])(
  "a tenant may be called %s, and its document reads back",
  async (name) => {
    const [tenant] = await parse(tenantText(name));
    expect(tenant?.name).toBe(name.replaceAll('"', ""));
    expect(await tenantOf(documentOf(tenant!))).toEqual(tenant);
  },
);

test.each([
  ["null"],
  ["1e3"],
  ["0x1f"],
  ["012"],
  ['""'],
  ['"."'],
  ['".."'],
  ["a/b"],
  ['"%2e%2e"'],
  ["a".repeat(64)],
  ["a".repeat(50)],
  ["Abc"],
  ["a_b"],
  ["-a"],
  ["a-"],
  ["kube-system"],
  ["kube-public"],
  ["default"],
  ["openshift-x"],
  ["mtenant-system"],
  ["p\u0430y"],
  ['"a\\u200bb"'],
  ['"a\\nb"'],
  ['"a\\eb"'],
  ['"a\\0b"'],
  ["caf\u00e9"],
  ["__proto__"],
  ["toString"],
  ["true"],
  ['"a;b"'],
  ["--help"],
])("no tenant can be called %s", async (name) => {
  expect((await problemsOf(tenantText(name)))[0]).toMatch(/^f0\.yaml:3:\d+: metadata\.name/);
});

test.each([
  [
    "an unknown field",
    "nodes: {mode: Shared}\nnetwrok: {}",
    'spec.netwrok: unknown field; did you mean "network"?',
  ],
  ["a field of later", "nodes: {mode: Shared}\nselfService: {}", "spec.selfService: is not supported yet"],
  ["a value of later", "nodes: {mode: Shared}\ncontrolPlane: {mode: Nested}", "Nested is not supported yet"],
  ["no nodes.mode", "pods: {}", "spec.nodes.mode: is required"],
  ["Dedicated without pool", "nodes: {mode: Dedicated}", "needs at least one pool"],
  ["Sandboxed without runtime class", "nodes: {mode: Sandboxed}", "spec.pods.runtimeClassName: is required"],
  [
    "a pool of two minds",
    "nodes: {mode: Dedicated, pools: [{name: a, nodeNames: [n], nodeSelector: {a: b}}]}",
    "cannot be combined",
  ],
  ["an empty selector", "nodes: {mode: Dedicated, pools: [{name: a, nodeSelector: {}}]}", "every node"],
  [
    "a pool by a label that any node can give itself",
    "nodes: {mode: Dedicated, pools: [{name: a, nodeSelector: {pool: gold, kubernetes.io/hostname: n1}}]}",
    "spec.nodes.pools[0].nodeSelector: names no label below mtenant.dev/ or node-restriction.kubernetes.io/",
  ],
  [
    "a pool of another tenant's nodes",
    "nodes: {mode: Sandboxed, pools: [{name: a, nodeSelector: {mtenant.dev/tenant: other}}]}\npods: {runtimeClassName: gvisor}",
    "marks the nodes of a tenant; this one's say",
  ],
  [
    "a toleration of everything",
    'nodes: {mode: Dedicated, pools: [{name: a, nodeNames: [n], tolerations: [{key: "", operator: Exists}]}]}',
    "every taint",
  ],
  ["a mistyped enum", "nodes: {mode: Sharde}", 'did you mean "Shared"?'],
  [
    "a system group",
    "nodes: {mode: Shared}\nsubjects: [{kind: Group, name: 'system:authenticated', role: Owner}]",
    "own identities",
  ],
  [
    "a number as name",
    "nodes: {mode: Shared}\nsubjects: [{kind: User, name: 47, role: Owner}]",
    "put it into quotes",
  ],
  [
    "privileged pods on shared nodes",
    "nodes: {mode: Shared}\npods: {podSecurity: privileged}",
    "spec.pods.podSecurity: privileged takes every wall",
  ],
  [
    "privileged pods of one namespace beside the sandbox",
    "nodes: {mode: Sandboxed}\npods: {runtimeClassName: g}\nnamespaces: [{name: a, podSecurity: privileged}]",
    "spec.namespaces[0].podSecurity: privileged takes every wall",
  ],
  [
    "an account without namespace",
    "nodes: {mode: Shared}\nsubjects: [{kind: ServiceAccount, name: a, role: Owner}]",
    "is required for kind ServiceAccount",
  ],
  [
    "an account of the tenant",
    "nodes: {mode: Shared}\nsubjects: [{kind: ServiceAccount, name: a, namespace: t, role: Owner}]",
    "the tenant's own namespace",
  ],
  [
    "a registry that is a host",
    "nodes: {mode: Shared}\nallowed: {imageRegistries: [r.example.com]}",
    "also begins the name of other hosts",
  ],
  [
    "too many registries",
    `nodes: {mode: Shared}\nallowed: {imageRegistries: [${Array.from({ length: 51 }, (_, n) => `r/${n}/`)}]}`,
    "more than 50",
  ],
  [
    "a system priority",
    "nodes: {mode: Shared}\nallowed: {priorityClassNames: [system-node-critical]}",
    "cluster's own pods",
  ],
  [
    "host bits",
    "nodes: {mode: Shared}\nnetwork: {egress: [{name: a, to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}",
    "the network is 10.0.0.0/8",
  ],
  [
    "an exception outside",
    "nodes: {mode: Shared}\nnetwork: {egress: [{name: a, to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}]}",
    "not a smaller network",
  ],
  ["no peers", "nodes: {mode: Shared}\nnetwork: {egress: [{name: a, to: []}]}", "everybody"],
  [
    "a mixed peer",
    "nodes: {mode: Shared}\nnetwork: {egress: [{name: a, to: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}",
    "two peers",
  ],
  [
    "a reversed port range",
    "nodes: {mode: Shared}\nnetwork: {egress: [{name: a, to: [{podSelector: {}}], ports: [{port: 9, endPort: 8}]}]}",
    "smaller than port",
  ],
  [
    "a negative quantity",
    'nodes: {mode: Shared}\nnamespaces: [{name: t, quota: {hard: {pods: "-1"}}}]',
    "is negative",
  ],
  [
    "a spaced quantity",
    "nodes: {mode: Shared}\nnamespaces: [{name: t, quota: {hard: {limits.memory: 10 Gi}}}]",
    "holds a space",
  ],
  [
    "a huge number",
    "nodes: {mode: Shared}\nnamespaces: [{name: t, quota: {hard: {limits.memory: 1e400}}}]",
    "cannot be read exactly",
  ],
  [
    "too fine a quantity",
    "nodes: {mode: Shared}\nnamespaces: [{name: t, quota: {hard: {limits.cpu: 0.1m}}}]",
    "finer than 1m",
  ],
  ["an unknown size", "nodes: {mode: Shared}\nnamespaces: [{name: t, size: smal}]", 'did you mean "small"?'],
  [
    "a budget too small",
    'nodes: {mode: Shared}\nbudget: {hard: {requests.cpu: "1"}}',
    "add up to 2, more than the budget of 1",
  ],
  [
    "default above max",
    "nodes: {mode: Shared}\nnamespaces: [{name: t, limitRange: {limits: [{type: Container, default: {cpu: 2}, max: {cpu: 1}}]}}]",
    "is more than max 1",
  ],
  ["an unknown class", "className: x", "there is no TenantClass"],
  [
    "the reserved namespace",
    "nodes: {mode: Shared}\nnamespaces: [{name: t-control-plane}]",
    "control plane of the tenant's own",
  ],
  ["a missing null value", "nodes:", "must be a map of fields, not null"],
])("refuses %s", async (_case, spec, message) => {
  expect((await problemsOf(tenantText("t", spec))).join("\n")).toContain(message);
});

test.each([
  "pod-security.kubernetes.io/enforce",
  "mtenant.dev/tenant",
  "app.kubernetes.io/managed-by",
  "admission.gatekeeper.sh/ignore",
  "resource.kubernetes.io/admin-access",
  "azure.workload.identity/use",
  "a.node-restriction.kubernetes.io/x",
  "__proto__",
  "constructor",
  "prototype",
  "a b",
])("the label %s is not the tenant's to set", async (key) => {
  for (const field of [`, labels: {"${key}": x}`, `, annotations: {"${key}": x}`]) {
    expect(await problemsOf(tenantText("t", undefined, field))).not.toEqual([]);
  }
});

test.each([
  ["an alias", "a: &x [1]\nb: *x", "not supported"],
  ["an anchor", "a: &x 1", "anchors"],
  ["a tag", "a: !!js/function x", ""],
  ["a core tag", "a: !!str 1", "tags"],
  ["a merge key", "a: {<<: {b: c}}", "merge keys"],
  ["a repeated key", "a: 1\na: 2", "unique"],
  ["YAML 1.1", "%YAML 1.1\n---\na: no", "only YAML 1.2"],
  ["a null document", "null", "a map of fields"],
  ["a control character", "a: \u0007", "U+0007"],
  ["a binary file", "\u0000\u0001", "U+0000"],
  ["infinity", "a: .inf", "exactly"],
  ["not a number", "a: .nan", "exactly"],
  ["a long integer", "a: 12345678901234567890", "exactly"],
  ["a key that is no text", "{1: 2}", "a key must be a string"],
  ["tabs", "a:\n\tb: c", ""],
  ["deep nesting", "[".repeat(20_000), ""],
  ["1 MiB and more", "#".repeat(1024 * 1024 + 1), "larger than 1 MiB"],
  ["another kind", "apiVersion: v1\nkind: Pod", "is not known"],
])("a file with %s is refused", async (_case, text, message) => {
  expect((await problemsOf(text)).join("\n")).toContain(message);
});

test("a byte order mark, CRLF, comments and empty documents are harmless", async () => {
  const text = `\ufeff---\n# nothing\n---\n${tenantText("a")}---\n${tenantText("b")}`.replaceAll(
    "\n",
    "\r\n",
  );
  expect((await parse(text)).map((tenant) => tenant.name)).toEqual(["a", "b"]);
});

test("problems of all files come at once, with file, line and column", async () => {
  const found = await problemsOf(tenantText("A"), tenantText("b", "nodes: {mode: X}"), "a: &x 1");
  expect(found.map((line) => line.split(" ")[0])).toEqual(["f2.yaml:1:7:", "f0.yaml:3:18:", "f1.yaml:5:17:"]);
});

test.each([
  ["the same name", tenantText("a"), tenantText("a"), "already"],
  [
    "the same namespace",
    tenantText("a", "nodes: {mode: Shared}\nnamespaces: [{name: x}]"),
    tenantText("b", "nodes: {mode: Shared}\nnamespaces: [{name: x}]"),
    "is kept for tenant a (f0.yaml:3:18)",
  ],
  [
    "a reserved name",
    tenantText("a", "nodes: {mode: Shared}\nnamespaces: [{name: b-control-plane}]"),
    tenantText("b"),
    "is kept for tenant a",
  ],
  [
    "the same node",
    tenantText("a", "nodes: {mode: Dedicated, pools: [{name: p, nodeNames: [n]}]}"),
    tenantText("b", "nodes: {mode: Dedicated, pools: [{name: p, nodeNames: [n]}]}"),
    "node n is designated",
  ],
  [
    "overlapping selectors",
    tenantText("a", "nodes: {mode: Dedicated, pools: [{name: p, nodeSelector: {mtenant.dev/pool: x}}]}"),
    tenantText(
      "b",
      "nodes: {mode: Dedicated, pools: [{name: p, nodeSelector: {mtenant.dev/pool: x, z: w}}]}",
    ),
    "not shared",
  ],
  [
    "an account in the other",
    tenantText("a"),
    tenantText(
      "b",
      "nodes: {mode: Shared}\nsubjects: [{kind: ServiceAccount, name: s, namespace: a, role: Owner}]",
    ),
    "lives inside of tenant a",
  ],
])("two tenants cannot have %s", async (_case, one, other, message) => {
  expect((await problemsOf(one, other)).join("\n")).toContain(message);
});

test("a class presets, the tenant goes over it, and locked fields hold", async () => {
  const preset = classText(
    "nodes: {mode: Shared}\npods: {podSecurity: restricted}\nlocked: [pods.podSecurity, 'namespaces[].quota']",
  );
  const [tenant] = await parse(tenantText("t", "className: c\nnetwork: {dns: Deny}"), preset);
  expect(tenant).toMatchObject({ className: "c", nodes: { mode: "Shared" }, network: { dns: "Deny" } });
  expect(await tenantOf(documentOf(tenant!))).toEqual(tenant);
  const loose = await problemsOf(
    tenantText("t", "className: c\nnamespaces: [{name: t, podSecurity: baseline, quota: {hard: {pods: 9}}}]"),
    preset,
  );
  expect(loose.filter((line) => line.includes("locked by TenantClass c"))).toHaveLength(2);
  expect((await problemsOf(classText("locked: [nodes.mod]")))[0]).toContain('did you mean "mode"?');
});

test("resolved documents read back to the same tenant", async () => {
  const spec = fc.record({
    mode: fc.constantFrom("dedicated", "sandboxed", "shared"),
    size: fc.constantFrom("small", "medium", "large"),
    cpu: fc.integer({ min: 1, max: 5000 }),
    memory: fc.integer({ min: 1, max: 4000 }),
    port: fc.integer({ min: 1, max: 65535 }),
    names: fc.uniqueArray(
      fc
        .stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
        .filter((name) => !/^(kube-|openshift|default$)/.test(name)),
      { minLength: 1, maxLength: 4 },
    ),
  });
  const nodes = {
    dedicated: "{mode: Dedicated, pools: [{name: p, nodeNames: [b, a]}]}",
    sandboxed: "{mode: Sandboxed}\npods: {runtimeClassName: gvisor}",
    shared: "{mode: Shared}",
  };
  await fc.assert(
    fc.asyncProperty(spec, async ({ mode, size, cpu, memory, port, names }) => {
      const list = names.map(
        (name) =>
          `{name: "${name}", size: ${size}, quota: {hard: {requests.cpu: ${cpu}m, limits.memory: ${memory}Mi}}, limitRange: {limits: [{type: Container, max: {cpu: ${cpu}m}}]}}`,
      );
      const rule = `{name: r, to: [{namespaceSelector: {}, podSelector: {matchLabels: {}}}], ports: [{port: ${port}}]}`;
      const text = `nodes: ${nodes[mode as keyof typeof nodes]}\nnamespaces: [${list}]\nnetwork: {egress: [${rule}]}\nsubjects: [{kind: User, name: u, role: Viewer, namespaces: ["${names[0]}"]}]`;
      const [tenant] = await parse(tenantText("the-tenant", text));
      expect(await tenantOf(documentOf(tenant!))).toEqual(tenant);
    }),
  );
});

test("the examples are valid, and name their schema", async () => {
  const texts = readdirSync("examples").map((file) => readFileSync(`examples/${file}`, "utf8"));
  expect(
    texts.every(
      (text) => text.startsWith("# yaml-language-server: $schema=") && text.includes("tenant.schema.json"),
    ),
  ).toBe(true);
  expect((await parse(...texts)).map((tenant) => tenant.name).sort()).toEqual(["lab", "payments", "search"]);
});

test("the JSON Schema describes both kinds", () => {
  const text = JSON.stringify(tenantJsonSchema());
  for (const word of ["draft-07", '"Tenant"', '"TenantClass"', "description", "additionalProperties"])
    expect(text).toContain(word);
});
