import { describe, expect, test } from "vitest";
import type { Owner } from "../../src/manifests/manifest.ts";
import type { KubernetesObject, ObjectMeta } from "../../src/manifests/object.ts";
import { idOf, keyOf } from "../../src/manifests/object.ts";
import type { PlanInput } from "../../src/plan/changes.ts";
import { planChanges } from "../../src/plan/changes.ts";
import { planDigest } from "../../src/plan/digest.ts";
import type { HeldObject, Observed } from "../../src/plan/observed.ts";
import { planDelete } from "../../src/plan/removals.ts";
import { manifest, object, planText, roleBinding, smallTenant } from "./objects.ts";

const blue: Owner = { kind: "tenant", name: "blue" };
const created = "2026-01-01T00:00:00Z";

function planOf(input: Partial<PlanInput>, live: readonly KubernetesObject[] = []) {
  const observed = new Map<string, Observed>(live.map((each) => [keyOf(idOf(each)), { live: each }]));
  return planChanges({
    owner: blue,
    wanted: [],
    observed,
    held: [],
    adopt: new Set(),
    judge: () => "neutral",
    foreign: [],
    ...input,
  });
}

function alive(base: KubernetesObject, meta: Partial<ObjectMeta> = {}): KubernetesObject {
  return {
    ...base,
    metadata: { ...base.metadata, uid: `uid-${base.metadata.name}`, creationTimestamp: created, ...meta },
  };
}

function held(base: KubernetesObject, uid?: string): HeldObject {
  return { id: idOf(base), form: "object", ...(uid === undefined ? {} : { uid }) };
}

const policy = object("networking.k8s.io/v1", "NetworkPolicy", "blue/deny", { spec: { podSelector: {} } });
const wanted = manifest(blue, policy);
const applied = {
  managedFields: [
    { manager: "mtenant", operation: "Apply" as const, apiVersion: "networking.k8s.io/v1", fieldsV1: {} },
  ],
};

describe("a plan", () => {
  test("of a new tenant sets up walls before nodes and access", () => {
    expect(planText(planOf({ wanted: smallTenant("blue") }))).toBe(
      [
        "namespaces: create Namespace blue",
        "walls: amend ServiceAccount blue/default",
        "walls: create ResourceQuota blue/mtenant",
        "walls: create NetworkPolicy blue/default-deny",
        "walls: create Role blue/mtenant-owner",
        "access: create RoleBinding blue/mtenant-owner",
      ].join("\n"),
    );
  });

  test("revokes access first and takes other unwanted objects away last", () => {
    const old = [roleBinding("blue", "x"), object("v1", "ConfigMap", "blue/old"), policy].map((each) =>
      alive(each),
    );
    const plan = planOf({ wanted: [wanted], held: old.map((each) => held(each, each.metadata.uid)) }, old);
    expect(planText(plan)).toBe(
      [
        "access: delete RoleBinding blue/mtenant-owner",
        "walls: update NetworkPolicy blue/deny",
        "walls: delete ConfigMap blue/old",
      ].join("\n"),
    );
  });

  test.each<[string, Partial<ObjectMeta>, HeldObject | undefined, string]>([
    ["held by uid", {}, held(policy, "uid-deny"), "update"],
    ["held by another uid", {}, held(policy, "uid-other"), "refuse"],
    ["nobody's", {}, undefined, "refuse"],
    ["only labelled like ours", { ...wanted.object.metadata, ...applied }, undefined, "refuse"],
    [
      "intended, labelled and applied by us",
      { ...wanted.object.metadata, ...applied },
      held(policy),
      "update",
    ],
    [
      "intended, but older than the record",
      { ...wanted.object.metadata, ...applied, creationTimestamp: "2025-12-31T23:59:59Z" },
      held(policy),
      "refuse",
    ],
    ["intended, but not applied by us", wanted.object.metadata, held(policy), "refuse"],
    ["terminating", { deletionTimestamp: created, finalizers: ["x/y"] }, held(policy, "uid-deny"), "refuse"],
  ])("of an object that is %s", (_, meta, entry, action) => {
    const plan = planOf({ wanted: [wanted], held: entry ? [entry] : [], recordCreated: created }, [
      alive(policy, meta),
    ]);
    expect(planText(plan)).toBe(`walls: ${action} NetworkPolicy blue/deny`);
  });

  test("adopts what is nobody's and named, never what another tool or tenant holds", () => {
    const adopt = new Set([keyOf(idOf(policy))]);
    const of = (meta: Partial<ObjectMeta>) =>
      planOf({ wanted: [wanted], adopt }, [alive(policy, meta)]).waves[0]?.changes[0];
    expect(of({})?.action).toBe("adopt");
    expect(of({ annotations: { "meta.helm.sh/release-name": "web" } })?.refusal).toContain(
      'Helm release "web"',
    );
    expect(of({ labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } })?.refusal).toContain("Flux");
    expect(of({ annotations: { "argocd.argoproj.io/tracking-id": "a" } })?.refusal).toContain("Argo CD");
    expect(of({ labels: { "mtenant.dev/tenant": "red" } })?.refusal).toContain("tenant red");
  });

  test("recreates a binding whose roleRef differs", () => {
    const live = alive(roleBinding("blue", "cluster-admin"));
    const plan = planOf(
      {
        wanted: [manifest(blue, roleBinding("blue", "mtenant-owner"))],
        held: [held(live, live.metadata.uid)],
      },
      [live],
    );
    expect(plan.waves[0]?.changes[0]).toMatchObject({
      action: "recreate",
      fields: expect.arrayContaining([
        { path: "/roleRef/name", before: "cluster-admin", after: "mtenant-owner" },
      ]),
    });
  });

  test("refuses to delete a namespace that the spec no longer names", () => {
    const live = alive(object("v1", "Namespace", "blue-old"));
    const plan = planOf({ held: [held(live, live.metadata.uid)] }, [live]);
    expect(planText(plan)).toBe("namespaces: refuse Namespace blue-old");
  });

  test("never shows the data of a Secret", () => {
    const secret = object("v1", "Secret", "blue/s", { data: { key: "c2VjcmV0" } });
    const live = alive({ ...secret, data: { key: "b2xkb2xk" } });
    const plan = planOf({ wanted: [manifest(blue, secret)], held: [held(live, live.metadata.uid)] }, [live]);
    const fields = JSON.stringify(plan.waves[0]?.changes[0]?.fields);
    expect(fields).toContain("/data/key");
    expect(fields).not.toMatch(/c2VjcmV0|b2xkb2xk/);
  });

  test("has a digest that changes with what would be done, and with nothing else", () => {
    const live = alive(policy);
    const entry = held(live, live.metadata.uid);
    const digest = (one: KubernetesObject, other = live) =>
      planDigest(planOf({ wanted: [manifest(blue, one)], held: [entry] }, [other]));
    expect(digest(policy, { ...live, metadata: { ...live.metadata, resourceVersion: "9" } })).toBe(
      digest(policy),
    );
    expect(digest({ ...policy, spec: { podSelector: { matchLabels: { a: "b" } } } })).not.toBe(
      digest(policy),
    );
  });
});

