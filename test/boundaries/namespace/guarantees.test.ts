import { describe, expect, test } from "vitest";
import { loadTemplates } from "../../../src/files/templates.ts";
import { namespaceGuarantees } from "../../../src/boundaries/namespace/guarantees.ts";
import { ExpectedError } from "../../../src/errors.ts";
import { renderTenant } from "../../../src/render/render.ts";
import type { Tenant } from "../../../src/tenant/tenant.ts";
import { facts, payments } from "../../render/example.ts";

const templates = await loadTemplates();

function render(change: Partial<Tenant>) {
  return renderTenant({ tenant: { ...payments, ...change }, facts, templates });
}

function annotations(change: Partial<Tenant>): Readonly<Record<string, string>> {
  const found = render(change).find(
    ({ object }) => object.kind === "Namespace" && object.metadata.name === "payments",
  );
  return found?.object.metadata.annotations ?? {};
}

function refusal(change: Partial<Tenant>): string {
  try {
    render(change);
  } catch (error) {
    if (error instanceof ExpectedError) return error.problems.map(({ message }) => message).join("\n");
    throw error;
  }
  return "accepted";
}

describe("the guards' parameters", () => {
  test("allow the cluster's default priority class, which the server gives to every pod that names none", () => {
    const priorityClasses = [
      { name: "everyone", globalDefault: true },
      { name: "other", globalDefault: false },
    ];
    const set = renderTenant({ tenant: payments, facts: { ...facts, priorityClasses }, templates });
    const namespace = set.find(({ object }) => object.kind === "Namespace")?.object;
    expect(namespace?.metadata.annotations?.["mtenant.dev/priority-classes"]).toBe("batch,everyone");
  });

  test("say what the spec allows: one alternative a pool, tolerations of pools and of the runtime class", () => {
    expect(annotations({})).toEqual({
      "mtenant.dev/warn-until": "",
      "mtenant.dev/node-selector":
        "mtenant.dev/pool=payments,zone=a;node-restriction.kubernetes.io/mtenant-tenant=payments",
      "mtenant.dev/tolerations": "nvidia.com/gpu:NoSchedule,sandbox:NoSchedule",
      "mtenant.dev/image-registries": "ecr.example.com/payments/",
      "mtenant.dev/runtime-class": "gvisor",
      "mtenant.dev/priority-classes": "batch,normal",
      "mtenant.dev/csi-drivers": "",
      "mtenant.dev/storage-classes": "gp3",
      "mtenant.dev/token-audiences": "sts.amazonaws.com",
      "mtenant.dev/image-pull-policy": "",
      "mtenant.dev/extended-resources": "*",
    });
  });

  test("write a toleration with its value and effect where it has them", () => {
    const tolerations = [
      { key: "a", operator: "Equal", value: "1", effect: "NoExecute" },
      { key: "b", value: "2" },
      { key: "c", operator: "Exists" },
    ] as const;
    const nodes = {
      mode: "Dedicated",
      pools: [{ name: "p", nodeSelector: { pool: "p" }, tolerations }],
    } as const;
    expect(annotations({ nodes, pods: {} })["mtenant.dev/tolerations"]).toBe("a=1:NoExecute,b=2,c");
  });

  test("of shared nodes demand no node, but images that are pulled anew, and only devices that the quota counts", () => {
    const nodes = { mode: "Shared", pools: [] } as const;
    const quota = {
      hard: {
        "requests.cpu": "1",
        "requests.nvidia.com/gpu": "2",
        "hugepages-2Mi": "1Gi",
        "requests.storage": "1Gi",
      },
    };
    const namespaces = payments.namespaces.slice(0, 1).map((each) => ({ ...each, quota }));
    expect(
      annotations({ nodes, namespaces, subjects: [], network: { ...payments.network, egress: [] } }),
    ).toMatchObject({
      "mtenant.dev/node-selector": "",
      "mtenant.dev/image-pull-policy": "Always",
      "mtenant.dev/extended-resources": "hugepages-2Mi,nvidia.com/gpu",
    });
  });
});

