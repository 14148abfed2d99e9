import { describe, expect, test } from "vitest";
import { reachOf } from "../../../src/boundaries/index.ts";
import type { Effect } from "../../../src/boundaries/reach.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

function quota(hard: Record<string, string>, more: object = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q", namespace: "a" },
    spec: { hard, ...more },
  };
}

function limits(...items: object[]): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "l", namespace: "a" },
    spec: { limits: items },
  };
}

describe("a change to a ResourceQuota", () => {
  const reach = reachOf({ group: "", kind: "ResourceQuota" });
  const base = quota({ "requests.cpu": "4", pods: "10" });

  test.each<[string, KubernetesObject | undefined, KubernetesObject | undefined, Effect]>([
    ["a new one", undefined, base, "narrows"],
    ["one less", base, undefined, "widens"],
    ["the same number, spelt differently", base, quota({ "requests.cpu": "4000m", pods: "10" }), "neutral"],
    ["a larger number", base, quota({ "requests.cpu": "4001m", pods: "10" }), "widens"],
    ["a smaller number", base, quota({ "requests.cpu": "4", pods: "9" }), "narrows"],
    ["one larger, one smaller", base, quota({ "requests.cpu": "5", pods: "9" }), "widens"],
    ["a number less", base, quota({ "requests.cpu": "4" }), "widens"],
    ["a number more", base, quota({ "requests.cpu": "4", pods: "10", secrets: "1" }), "narrows"],
    ["what is no quantity", base, quota({ "requests.cpu": "many", pods: "10" }), "widens"],
    ["another scope", base, quota({ "requests.cpu": "4", pods: "10" }, { scopes: ["BestEffort"] }), "widens"],
    ["another label", base, { ...base, metadata: { ...base.metadata, labels: { a: "b" } } }, "neutral"],
  ])("%s", (_, before, after, effect) => {
    expect(reach(before, after)).toBe(effect);
  });
});

describe("a change to a LimitRange", () => {
  const reach = reachOf({ group: "", kind: "LimitRange" });
  const item = {
    type: "Container",
    max: { cpu: "2" },
    min: { cpu: "10m" },
    default: { cpu: "1" },
    defaultRequest: { cpu: "100m" },
  };
  const base = limits(item);

  test.each<[string, KubernetesObject | undefined, KubernetesObject | undefined, Effect]>([
    ["a new one", undefined, base, "narrows"],
    ["one less", base, undefined, "widens"],
    ["no change", base, base, "neutral"],
    ["a larger maximum", base, limits({ ...item, max: { cpu: "3" } }), "widens"],
    ["a smaller maximum", base, limits({ ...item, max: { cpu: "1" } }), "narrows"],
    ["no maximum", base, limits({ ...item, max: {} }), "widens"],
    ["a larger minimum", base, limits({ ...item, min: { cpu: "20m" } }), "narrows"],
    ["a smaller minimum", base, limits({ ...item, min: { cpu: "1m" } }), "widens"],
    ["another default", base, limits({ ...item, default: { cpu: "2" } }), "neutral"],
    ["no default", base, limits({ ...item, default: {} }), "widens"],
    ["another type as well", base, limits(item, { type: "Pod", max: { cpu: "4" } }), "narrows"],
    ["another type instead", base, limits({ ...item, type: "Pod" }), "widens"],
  ])("%s", (_, before, after, effect) => {
    expect(reach(before, after)).toBe(effect);
  });
});