describe("an amendment of a Node", () => {
  const node = object("v1", "Node", "n1");
  const ours = manifest(
    blue,
    {
      ...node,
      metadata: { name: "n1", labels: { pool: "blue" } },
      spec: { taints: [{ key: "mtenant.dev/tenant", value: "blue", effect: "NoSchedule" }] },
    },
    "amendment",
    "nodes",
  );

  test("leaves the taints of others alone and keeps what was there before", () => {
    const live = alive(
      { ...node, spec: { taints: [{ key: "cloud", effect: "NoSchedule" }] } },
      { labels: { zone: "a" } },
    );
    const change = planOf({ wanted: [ours] }, [live]).waves[0]?.changes[0];
    expect(change?.fields.map(({ path, after }) => [path, after])).toEqual([
      ["/spec/taints/1", { key: "mtenant.dev/tenant", value: "blue", effect: "NoSchedule" }],
      ["/metadata/labels/pool", "blue"],
    ]);
    expect(JSON.parse(change?.former ?? "")).toEqual({
      metadata: { labels: { pool: null } },
      spec: { taints: [] },
    });
  });

  test("refuses a node that is missing, or designated to another tenant", () => {
    expect(planText(planOf({ wanted: [ours] }))).toBe("nodes: refuse Node n1");
    const live = alive({
      ...node,
      spec: { taints: [{ key: "mtenant.dev/tenant", value: "red", effect: "NoSchedule" }] },
    });
    expect(planOf({ wanted: [ours] }, [live]).waves[0]?.changes[0]?.refusal).toContain(
      "tenant=red:NoSchedule",
    );
  });
});

test("deleting takes access, walls, namespaces and nodes in this order, and skips what is gone or another's", () => {
  const node = alive(object("v1", "Node", "n1"));
  const live = [node, ...smallTenant("blue").map((each) => alive(each.object))];
  const entries: HeldObject[] = live.map((each) => ({
    ...held(each, each.metadata.uid),
    form: each.kind === "Node" ? "amendment" : "object",
  }));
  const replaced = entries.map((each) => (each.id.kind === "Role" ? { ...each, uid: "other" } : each));
  const observed = new Map(live.map((each) => [keyOf(idOf(each)), { live: each }]));
  const plan = planDelete({ owner: blue, held: replaced, observed, judge: () => "neutral", foreign: [] });
  expect(planText(plan)).toBe(
    [
      "access: delete RoleBinding blue/mtenant-owner",
      "walls: delete ServiceAccount blue/default",
      "walls: delete ResourceQuota blue/mtenant",
      "walls: delete NetworkPolicy blue/default-deny",
      "namespaces: delete Namespace blue",
      "nodes: release Node n1",
    ].join("\n"),
  );
});
