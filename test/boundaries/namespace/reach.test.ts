import { describe, expect, test } from "vitest";
import { reachOf } from "../../../src/boundaries/index.ts";
import type { Effect } from "../../../src/boundaries/reach.ts";
import { GuardParameter } from "../../../src/manifests/names.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

const pss = "pod-security.kubernetes.io";
const baseLabels = {
  "mtenant.dev/tenant": "a",
  [`${pss}/enforce`]: "baseline",
  [`${pss}/enforce-version`]: "v1.34",
  [`${pss}/warn`]: "baseline",
};
const baseAnnotations = {
  "mtenant.dev/node-selector": "pool=a;pool=b",
  "mtenant.dev/tolerations": "gpu:NoSchedule",
  "mtenant.dev/image-registries": "r.example.com/a/",
  "mtenant.dev/runtime-class": "gvisor",
  "mtenant.dev/priority-classes": "batch",
  "mtenant.dev/csi-drivers": "",
  "mtenant.dev/storage-classes": "gp3",
  "mtenant.dev/image-pull-policy": "Always",
  "mtenant.dev/extended-resources": "nvidia.com/gpu",
};

function namespace(
  labels: Record<string, string | undefined> = {},
  annotations: Record<string, string | undefined> = {},
): KubernetesObject {
  const without = (map: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: "a",
      labels: without({ ...baseLabels, ...labels }),
      annotations: without({ ...baseAnnotations, ...annotations }),
    },
  };
}

describe("a change to a Namespace", () => {
  const reach = reachOf({ group: "", kind: "Namespace" });

  test.each<[string, KubernetesObject | undefined, KubernetesObject | undefined, Effect]>([
    ["a new one", undefined, namespace(), "widens"],
    ["one less", namespace(), undefined, "narrows"],
    ["no change", namespace(), namespace(), "neutral"],
    ["a stricter level", namespace(), namespace({ [`${pss}/enforce`]: "restricted" }), "narrows"],
    ["a weaker level", namespace(), namespace({ [`${pss}/enforce`]: "privileged" }), "widens"],
    ["no level", namespace(), namespace({ [`${pss}/enforce`]: undefined }), "widens"],
    ["a level that does not exist", namespace(), namespace({ [`${pss}/enforce`]: "Restricted" }), "widens"],
    [
      "another version of the standards",
      namespace(),
      namespace({ [`${pss}/enforce-version`]: "latest" }),
      "widens",
    ],
    ["another warning", namespace(), namespace({ [`${pss}/warn`]: "privileged" }), "neutral"],
    ["guards that only warn", namespace(), namespace({ "mtenant.dev/enforcement": "Warn" }), "widens"],
    [
      "guards that refuse again",
      namespace({ "mtenant.dev/enforcement": "Warn" }),
      namespace({ "mtenant.dev/enforcement": "Deny" }),
      "narrows",
    ],
    ["another tenant", namespace(), namespace({ "mtenant.dev/tenant": "b" }), "widens"],
    ["no tenant", namespace(), namespace({ "mtenant.dev/tenant": undefined }), "widens"],
    ["a tenant where none was", namespace({ "mtenant.dev/tenant": undefined }), namespace(), "narrows"],
    [
      "a label that admission reads",
      namespace(),
      namespace({ "admission.gatekeeper.sh/ignore": "true" }),
      "widens",
    ],
    ...[
      "kubernetes.hnc.x-k8s.io/tree",
      "security.openshift.io/scc.podSecurityLabelSync",
      "field.cattle.io/projectId",
      "capsule.clastix.io/tenant",
      "pod-identity.alibabacloud.com/injection",
      "resource.kubernetes.io/admin-access",
    ].map((key): [string, KubernetesObject, KubernetesObject, Effect] => [
      `the label ${key}, which admission or a controller of rights reads`,
      namespace(),
      namespace({ [key]: "x" }),
      "widens",
    ]),
    ["another label", namespace(), namespace({ team: "x" }), "neutral"],
    [
      "a label of whoever applies it",
      namespace(),
      namespace({ "kustomize.toolkit.fluxcd.io/name": "x", "argocd.argoproj.io/instance": "x" }),
      "neutral",
    ],
  ])("%s: labels", (_, before, after, effect) => {
    expect(reach(before, after)).toBe(effect);
  });

  test.each<[string, string, string | undefined, Effect]>([
    ["one more pool", "mtenant.dev/node-selector", "pool=a;pool=b;pool=c", "widens"],
    ["one pool less", "mtenant.dev/node-selector", "pool=a", "narrows"],
    ["pools in another order", "mtenant.dev/node-selector", "pool=b;pool=a", "neutral"],
    ["any node", "mtenant.dev/node-selector", "", "widens"],
    ["one more toleration", "mtenant.dev/tolerations", "gpu:NoSchedule,x", "widens"],
    ["no toleration", "mtenant.dev/tolerations", undefined, "narrows"],
    ["any registry", "mtenant.dev/image-registries", undefined, "widens"],
    ["no sandbox", "mtenant.dev/runtime-class", "", "widens"],
    ["another sandbox", "mtenant.dev/runtime-class", "kata", "widens"],
    ["no priority class", "mtenant.dev/priority-classes", "", "narrows"],
    ["a CSI driver", "mtenant.dev/csi-drivers", "x", "widens"],
    ["another storage class", "mtenant.dev/storage-classes", "gp2", "widens"],
    ["an audience of tokens", "mtenant.dev/token-audiences", "vault", "widens"],
    ["images that are not pulled anew", "mtenant.dev/image-pull-policy", "", "widens"],
    ["one more device", "mtenant.dev/extended-resources", "nvidia.com/gpu,hugepages-2Mi", "widens"],
    ["any device", "mtenant.dev/extended-resources", "*", "widens"],
    ["no device", "mtenant.dev/extended-resources", "", "narrows"],
    ["an unrelated annotation", "team", "x", "neutral"],
  ])("%s: the guards' parameters", (_, name, value, effect) => {
    expect(reach(namespace(), namespace({}, { [name]: value }))).toBe(effect);
  });

  test("devices that are counted where any were allowed narrow", () => {
    const devices = (value: string) => namespace({}, { "mtenant.dev/extended-resources": value });
    expect(reach(devices("*"), devices("nvidia.com/gpu"))).toBe("narrows");
  });

  test.each(Object.values(GuardParameter))("%s is not passed over", (name) => {
    const other = namespace({}, { [name]: "one" });
    expect([reach(other, namespace({}, { [name]: "other" })), reach(other, other)]).toEqual([
      "widens",
      "neutral",
    ]);
  });
});
