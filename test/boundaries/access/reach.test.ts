import { describe, expect, test } from "vitest";
import { access } from "../../../src/boundaries/access/index.ts";
import type { Effect } from "../../../src/boundaries/reach.ts";
import type { KubernetesObject } from "../../../src/manifests/object.ts";

type Row = [what: string, before: object | undefined, after: object | undefined, effect: Effect];

function judge(kind: string, before: object | undefined, after: object | undefined): Effect | undefined {
  const group = kind === "ServiceAccount" ? "" : "rbac.authorization.k8s.io";
  const object = (fields: object | undefined): KubernetesObject | undefined =>
    fields && { apiVersion: `${group}/v1`, kind, metadata: { name: "x", namespace: "n" }, ...fields };
  return access.reach[`${group}/${kind}`]?.(object(before), object(after));
}

const rule = (verbs: string[], resources = ["pods"], more = {}) => ({
  apiGroups: [""],
  resources,
  verbs,
  ...more,
});
const rules = (...list: object[]) => ({ rules: list });
const labelled = (labels: Record<string, string>) => ({
  metadata: { name: "x", labels },
  rules: [rule(["get"])],
});
const collecting = { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] } };

describe.each(["Role", "ClusterRole"])("a change to a %s", (kind) => {
  test.each<Row>([
    ["a new verb", rules(rule(["get"])), rules(rule(["get", "list"])), "widens"],
    ["a wildcard for what was listed", rules(rule(["get"])), rules(rule(["*"])), "widens"],
    [
      "names taken off",
      rules(rule(["get"], ["pods"], { resourceNames: ["a"] })),
      rules(rule(["get"])),
      "widens",
    ],
    ["one right for another", rules(rule(["get"])), rules(rule(["list"])), "widens"],
    ["its creation", undefined, rules(rule(["get"])), "widens"],
    ["rules that cannot be read", rules(), { rules: "all" }, "widens"],
    ["a field that is not known", rules(), { rules: [], power: 9 }, "widens"],
    ["a URL", rules(), rules({ nonResourceURLs: ["/x"], verbs: ["get"] }), "widens"],
    ["a verb less", rules(rule(["get", "list"])), rules(rule(["get"])), "narrows"],
    [
      "names put on",
      rules(rule(["get"])),
      rules(rule(["get"], ["pods"], { resourceNames: ["a"] })),
      "narrows",
    ],
    ["its deletion", rules(rule(["get"])), undefined, "narrows"],
    [
      "the same in other rules",
      rules(rule(["get", "list"])),
      rules(rule(["list"]), rule(["get"])),
      "neutral",
    ],
    ["what a wildcard granted already", rules(rule(["*"])), rules(rule(["*"]), rule(["get"])), "neutral"],
    ["its creation without rules", undefined, { rules: null }, "neutral"],
  ])("%s", (_, before, after, effect) => expect(judge(kind, before, after)).toBe(effect));
});

describe("a change to a ClusterRole's aggregation", () => {
  test.each<Row>([
    [
      "flows into admin",
      labelled({}),
      labelled({ "rbac.authorization.k8s.io/aggregate-to-admin": "true" }),
      "widens",
    ],
    [
      "no longer flows into admin",
      labelled({ "rbac.authorization.k8s.io/aggregate-to-admin": "true" }),
      labelled({}),
      "narrows",
    ],
    ["another label", labelled({}), labelled({ team: "x" }), "neutral"],
    ["begins to collect", { rules: [] }, { rules: [], ...collecting }, "widens"],
    ["collects no more", { rules: [], ...collecting }, { rules: [] }, "narrows"],
  ])("%s", (_, before, after, effect) => expect(judge("ClusterRole", before, after)).toBe(effect));
});

const user = (name: string) => ({ kind: "User", apiGroup: "rbac.authorization.k8s.io", name });
const account = (namespace: string) => ({ kind: "ServiceAccount", name: "a", namespace });
const bound = (subjects: unknown, name = "r", kind = "Role") => ({ roleRef: { kind, name }, subjects });

