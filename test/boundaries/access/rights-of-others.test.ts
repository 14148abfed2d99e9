import { describe, expect, test } from "vitest";
import { bindingsElsewhere } from "../../../src/boundaries/access/bindings-elsewhere.ts";
import { reachesTenant } from "../../../src/boundaries/access/cluster-bindings.ts";
import { grantedRules } from "../../../src/boundaries/access/granted-rules.ts";
import { wallWriters } from "../../../src/boundaries/access/wall-writers.ts";
import type { PolicyRule } from "../../../src/facts/facts.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";
import { tenantWith } from "./rendered.ts";

const tenant = tenantWith([{ kind: "Group", name: "pay-admins", role: "Owner" }]);

const rule = (group: string, resource: string, ...verbs: string[]): PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
});

const group = (name: string): object => ({ kind: "Group", name });
const robot = (namespace: string): object => ({ kind: "ServiceAccount", name: "robot", namespace });

function role(rules: readonly PolicyRule[] | undefined, namespace?: string): KubernetesObject {
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  return object(kind, "given", namespace, { rules });
}

function binding(subjects: readonly object[], namespace?: string, name = "given"): KubernetesObject {
  const kind = namespace === undefined ? "ClusterRoleBinding" : "RoleBinding";
  return object(kind, "b", namespace, { subjects, roleRef: { kind: kind.replace("Binding", ""), name } });
}

function object(kind: string, name: string, namespace: string | undefined, fields: object): KubernetesObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata, ...fields };
}

describe("a ClusterRoleBinding", () => {
  const reaches = (subjects: readonly object[], rules: readonly PolicyRule[] | undefined): boolean =>
    reachesTenant(binding(subjects), tenant, rules);
  const secrets = [rule("", "secrets", "list")];

  test.each([
    ["the tenant's group", group("pay-admins")],
    ["a ServiceAccount of its namespaces", robot("pay-stg")],
    ["all ServiceAccounts of its namespace", group("system:serviceaccounts:pay")],
    ["such a ServiceAccount as a user", { kind: "User", name: "system:serviceaccount:pay:robot" }],
    ["everyone who logs in", group("system:authenticated")],
    ["every pod", group("system:serviceaccounts")],
    ["everyone without credentials", { kind: "User", name: "system:anonymous" }],
  ])("to %s reaches the tenant", (_, subject) => {
    expect(reaches([subject], secrets)).toBe(true);
  });

  test.each([
    ["somebody else", group("others")],
    ["ServiceAccounts of another namespace", group("system:serviceaccounts:payroll")],
    ["a group that is called as its namespace", group("pay")],
    ["a user that is called as a group of everyone", { kind: "User", name: "system:authenticated" }],
  ])("to %s does not", (_, subject) => {
    expect(reaches([subject], secrets)).toBe(false);
  });

  test("is judged by the rules, whatever its role is called", () => {
    const everyone = [group("system:authenticated")];
    const discovery = [{ nonResourceURLs: ["/api", "/apis/*"], verbs: ["get"] }];
    expect(reaches(everyone, discovery)).toBe(false);
    expect(reaches(everyone, [...discovery, ...secrets])).toBe(true);
    expect(reaches(everyone, undefined)).toBe(true);
  });

  test("grants what the ClusterRole of its name has, and nobody knows what where there is none", () => {
    const rulesOf = grantedRules([role(secrets)], [role([], "pay")]);
    expect(rulesOf(binding([]))).toEqual(secrets);
    expect(rulesOf(binding([], "pay"))).toEqual([]);
    expect(rulesOf(binding([], "elsewhere"))).toBeUndefined();
    expect(rulesOf(binding([], undefined, "gone"))).toBeUndefined();
  });
});

describe("beyond the operators, the walls may be written by", () => {
  const manage = rule("mtenant.dev", "tenants", "manage");
  const writers = (rules: readonly PolicyRule[], subject: object = group("platform")) => {
    return wallWriters([role(rules)], [binding([subject])]);
  };

  test.each([
    ["the guards", rule("admissionregistration.k8s.io", "validatingadmissionpolicies", "delete")],
    ["the guards", rule("admissionregistration.k8s.io", "*", "patch")],
    ["labels of namespaces", rule("", "namespaces", "patch")],
    ["labels of namespaces", rule("", "namespaces/finalize", "update")],
    ["Roles and RoleBindings", rule("rbac.authorization.k8s.io", "rolebindings", "create")],
    ["NetworkPolicies", rule("networking.k8s.io", "networkpolicies", "create")],
    ["quotas and limits", rule("", "resourcequotas", "update")],
    ["everything, as anybody else", rule("", "users", "impersonate")],
  ])("whoever may write %s", (what, given) => {
    expect(writers([given])).toEqual([
      {
        subject: "Group platform",
        everyone: false,
        writes: [what],
        through: ["ClusterRoleBinding b"],
      },
    ]);
  });

  test.each([
    ["may only read them", [rule("*", "*", "get", "list", "watch")], group("platform")],
    ["may write other things", [rule("apps", "*", "*"), rule("", "pods", "*")], group("platform")],
    ["is an operator by that right", [rule("", "namespaces", "*"), manage], group("platform")],
    ["may do everything", [rule("*", "*", "*")], group("system:masters")],
    [
      "is of Kubernetes itself",
      [rule("*", "*", "delete")],
      { kind: "ServiceAccount", namespace: "kube-system", name: "namespace-controller" },
    ],
    [
      "may write another policy by its name",
      [
        {
          ...rule("admissionregistration.k8s.io", "validatingadmissionpolicies", "patch"),
          resourceNames: ["other"],
        },
      ],
      group("platform"),
    ],
  ])("not whoever %s", (_, rules, subject) => {
    expect(writers(rules, subject)).toEqual([]);
  });

  test("everyone, where everyone is bound", () => {
    expect(writers([rule("", "namespaces", "patch")], group("system:authenticated"))).toMatchObject([
      { everyone: true },
    ]);
  });
});

describe("outside of its namespaces a tenant has rights", () => {
  const elsewhere = (subject: object, namespace: string, rules: readonly PolicyRule[] | undefined) =>
    bindingsElsewhere(tenant, [binding([subject], namespace)], () => rules);
  const pods = [rule("", "pods", "list")];

  test("by a RoleBinding to its people or its pods", () => {
    expect(elsewhere(group("pay-admins"), "shared", pods)).toMatchObject([
      { subjects: ["Group pay-admins"], rules: pods, isPublic: false },
    ]);
    expect(elsewhere(robot("pay"), "shared", undefined)).toMatchObject([
      { subjects: ["ServiceAccount pay/robot"], isPublic: false },
    ]);
  });

  test("by one to everyone, which is public as long as it reads no Secrets", () => {
    const everyone = group("system:authenticated");
    expect(elsewhere(everyone, "shared", pods)).toMatchObject([{ isPublic: true }]);
    for (const given of [rule("", "secrets", "get"), rule("", "pods", "create"), rule("*", "*", "get")])
      expect(elsewhere(everyone, "shared", [given])).toMatchObject([{ isPublic: false }]);
  });

  test("and none by others' bindings, by those in its own namespaces, and by those that grant nothing", () => {
    expect(elsewhere(group("others"), "shared", pods)).toEqual([]);
    expect(elsewhere(group("pay-admins"), "pay", pods)).toEqual([]);
    expect(elsewhere(group("pay-admins"), "shared", [])).toEqual([]);
  });
});
