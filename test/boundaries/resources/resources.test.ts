import { describe, expect, test } from "vitest";
import { hardOf } from "../../../src/boundaries/resources/hard.ts";
import { limitsOf } from "../../../src/boundaries/resources/limits.ts";
import { foreignPriorityClasses } from "../../../src/boundaries/resources/priority.ts";
import { loadTemplates } from "../../../src/files/templates.ts";
import { ExpectedError } from "../../../src/errors.ts";
import { renderTenant } from "../../../src/render/render.ts";
import type { TenantNamespace } from "../../../src/tenant/tenant.ts";
import { facts, payments } from "../../render/example.ts";

const [own] = payments.namespaces as readonly [TenantNamespace, ...TenantNamespace[]];

function withQuota(hard: Record<string, string>): TenantNamespace {
  return { ...own, quota: { hard } };
}

describe("the quota", () => {
  test("keeps what the spec says, limits what it does not, and gives no NodePorts and load balancers", () => {
    const hard = hardOf(withQuota({ "requests.cpu": "7", pods: "3", "count/jobs.batch": "2" }));
    expect(hard).toMatchObject({
      "requests.cpu": "7",
      "limits.cpu": "7",
      pods: "3",
      "count/jobs.batch": "2",
      "services.nodeports": "0",
      "services.loadbalancers": "0",
    });
    for (const name of [
      "limits.memory",
      "requests.ephemeral-storage",
      "limits.ephemeral-storage",
      "requests.storage",
    ])
      expect(hard).toHaveProperty([name]);
  });

  test("counts a kind once, whichever of its two names the spec uses", () => {
    expect(hardOf(withQuota({ "count/secrets": "5" }))).not.toHaveProperty("secrets");
    expect(hardOf(withQuota({ secrets: "5" }))).toMatchObject({ secrets: "5" });
  });

  test("reads cpu as requests.cpu, as the server does", () => {
    const hard = hardOf(withQuota({ cpu: "9" }));
    expect(hard["requests.cpu"]).toBe("9");
    expect(hard).not.toHaveProperty("cpu");
  });

  test("has room for kube-root-ca.crt and the default ServiceAccount above a round number", () => {
    expect(hardOf(withQuota({}))).toMatchObject({ configmaps: "201", "count/serviceaccounts": "101" });
  });

  test("a spec that asks for a NodePort is refused", async () => {
    const templates = await loadTemplates();
    const tenant = {
      ...payments,
      namespaces: [withQuota({ "services.nodeports": "1" }), ...payments.namespaces.slice(1)],
    };
    expect(() => renderTenant({ tenant, facts, templates })).toThrow(ExpectedError);
  });
});

describe("priority classes that a tenant may not use", () => {
  test("are all that the spec does not allow, and never the cluster's default", () => {
    expect(foreignPriorityClasses(payments, facts)).toEqual([
      "system-cluster-critical",
      "system-node-critical",
      "urgent",
    ]);
  });

  test("are at least those of the system while the cluster's are unknown", () => {
    expect(foreignPriorityClasses(payments, { ...facts, priorityClasses: "unknown" })).toEqual([
      "system-cluster-critical",
      "system-node-critical",
    ]);
  });
});

describe("the limits of containers", () => {
  test("always have defaults for cpu, memory and ephemeral-storage", () => {
    const [container] = limitsOf({ ...own, limitRange: { limits: [] } });
    expect(Object.keys(container?.["default"] ?? {})).toEqual(["cpu", "memory", "ephemeral-storage"]);
  });

  test("take a maximum of the spec as the default, as the server does", () => {
    const [container] = limitsOf({
      ...own,
      limitRange: { limits: [{ type: "Container", max: { cpu: "200m" } }] },
    });
    expect(container).toMatchObject({ max: { cpu: "200m" } });
    expect(container?.["default"]).not.toHaveProperty("cpu");
  });

  test("keep what the spec says of pods and volumes", () => {
    expect(limitsOf(own).map((item) => item["type"])).toEqual(["Container", "PersistentVolumeClaim"]);
  });
});