describe.each(["RoleBinding", "ClusterRoleBinding"])("a change to a %s", (kind) => {
  test.each<Row>([
    ["one more", bound([user("a")]), bound([user("a"), user("b")]), "widens"],
    ["one for another", bound([user("a")]), bound([user("b")]), "widens"],
    ["the account of another namespace", bound([account("n")]), bound([account("m")]), "widens"],
    ["a group of the user's name", bound([user("a")]), bound([{ ...user("a"), kind: "Group" }]), "widens"],
    ["another role", bound([user("a")]), bound([user("a")], "other"), "widens"],
    ["a ClusterRole of the same name", bound([user("a")]), bound([user("a")], "r", "ClusterRole"), "widens"],
    ["its creation", undefined, bound([user("a")]), "widens"],
    ["subjects that cannot be read", bound([]), bound([{ who: "a" }]), "widens"],
    ["one less", bound([user("a"), user("b")]), bound([user("b")]), "narrows"],
    ["another role, and nobody left", bound([user("a")]), bound([], "other"), "narrows"],
    ["its deletion", bound([user("a")]), undefined, "narrows"],
    ["another order", bound([user("a"), user("b")]), bound([user("b"), user("a")]), "neutral"],
    ["a group that the server fills in", bound([{ kind: "User", name: "a" }]), bound([user("a")]), "neutral"],
    ["its creation for nobody", undefined, bound(undefined), "neutral"],
  ])("%s", (_, before, after, effect) => expect(judge(kind, before, after)).toBe(effect));
});

const token = (on: boolean | undefined, name = "x") => ({
  metadata: { name },
  ...(on === undefined ? {} : { automountServiceAccountToken: on }),
});
const annotated = (annotations: Record<string, string>) => ({
  metadata: { name: "x", annotations },
  automountServiceAccountToken: false,
});
const pulling = (...names: string[]) => ({
  automountServiceAccountToken: false,
  imagePullSecrets: names.map((name) => ({ name })),
});
const mountable = "kubernetes.io/enforce-mountable-secrets";

describe("a change to a ServiceAccount", () => {
  test.each<Row>([
    ["its token mounted again", token(false), token(undefined), "widens"],
    ["a new one that mounts its token", undefined, token(undefined), "widens"],
    ["default deleted, which Kubernetes makes again", token(false, "default"), undefined, "widens"],
    ["a role in AWS", annotated({}), annotated({ "eks.amazonaws.com/role-arn": "arn:x" }), "widens"],
    [
      "another role in AWS",
      annotated({ "eks.amazonaws.com/role-arn": "arn:y" }),
      annotated({ "eks.amazonaws.com/role-arn": "arn:x" }),
      "widens",
    ],
    [
      "an annotation that is not known",
      annotated({}),
      annotated({ "cloud.example.com/identity": "x" }),
      "widens",
    ],
    ["more credentials for images", pulling("a"), pulling("a", "b"), "widens"],
    ["any Secret may be mounted", annotated({ [mountable]: "true" }), annotated({}), "widens"],
    ["a field that is not known", token(false), { ...token(false), power: 9 }, "widens"],
    ["its token not mounted", token(undefined), token(false), "narrows"],
    ["default amended before it exists", undefined, token(false, "default"), "narrows"],
    [
      "a role in Google's cloud taken away",
      annotated({ "iam.gke.io/gcp-service-account": "x" }),
      annotated({}),
      "narrows",
    ],
    ["fewer credentials for images", pulling("a", "b"), pulling("b"), "narrows"],
    ["only listed Secrets may be mounted", annotated({}), annotated({ [mountable]: "true" }), "narrows"],
    ["its deletion", token(true), undefined, "narrows"],
    ["mounting said aloud", token(undefined), token(true), "neutral"],
    ["a description", annotated({}), annotated({ "kubernetes.io/description": "x" }), "neutral"],
    ["the same credentials in another order", pulling("a", "b"), pulling("b", "a"), "neutral"],
  ])("%s", (_, before, after, effect) => expect(judge("ServiceAccount", before, after)).toBe(effect));
});
