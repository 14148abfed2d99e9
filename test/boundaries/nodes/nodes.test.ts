import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reachOf } from "../../../src/boundaries/index.ts";
import { nodeCommands } from "../../../src/boundaries/nodes/commands.ts";
import { nodes } from "../../../src/boundaries/nodes/index.ts";
import { fillTemplate } from "../../../src/manifests/fill.ts";
import type { Manifest } from "../../../src/manifests/manifest.ts";
import type { JsonMap, KubernetesObject } from "../../../src/manifests/object.ts";
import { parseTemplate } from "../../../src/manifests/template.ts";
import type { Tenant } from "../../../src/tenant/tenant.ts";
import { factsOf } from "../guards/guarded-cluster.ts";

const label = "node-restriction.kubernetes.io/mtenant-tenant";
const taint = { key: "mtenant.dev/tenant", value: "payments", effect: "NoSchedule" };

function tenantWith(mode: Tenant["nodes"]["mode"], nodeNames: readonly string[]): Tenant {
  return {
    name: "payments",
    nodes: { mode, pools: [{ name: "general", nodeNames, tolerations: [] }] },
  } as unknown as Tenant;
}

async function render(tenant: Tenant): Promise<Manifest[]> {
  const text = await readFile(join(import.meta.dirname, "../../../templates/nodes/node.yaml"), "utf8");
  const [document] = await parseTemplate(text, "nodes/node.yaml");
  const [use] = nodes.uses;
  if (use?.per !== "node" || document === undefined)
    throw new Error("the template is rendered for each node");
  const names = tenant.nodes.pools.flatMap((pool) => pool.nodeNames ?? []);
  const scopes = names
    .map((node) => ({ tenant, node, facts: factsOf(true) }))
    .filter((scope) => use.when?.(scope) ?? true);
  return scopes.map((scope) => ({
    owner: { kind: "tenant", name: tenant.name },
    form: use.form?.(scope) ?? "object",
    boundary: "nodes",
    template: use.file,
    object: fillTemplate(document, use.values(scope)),
    comments: new Map(),
  }));
}

const dedicated = tenantWith("Dedicated", ["n1", "n2"]);
const rendered = await render(dedicated);
const judge = (manifests: readonly Manifest[], tenant: Tenant = dedicated) =>
  nodes.guarantees
    .flatMap((each) => [...each({ manifests, tenant, facts: factsOf(true) })])
    .map(({ message }) => message);

describe("nodes designated by name", () => {
  test("are amended by the tenant's label and taint", () => {
    expect(rendered.map(({ form }) => form)).toEqual(["amendment", "amendment"]);
    expect(rendered[0]?.object).toEqual({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1", labels: { [label]: "payments" } },
      spec: { taints: [taint] },
    });
    expect(judge(rendered)).toEqual([]);
  });

  test("are left alone where nodes are shared", async () => {
    const shared = tenantWith("Shared", ["n1"]);
    expect(await render(shared)).toEqual([]);
    expect(judge([], shared)).toEqual([]);
  });

  test("are listed as the commands that designate them", () => {
    expect(nodeCommands(rendered).slice(0, 2)).toEqual([
      `kubectl label node n1 ${label}=payments`,
      "kubectl taint node n1 mtenant.dev/tenant=payments:NoSchedule",
    ]);
  });
});

const first = rendered[0] as Manifest;
const changed = (object: JsonMap, form: Manifest["form"] = "amendment"): Manifest => ({
  ...first,
  form,
  object: { ...first.object, ...object } as KubernetesObject,
});

test.each([
  ["a missing node", [first], "n2 is not designated."],
  [
    "a node that is not in the spec",
    [...rendered, changed({ metadata: { name: "n3", labels: { [label]: "payments" } } })],
    "n3 is not a node of the spec.",
  ],
  ["a node that would be created", [changed({}, "object"), ...rendered.slice(1)], "n1 would be created."],
  [
    "no taint",
    [changed({ spec: { taints: [] } }), ...rendered.slice(1)],
    "n1 gets something else than the label and the taint.",
  ],
  [
    "another taint",
    [changed({ spec: { taints: [{ ...taint, effect: "PreferNoSchedule" }] } }), ...rendered.slice(1)],
    "n1 gets something else than the label and the taint.",
  ],
  [
    "a label more",
    [changed({ metadata: { name: "n1", labels: { [label]: "payments", a: "b" } } }), ...rendered.slice(1)],
    "n1 gets something else than the label and the taint.",
  ],
  [
    "an annotation",
    [
      changed({ metadata: { name: "n1", labels: { [label]: "payments" }, annotations: { a: "b" } } }),
      ...rendered.slice(1),
    ],
    "n1 gets something else than the label and the taint.",
  ],
  ["another kind of object", [...rendered, changed({ kind: "Namespace" })], "n1 is no Node."],
] as const)("an override may not render %s", (_, manifests, message) => {
  expect(judge(manifests)).toEqual([message]);
});

const node = (labels: Record<string, string>, taints: readonly JsonMap[]): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n", labels },
  spec: { taints },
});
const ours = node({ [label]: "payments" }, [taint]);

test.each([
  ["a node that gets label and taint", node({}, []), ours, "narrows"],
  ["a node that loses the taint", ours, node({ [label]: "payments" }, []), "widens"],
  ["a node that loses the label", ours, node({}, [taint]), "widens"],
  [
    "a node that goes to another tenant",
    ours,
    node({ [label]: "other" }, [{ ...taint, value: "other" }]),
    "widens",
  ],
  [
    "a taint that only asks",
    ours,
    node({ [label]: "payments" }, [{ ...taint, effect: "PreferNoSchedule" }]),
    "widens",
  ],
  [
    "a taint that drives out as well",
    ours,
    node({ [label]: "payments" }, [taint, { ...taint, effect: "NoExecute" }]),
    "narrows",
  ],
  [
    "a taint of somebody else",
    ours,
    node({ [label]: "payments" }, [taint, { key: "x", effect: "NoSchedule" }]),
    "neutral",
  ],
  ["a pool's label that goes", node({ "mtenant.dev/tenant": "payments" }, []), node({}, []), "widens"],
  ["a node that is gone", ours, undefined, "neutral"],
  ["a new node of somebody else", undefined, node({ a: "b" }, []), "neutral"],
] as const)("reach: %s", (_, before, after, effect) => {
  expect(reachOf({ group: "", kind: "Node" })(before, after)).toBe(effect);
});
