import { beforeAll, describe, expect, test } from "vitest";
import type { RenderedSet } from "../../../src/boundaries/boundary.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";
import type { Subject } from "../../../src/tenant/tenant.ts";
import { renderAccess, tenantWith, violations, withObject } from "./rendered.ts";

const subjects: Subject[] = [
  { kind: "Group", name: "owners", role: "Owner", displayName: "payments-owners" },
  { kind: "Group", name: "owners", role: "Owner" },
  { kind: "User", name: "ann", role: "Owner" },
  { kind: "ServiceAccount", name: "deployer", namespace: "ci", role: "Developer", namespaces: ["pay-stg"] },
];
const group = "rbac.authorization.k8s.io";
const find = (set: RenderedSet, kind: string, name: string, namespace: string) =>
  set.manifests.find(
    ({ object }) =>
      object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
  );

let set: RenderedSet;
beforeAll(async () => {
  set = await renderAccess(tenantWith(subjects));
});

describe("the rendered access of a tenant", () => {
  test("keeps every guarantee, with subjects and without", async () => {
    expect(violations(set)).toEqual([]);
    expect(violations(await renderAccess(tenantWith([])))).toEqual([]);
  });

  test("binds each subject once, sorted, as the server stores it", () => {
    expect(find(set, "RoleBinding", "mtenant-owner", "pay")?.object).toEqual({
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name: "mtenant-owner", namespace: "pay" },
      roleRef: { apiGroup: group, kind: "Role", name: "mtenant-owner" },
      subjects: [
        { kind: "Group", apiGroup: group, name: "owners" },
        { kind: "User", apiGroup: group, name: "ann" },
      ],
    });
  });

  test("binds nobody where the spec names nobody", () => {
    expect(find(set, "RoleBinding", "mtenant-developer", "pay")).toBeUndefined();
    expect(find(set, "RoleBinding", "mtenant-viewer", "pay-stg")).toBeUndefined();
    expect(find(set, "RoleBinding", "mtenant-developer", "pay-stg")?.object["subjects"]).toEqual([
      { kind: "ServiceAccount", name: "deployer", namespace: "ci" },
    ]);
  });

  test("amends the default ServiceAccount of each namespace, and says what each Role is derived from", () => {
    expect(find(set, "ServiceAccount", "default", "pay-stg")?.form).toBe("amendment");
    const { annotations } = find(set, "Role", "mtenant-owner", "pay")!.object.metadata;
    expect(annotations).toEqual({
      "mtenant.dev/derived-from": "admin",
      "mtenant.dev/derived-from-minor": expect.stringMatching(/^1\.\d+$/),
      "mtenant.dev/kept-triples": expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });
});

const plusRule = (rule: object) => (object: KubernetesObject) => ({
  ...object,
  rules: [...(object["rules"] as object[]), rule],
});
const field = (name: string, value: unknown) => (object: KubernetesObject) => ({ ...object, [name]: value });
const moved = (object: KubernetesObject) => ({
  ...object,
  metadata: { ...object.metadata, namespace: "kube-system" },
});
const gone = () => undefined;
const core = (resources: string[], verbs: string[]) => plusRule({ apiGroups: [""], resources, verbs });
const role = ["Role", "mtenant-owner"] as const;
const binding = ["RoleBinding", "mtenant-owner"] as const;
const account = ["ServiceAccount", "default"] as const;
const named = (name: string) => (object: KubernetesObject) => ({
  ...object,
  metadata: { ...object.metadata, name },
});
const everybody = [{ kind: "Group", apiGroup: group, name: "system:authenticated" }];

describe("an override is refused that", () => {
  test.each([
    ["lets owners write the namespace", role, core(["namespaces"], ["patch"]), "access/roles.yaml"],
    ["lets owners do everything with pods", role, core(["pods"], ["*"]), "access/roles.yaml"],
    ["lets owners touch everything", role, core(["*"], ["get"]), "access/roles.yaml"],
    ["lets owners act as others", role, core(["users"], ["impersonate:user-info"]), "access/roles.yaml"],
    [
      "lets owners bind roles",
      role,
      plusRule({ apiGroups: [group], resources: ["roles"], verbs: ["bind"] }),
      "access/roles.yaml",
    ],
    [
      "lets owners use an installed product",
      role,
      plusRule({ apiGroups: ["example.com"], resources: ["things"], verbs: ["get"] }),
      "access/roles.yaml",
    ],
    ["grants a URL", role, plusRule({ nonResourceURLs: ["/metrics"], verbs: ["get"] }), "access/roles.yaml"],
    [
      "lets viewers do what owners may",
      ["Role", "mtenant-viewer"],
      core(["secrets"], ["get"]),
      "access/roles.yaml",
    ],
    ["has rules that are none", role, field("rules", "all"), "access/roles.yaml"],
    ["adds a Role of its own", role, named("extra"), "access/roles.yaml"],
    ["makes a Role a ClusterRole", role, field("kind", "ClusterRole"), "access/roles.yaml"],
    ["puts a Role elsewhere", role, moved, "access/roles.yaml"],
    ["drops a Role", role, gone, "access/roles.yaml"],
    [
      "binds a ClusterRole",
      binding,
      field("roleRef", { apiGroup: group, kind: "ClusterRole", name: "mtenant-owner" }),
      "access/role-binding.yaml",
    ],
    [
      "binds another Role",
      binding,
      field("roleRef", { apiGroup: group, kind: "Role", name: "other" }),
      "access/role-binding.yaml",
    ],
    ["binds everybody", binding, field("subjects", everybody), "access/role-binding.yaml"],
    ["binds nobody", binding, field("subjects", undefined), "access/role-binding.yaml"],
    ["binds what is no subject", binding, field("subjects", [null]), "access/role-binding.yaml"],
    ["adds a RoleBinding of its own", binding, named("extra"), "access/role-binding.yaml"],
    [
      "makes a RoleBinding a ClusterRoleBinding",
      binding,
      field("kind", "ClusterRoleBinding"),
      "access/role-binding.yaml",
    ],
    ["binds in another namespace", binding, moved, "access/role-binding.yaml"],
    ["drops a RoleBinding", binding, gone, "access/role-binding.yaml"],
    [
      "mounts the token",
      account,
      field("automountServiceAccountToken", true),
      "access/default-service-account.yaml",
    ],
    [
      "says nothing of the token",
      account,
      field("automountServiceAccountToken", undefined),
      "access/default-service-account.yaml",
    ],
    ["drops the amendment", account, gone, "access/default-service-account.yaml"],
    ["adds a ServiceAccount", account, named("extra"), "access/default-service-account.yaml"],
    [
      "gives an identity in a cloud",
      account,
      (object: KubernetesObject) => ({
        ...object,
        metadata: { ...object.metadata, annotations: { "eks.amazonaws.com/role-arn": "x" } },
      }),
      "access/default-service-account.yaml",
    ],
  ] as const)("%s", (_, which, change, template) => {
    const found = violations(withObject(set, which, change));
    expect(found.length).toBeGreaterThan(0);
    for (const each of found)
      expect(each).toEqual({
        rule: expect.any(String),
        template,
        message: expect.any(String),
        remedy: expect.any(String),
      });
  });

  test.each([
    ["Group", "system:authenticated"],
    ["Group", "system:serviceaccounts"],
    ["Group", "system:unauthenticated"],
    ["User", "system:anonymous"],
  ] as const)("names %s %s in the spec", async (kind, name) => {
    const found = violations(await renderAccess(tenantWith([{ kind, name, role: "Viewer" }])));
    expect(found.map(({ message }) => message).join()).toContain(name);
  });
});

test("an override may take rights away", () => {
  expect(
    violations(
      withObject(set, role, (object) => ({ ...object, rules: (object["rules"] as object[]).slice(1) })),
    ),
  ).toEqual([]);
});