test("a namespace in its stage of warnings is spoken to by Pod Security, not refused", () => {
  const enforcement = { mode: "Warn", until: "2027-01-31" } as const;
  const namespaces = payments.namespaces.map((each) =>
    each.existing ? { ...each, enforcement, podSecurity: "baseline" as const } : each,
  );
  const { labels, annotations: own } =
    render({ namespaces }).find(
      ({ object }) => object.kind === "Namespace" && object.metadata.name === "legacy-pay",
    )?.object.metadata ?? {};
  expect(labels).toMatchObject({
    "mtenant.dev/enforcement": "Warn",
    "pod-security.kubernetes.io/enforce": "privileged",
    "pod-security.kubernetes.io/warn": "baseline",
    "pod-security.kubernetes.io/audit": "baseline",
  });
  expect(own).toMatchObject({ "mtenant.dev/warn-until": "2027-01-31" });
});

describe("a template's label on a namespace", () => {
  function violations(key: string): string[] {
    const manifests = render({}).map((each) => {
      const { object } = each;
      if (object.kind !== "Namespace") return each;
      const labels = { ...object.metadata.labels, [key]: "x" };
      return { ...each, object: { ...object, metadata: { ...object.metadata, labels } } };
    });
    return namespaceGuarantees.flatMap((holds) =>
      holds({ manifests, facts, tenant: payments }).map(({ message }) => message),
    );
  }

  test.each([
    "admission.gatekeeper.sh/ignore",
    "kubernetes.hnc.x-k8s.io/tree",
    "security.openshift.io/scc.podSecurityLabelSync",
    "pod-identity.alibabacloud.com/injection",
    "kustomize.toolkit.fluxcd.io/name",
    "kubernetes.io/anything",
  ])("is refused where it decides about rights, admission or ownership: %s", (key) => {
    expect(violations(key)).toContain(`Namespace payments: the label ${key} does not come from the spec.`);
  });

  test.each(["team", "example.com/team", "istio-injection"])("is the administrator's own: %s", (key) => {
    expect(violations(key)).toEqual([]);
  });
});

describe("a spec is refused", () => {
  test("when a toleration has no key, or is for the taint of tenants", () => {
    const pool = (key: string | undefined) =>
      ({
        mode: "Dedicated",
        pools: [
          {
            name: "p",
            nodeSelector: { a: "b" },
            tolerations: [key === undefined ? { operator: "Exists" } : { key, operator: "Exists" }],
          },
        ],
      }) as Tenant["nodes"];
    expect(refusal({ nodes: pool(undefined) })).toContain("without a key");
    expect(refusal({ nodes: pool("mtenant.dev/tenant") })).toContain("for the taint of tenants");
  });

  test("when an item holds what separates the guards' parameters, or nothing", () => {
    const allowed = (imageRegistries: string[]) => ({ ...payments.allowed, imageRegistries });
    expect(refusal({ allowed: allowed(["a.example.com/,"]) })).toContain("separates parameters");
    expect(refusal({ allowed: allowed([""]) })).toContain("is empty");
  });

  test("when the guards would only warn in a namespace that is not adopted", () => {
    const enforcement = { mode: "Warn", until: "2027-01-31" } as const;
    const namespaces = payments.namespaces.map((each) => ({ ...each, enforcement }));
    expect(refusal({ namespaces })).toContain("payments is not adopted, but its guards would only warn");
    const legacy = payments.namespaces.map((each) => (each.existing ? { ...each, enforcement } : each));
    expect(refusal({ namespaces: legacy })).toBe("accepted");
  });

  test("when nodes are dedicated and no pool says which", () => {
    expect(refusal({ nodes: { mode: "Dedicated", pools: [] } })).toContain("no pool that says which");
  });
});
