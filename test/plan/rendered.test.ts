import { describe, expect, test } from "vitest";
import type { Manifest, Owner } from "../../src/manifests/manifest.ts";
import type { Json, JsonMap, KubernetesObject, ObjectMeta } from "../../src/manifests/object.ts";
import { idOf, keyOf } from "../../src/manifests/object.ts";
import { planChanges } from "../../src/plan/changes.ts";
import { applierOf } from "../../src/plan/applier.ts";
import { manifest, object, planText } from "./objects.ts";

const blue: Owner = { kind: "tenant", name: "blue" };
const policy = object("networking.k8s.io/v1", "NetworkPolicy", "blue/deny", {
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
});
const wanted = manifest(blue, policy);
const account = manifest(
  blue,
  object("v1", "ServiceAccount", "blue/default", { automountServiceAccountToken: false }),
  "amendment",
);

/** Older than the record, and by another manager: neither says whose it is. */
function appliedBy(
  manager: string,
  { object: base }: Manifest,
  meta: Partial<ObjectMeta> = {},
): KubernetesObject {
  const fields: JsonMap = { "f:spec": { "f:podSelector": {}, "f:policyTypes": {} } };
  return {
    ...base,
    metadata: {
      ...base.metadata,
      uid: "u1",
      creationTimestamp: "2020-01-01T00:00:00Z",
      managedFields: [{ manager, operation: "Apply", apiVersion: base.apiVersion, fieldsV1: fields }],
      ...meta,
    },
  };
}

function planOf(one: Manifest, live: KubernetesObject | undefined, listed: readonly Manifest[] = [one]) {
  const observed = new Map([[keyOf(idOf(one.object)), live === undefined ? {} : { live }]]);
  const held = listed.map(({ object: each, form }) => ({ id: idOf(each), form }));
  return planChanges({
    owner: blue,
    wanted: [one],
    observed,
    held,
    recordCreated: "2026-01-01T00:00:00Z",
    rendered: true,
    adopt: new Set(),
    judge: () => "widens",
    foreign: [],
  });
}

const fieldsOf = (...args: Parameters<typeof planOf>) =>
  planOf(...args).waves.flatMap((wave) =>
    wave.changes.flatMap(({ fields }) => fields.map(({ path }) => path)),
  );

function withSpec(live: KubernetesObject, more: JsonMap): KubernetesObject {
  return { ...live, spec: { ...(live["spec"] as JsonMap), ...more } as Json };
}

describe("of rendered files that somebody else applies", () => {
  const live = appliedBy("kustomize-controller", wanted);

  test("what is listed and carries our labels is unchanged, whoever applied it and when", () => {
    expect(planText(planOf(wanted, live))).toBe("walls: unchanged NetworkPolicy blue/deny");
  });

  test("what is not listed, or does not carry our labels, is not ours", () => {
    expect(planText(planOf(wanted, live, []))).toBe("walls: refuse NetworkPolicy blue/deny");
    const bare = { ...live, metadata: { ...live.metadata, labels: {} } };
    expect(planText(planOf(wanted, bare))).toBe("walls: refuse NetworkPolicy blue/deny");
  });

  test("a missing object, another value and a field that somebody added are differences", () => {
    expect(planText(planOf(wanted, undefined))).toBe("walls: create NetworkPolicy blue/deny");
    expect(fieldsOf(wanted, withSpec(live, { policyTypes: ["Egress"] }))).toEqual(["/spec/policyTypes/0"]);
    const [own] = live.metadata.managedFields ?? [];
    const edit = {
      manager: "kubectl-edit",
      operation: "Update",
      fieldsV1: { "f:spec": { "f:ingress": {} } },
    };
    const managedFields = [own, edit] as NonNullable<ObjectMeta["managedFields"]>;
    const opened = withSpec(appliedBy("kubectl", wanted, { managedFields }), { ingress: [{}] });
    expect(fieldsOf(wanted, opened)).toEqual(["/spec/ingress"]);
  });

  test("a default of the server is no difference, unless nothing is known of who set what", () => {
    expect(fieldsOf(wanted, withSpec(live, { defaulted: "x" }))).toEqual([]);
    const untracked = appliedBy("kubectl", wanted, { managedFields: [] });
    expect(fieldsOf(wanted, withSpec(untracked, { defaulted: "x" }))).toEqual(["/spec/defaulted"]);
  });

  test("labels and annotations of others, and the status, are none of ours", () => {
    const labels = { ...live.metadata.labels, "kustomize.toolkit.fluxcd.io/name": "tenants" };
    const marked = { ...live, metadata: { ...live.metadata, labels }, status: { a: 1 } };
    expect(planText(planOf(wanted, marked))).toBe("walls: unchanged NetworkPolicy blue/deny");
  });

  test("an account that the tool has marked is amended already, and keeps what else it has", () => {
    const labels = { "kustomize.toolkit.fluxcd.io/name": "tenants" };
    const marked = { ...appliedBy("flux", account, { labels }), imagePullSecrets: [{ name: "registry" }] };
    expect(planText(planOf(account, marked))).toBe("walls: unchanged ServiceAccount blue/default");
    expect(fieldsOf(account, { ...marked, automountServiceAccountToken: true })).toEqual([
      "/automountServiceAccountToken",
    ]);
    expect(planText(planOf(account, marked, []))).toBe("walls: refuse ServiceAccount blue/default");
  });
});

describe("who applies an object", () => {
  test("is the tool that marks it, or the manager of the field, or unknown", () => {
    const live = appliedBy("kustomize-controller", wanted);
    const field = ["spec", "podSelector"];
    expect(applierOf(live, field)).toBe("kustomize-controller");
    const annotations = { "argocd.argoproj.io/tracking-id": "tenants:x" };
    expect(applierOf({ ...live, metadata: { ...live.metadata, annotations } }, field)).toBe(
      'Argo CD application "tenants:x"',
    );
    expect(applierOf(policy, field)).toBe("unknown");
  });
});
