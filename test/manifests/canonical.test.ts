import { describe, expect, test } from "vitest";
import { canonicalObject, canonicalProblems } from "../../src/manifests/canonical.ts";
import type { KubernetesObject } from "../../src/manifests/object.ts";

function object(apiVersion: string, kind: string, rest: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "a", namespace: "a" }, ...rest };
}

describe("canonicalObject", () => {
  test("spells quantities as the server does, and numbers as texts", () => {
    const quota = object("v1", "ResourceQuota", {
      spec: {
        hard: { "requests.cpu": "4000m", "requests.memory": "1024Mi", pods: 10, "count/pods": "1000" },
      },
    });
    expect(canonicalObject(quota)["spec"]).toEqual({
      hard: { "requests.cpu": "4", "requests.memory": "1Gi", pods: "10", "count/pods": "1k" },
    });
  });

  test("writes out the defaults of limits: default from max, defaultRequest from default before min", () => {
    const item = {
      type: "Container",
      max: { cpu: "2" },
      min: { cpu: "10m", memory: "1Mi" },
      default: { memory: "1024Mi" },
    };
    expect(canonicalObject(object("v1", "LimitRange", { spec: { limits: [item] } }))["spec"]).toEqual({
      limits: [
        { ...item, default: { cpu: "2", memory: "1Gi" }, defaultRequest: { cpu: "2", memory: "1Gi" } },
      ],
    });
  });

  test("leaves limits of pods and volumes without defaults", () => {
    const item = { type: "PersistentVolumeClaim", max: { storage: "10Gi" } };
    expect(canonicalObject(object("v1", "LimitRange", { spec: { limits: [item] } }))["spec"]).toEqual({
      limits: [item],
    });
  });

  test("drops empty rule lists of a NetworkPolicy, keeps selectors that mean all, and writes out TCP", () => {
    const spec = {
      podSelector: {},
      policyTypes: ["Egress"],
      ingress: [],
      egress: [{ to: [{ podSelector: {} }], ports: [{ port: 80 }] }],
    };
    expect(canonicalObject(object("networking.k8s.io/v1", "NetworkPolicy", { spec }))["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: "TCP", port: 80 }] }],
    });
  });

  test("writes out the API groups of a binding, but not of a ServiceAccount", () => {
    const binding = object("rbac.authorization.k8s.io/v1", "RoleBinding", {
      subjects: [
        { kind: "Group", name: "g" },
        { kind: "ServiceAccount", name: "s", namespace: "n" },
      ],
      roleRef: { kind: "Role", name: "r" },
    });
    expect(canonicalObject(binding)).toMatchObject({
      subjects: [
        { kind: "Group", name: "g", apiGroup: "rbac.authorization.k8s.io" },
        { kind: "ServiceAccount", name: "s", namespace: "n" },
      ],
      roleRef: { kind: "Role", name: "r", apiGroup: "rbac.authorization.k8s.io" },
    });
  });

  test("does not touch what it was given", () => {
    const quota = object("v1", "ResourceQuota", { spec: { hard: { pods: "1000" } } });
    const before = structuredClone(quota);
    canonicalObject(quota);
    expect(quota).toEqual(before);
  });

  test("drops empty labels and annotations", () => {
    const map = {
      ...object("v1", "ConfigMap", { data: { a: "b" } }),
      metadata: { name: "a", namespace: "a", labels: {}, annotations: {} },
    };
    expect(canonicalObject(map).metadata).toEqual({ name: "a", namespace: "a" });
  });
});

describe("canonicalProblems", () => {
  test("finds nothing in a canonical object", () => {
    expect(
      canonicalProblems(
        object("networking.k8s.io/v1", "NetworkPolicy", {
          spec: { podSelector: {}, policyTypes: ["Ingress"] },
        }),
      ),
    ).toEqual([]);
  });

  test.each<[string, object]>([
    ["/data/a", { data: { a: null } }],
    ["/data", { data: {} }],
    ["/rules", { rules: [] }],
    ["/spec/list/0", { spec: { list: [{}] } }],
    ["/status", { status: { a: 1 } }],
    ["/metadata/managedFields", { metadata: { name: "a", managedFields: [{ manager: "x" }] } }],
    ["/metadata/creationTimestamp", { metadata: { name: "a", creationTimestamp: "2026-01-01T00:00:00Z" } }],
  ])("finds %s", (where, rest) => {
    expect(canonicalProblems(object("v1", "ConfigMap", rest)).map((each) => each.where)).toEqual([where]);
  });
});
