import { describe, expect, test } from "vitest";
import { compilePackaged, loadTemplates } from "../../src/files/templates.ts";
import { ExpectedError } from "../../src/errors.ts";
import { describeId, idOf } from "../../src/manifests/object.ts";
import { renderCluster, renderTenant } from "../../src/render/render.ts";
import { compileTemplates, templateSet } from "../../src/render/templates.ts";
import { facts, payments } from "./example.ts";

const packaged = await compilePackaged();
const templates = await loadTemplates();

async function refusal(path: string, text: string): Promise<string> {
  try {
    const overridden = templateSet(packaged, await compileTemplates([{ path, text }]));
    renderTenant({ tenant: payments, facts, templates: overridden });
  } catch (error) {
    if (error instanceof ExpectedError && error.exitCode === 2)
      return [error.message, ...error.problems.map((each) => `${each.where}: ${each.message}`)].join("\n");
    throw error;
  }
  return "accepted";
}

describe("renderTenant", () => {
  const manifests = renderTenant({ tenant: payments, facts, templates });

  test("labels what it creates with whose it is and the tenant's own labels, and what it amends not as managed", () => {
    for (const { form, object } of manifests) {
      const labels = object.metadata.labels ?? {};
      if (form === "object")
        expect(labels).toMatchObject({
          "app.kubernetes.io/managed-by": "mtenant",
          "mtenant.dev/tenant": "payments",
          "cost-centre": "4711",
        });
      else expect(labels).not.toHaveProperty("app.kubernetes.io/managed-by");
    }
    expect(manifests.some(({ form }) => form === "amendment")).toBe(true);
  });

  test("an adopted namespace is amended with the tenant label and Pod Security", () => {
    const adopted = manifests.find(
      ({ object }) => object.kind === "Namespace" && object.metadata.name === "legacy-pay",
    );
    expect(adopted?.form).toBe("amendment");
    expect(adopted?.object.metadata.labels).toMatchObject({
      "mtenant.dev/tenant": "payments",
      "pod-security.kubernetes.io/enforce": "privileged",
    });
  });

  test("is the same whatever the order of the spec, and in the order of the boundaries", () => {
    const shuffled = {
      ...payments,
      namespaces: payments.namespaces.toReversed(),
      subjects: payments.subjects.toReversed(),
    };
    const names = (of: typeof manifests) =>
      of.map(({ boundary, object }) => `${boundary} ${describeId(idOf(object))}`);
    expect(names(renderTenant({ tenant: shuffled, facts, templates }))).toEqual(names(manifests));
    expect([...new Set(manifests.map(({ boundary }) => boundary))]).toEqual([
      "namespace",
      "resources",
      "network",
      "access",
      "nodes",
    ]);
  });

  const policy =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";
  test.each([
    [
      "an object in another namespace",
      `${policy}metadata: {name: a, namespace: kube-system}\n`,
      "outside the namespaces of tenant payments",
    ],
    ["an object without its namespace", `${policy}metadata: {name: a}\n`, "has no namespace"],
    [
      "a cluster-scoped object",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: admin}\n",
      "is cluster-scoped",
    ],
    [
      "a foreign namespace",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n",
      "is not a namespace of the spec",
    ],
    [
      "a kind of no API",
      "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: <namespace>}\n",
      "unknown kind example.com/v1 Thing",
    ],
    [
      "an old version",
      "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a, namespace: <namespace>}\nspec: {minAvailable: 1}\n",
      "unknown kind policy/v1beta1",
    ],
    [
      "two objects with one identity",
      `${policy}metadata: {name: mtenant-dns, namespace: <namespace>}\n`,
      "is also rendered from",
    ],
    [
      "an empty list",
      `${policy}metadata: {name: a, namespace: <namespace>, labels: {}}\nx: []\n`,
      "empty maps and lists",
    ],
    [
      "a status",
      `${policy}metadata: {name: a, namespace: <namespace>}\nstatus: {a: 1}\n`,
      "only the server sets the status",
    ],
    [
      "a uid",
      `${policy}metadata: {name: a, namespace: <namespace>, uid: x}\n`,
      "only the server sets this field",
    ],
  ])("refuses %s from an override, naming the template", async (_, text, message) => {
    const refused = await refusal("network/default-deny.yaml", text);
    expect(refused).toContain(message);
    expect(refused).toContain("network/default-deny.yaml");
  });

  test("an override that removes a wall is refused with the template, the rule and a remedy", async () => {
    const refused = await refusal("network/default-deny.yaml", "# nothing\n");
    expect(refused).toMatch(
      /network\/default-deny.yaml: In namespace payments no NetworkPolicy.* Rule: Traffic is denied.* Remedy: /,
    );
  });

  test("an override may reword a wall, and its comments are kept", async () => {
    const text = `# Ours.\n${policy}metadata: {name: deny-everything, namespace: <namespace>}\n`;
    const overridden = templateSet(
      packaged,
      await compileTemplates([{ path: "network/default-deny.yaml", text }]),
    );
    const own = renderTenant({ tenant: payments, facts, templates: overridden }).filter(
      ({ template }) => template === "network/default-deny.yaml",
    );
    expect(own.map(({ object }) => object.metadata.name)).toEqual([
      "deny-everything",
      "deny-everything",
      "deny-everything",
    ]);
    expect(own[0]?.comments.get("")?.before).toBe(" Ours.");
  });

  test("all violations are reported at once", async () => {
    const refused = await refusal(
      "namespace/namespace.yaml",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: <namespace>}\n",
    );
    expect(refused).toContain("mtenant.dev/tenant must be payments");
    expect(refused).toContain("pod-security.kubernetes.io/enforce must be restricted");
    expect(refused).toContain("mtenant.dev/tolerations must be");
  });
});

describe("renderCluster", () => {
  const manifests = renderCluster({ facts, templates });

  test("holds the namespace of the records at the strictest Pod Security level, and no tenant's object", () => {
    const system = manifests.find(({ object }) => object.metadata.name === "mtenant-system");
    expect(system?.object.metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.34",
    });
    expect(manifests.every(({ owner }) => owner.kind === "cluster")).toBe(true);
  });

  test("does not grow with tenants: the same facts give the same set", () => {
    expect(renderCluster({ facts, templates })).toEqual(manifests);
  });
});
