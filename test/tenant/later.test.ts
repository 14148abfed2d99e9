import { expect, test } from "vitest";
import { parseTenants } from "../../src/tenant/parse.ts";
import { tenantJsonSchema } from "../../src/tenant/schema.ts";
import { classText, problemsOf, tenantText } from "./spec.ts";

const everything = `namespaces:
  - {name: payments, size: large}
  - {name: payments-stg, labels: {istio-injection: enabled}, quota: {hard: {requests.cpu: "4", requests.memory: 8Gi}}}
  - {name: legacy-pay, existing: true, podSecurity: baseline}
budget: {hard: {requests.cpu: "64"}}
subjects:
  - {kind: Group, name: 8f3c0c1e, displayName: payments-owners, role: Owner}
  - {kind: ServiceAccount, name: deployer, namespace: payments-ci, role: Developer, namespaces: [payments-stg]}
nodes:
  mode: Dedicated
  pools:
    - {name: general, nodeSelector: {mtenant.dev/tenant: payments}}
    - {name: gpu, nodeNames: [gpu-1], tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]}
pods: {podSecurity: restricted, runtimeClassName: gvisor}
allowed: {imageRegistries: [ecr.example.com/payments/], storageClassNames: [gp3], priorityClassNames: [], csiDrivers: []}
network:
  dns: Allow
  apiServer: Deny
  egress: [{name: rds, namespaces: [payments], podSelector: {matchLabels: {app: api}}, to: [{ipBlock: {cidr: 10.8.4.0/26}}], ports: [{protocol: TCP, port: 5432}]}]
  ingress: [{name: edge, from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}], ports: [{protocol: TCP, port: 8080}]}]
controlPlane: {mode: Shared}`;
const metadata = `, labels: {cost-centre: "4711"}, annotations: {config.kubernetes.io/local-config: "true"}`;

test("every field that has a meaning so far is accepted", async () => {
  const text = tenantText("payments", everything, metadata);
  await expect(parseTenants([{ name: "all.yaml", text }])).resolves.toHaveLength(1);
});

const later = [
  ["spec.selfService", "selfService: {exec: Allow}"],
  ["spec.pods.imagePullSecrets", "pods: {imagePullSecrets: [{name: ecr}]}"],
  ["spec.namespaces[0].annotations", "namespaces: [{name: t, annotations: {a: b}}]"],
  ["spec.namespaces[0].quota.scopes", "namespaces: [{name: t, quota: {hard: {}, scopes: [BestEffort]}}]"],
  ["spec.namespaces[0].quota.scopeSelector", "namespaces: [{name: t, quota: {hard: {}, scopeSelector: {}}}]"],
  ["spec.controlPlane.mode", "controlPlane: {mode: Nested}"],
  ["spec.controlPlane.version", "controlPlane: {mode: Shared, version: v1.34}"],
  ["spec.controlPlane.replicas", "controlPlane: {mode: Shared, replicas: 3}"],
  ["spec.controlPlane.nodes", "controlPlane: {mode: Shared, nodes: {mode: Dedicated}}"],
  ["spec.controlPlane.service", "controlPlane: {mode: Shared, service: {type: ClusterIP}}"],
] as const;

test.each(later)("%s is refused by name", async (field, spec) => {
  const [problem] = await problemsOf(tenantText("t", `nodes: {mode: Shared}\n${spec}`));
  expect(problem).toMatch(/^f0\.yaml:6:\d+: /);
  expect(problem).toContain(`${field}: `);
  expect(problem).toContain("not supported yet");
});

test("a class can say no field of later either", async () => {
  expect(await problemsOf(classText("selfService: {exec: Allow}"))).toEqual([
    expect.stringContaining("spec.selfService: is not supported yet"),
  ]);
});

test("the JSON Schema has no field that is refused", () => {
  const text = JSON.stringify(tenantJsonSchema());
  for (const word of ["selfService", "imagePullSecrets", "scopeSelector", "Nested", "replicas"])
    expect(text).not.toContain(word);
  expect(text).toContain("runtimeClassName");
});
