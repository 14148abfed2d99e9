import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atomKey, covers, expand, sorted } from "../../../src/boundaries/access/atoms.ts";
import { allowList } from "../../../src/boundaries/access/allow.ts";
import { compress } from "../../../src/boundaries/access/compress.ts";
import { deniedBecause } from "../../../src/boundaries/access/deny.ts";
import { baseOf, deriveRole } from "../../../src/boundaries/access/derive.ts";
import { pinnedFacts, pinnedMinors } from "../../../src/facts/pinned.ts";
import type { PolicyRule } from "../../../src/facts/facts.ts";

const roles = ["Owner", "Developer", "Viewer"] as const;
const groups = ["", "apps", "batch", "extensions", "rbac.authorization.k8s.io", "example.com", "*"];
const resources = [
  "pods",
  "pods/exec",
  "secrets",
  "deployments",
  "deployments/scale",
  "roles",
  "things",
  "*/scale",
  "*",
];
const verbs = [
  "get",
  "list",
  "create",
  "patch",
  "deletecollection",
  "escalate",
  "impersonate:user-info",
  "*",
];

const some = (values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });
const rule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    apiGroups: some(groups),
    resources: some(resources),
    verbs: some(verbs),
    resourceNames: some(["a", "b", "c"]),
  },
  { requiredKeys: ["apiGroups", "resources", "verbs"] },
);
const rules = fc.array(rule, { maxLength: 8 });

describe("compressing", () => {
  test("grants exactly the atoms it was given, whatever their order", () => {
    fc.assert(
      fc.property(rules, fc.func(fc.integer()), (given, rank) => {
        const atoms = expand(given);
        const shuffled = [...atoms].sort((one, other) => rank(atomKey(one)) - rank(atomKey(other)));
        const compressed = compress(shuffled);
        expect(expand(compressed)).toEqual(sorted(atoms));
        expect(compressed).toEqual(compress(atoms));
      }),
    );
  });

  test("never widens a named permission to every name", () => {
    const given = [
      { group: "", resource: "secrets", verb: "get" },
      { group: "", resource: "secrets", verb: "list", name: "a" },
    ];
    expect(expand(compress(given))).toEqual(sorted(given));
  });

  test("joins groups only where resources and verbs are equal", () => {
    const read = (group: string, resource: string) => ({ group, resource, verb: "get" });
    expect(compress([read("", "events"), read("events.k8s.io", "events")])).toHaveLength(1);
    expect(compress([read("", "events"), read("events.k8s.io", "events"), read("", "pods")])).toHaveLength(2);
  });
});

describe("deriving a role", () => {
  test("keeps only what the base grants, the allow-list names and nothing denies", () => {
    fc.assert(
      fc.property(rules, fc.constantFrom(...roles), (base, role) => {
        const allowed = allowList(role);
        for (const atom of expand(deriveRole(role, base).rules)) {
          expect(covers(base, atom)).toBe(true);
          expect(deniedBecause(atom)).toBeUndefined();
          expect(atomKey(atom)).not.toContain("*");
          expect(allowed).toContainEqual({ group: atom.group, resource: atom.resource, verb: atom.verb });
        }
      }),
    );
  });

  test("leaves out nothing that it may keep: a base of wildcards gives the whole allow-list", () => {
    const everything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
    for (const role of roles)
      expect(deriveRole(role, everything).keptTriples).toEqual(sorted(allowList(role)));
  });

  test("keeps a permission for named objects only for these, and none to create them", () => {
    const base = [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create"], resourceNames: ["b", "a"] },
    ];
    const { rules } = deriveRole("Owner", base);
    expect(rules).toEqual([
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["a", "b"], verbs: ["get"] },
    ]);
  });

  test("does not change when somebody adds a rule for a group of their own", async () => {
    const { admin } = (await pinnedFacts(36)).baseRoles;
    const more = [...admin, { apiGroups: ["example.com"], resources: ["*"], verbs: ["*"] }];
    expect(deriveRole("Owner", more)).toEqual(deriveRole("Owner", admin));
  });

  test("nothing on the allow-list is denied", () => {
    for (const role of roles)
      expect(allowList(role).filter((atom) => deniedBecause(atom) !== undefined)).toEqual([]);
  });

  test.each(pinnedMinors)("from Kubernetes 1.%i gives the counted triples", async (minor) => {
    const { baseRoles } = await pinnedFacts(minor);
    const kept = roles.map((role) => deriveRole(role, baseRoles[baseOf[role]]).keptTriples.length);
    expect(kept).toEqual(minor < 35 ? [168, 162, 87] : [171, 165, 90]);
  });

  test("equal roles of two minors have equal bytes and hashes", async () => {
    const [one, other] = await Promise.all([pinnedFacts(35), pinnedFacts(37)]);
    expect(JSON.stringify(deriveRole("Owner", one.baseRoles.admin))).toBe(
      JSON.stringify(deriveRole("Owner", other.baseRoles.admin)),
    );
  });

  test("a viewer reads no Secrets and opens no connection; a developer does not see who has rights", async () => {
    const { view, edit } = (await pinnedFacts(36)).baseRoles;
    const viewer = deriveRole("Viewer", view);
    expect(
      viewer.keptTriples.filter(
        ({ verb, resource }) =>
          !["get", "list", "watch"].includes(verb) || /secrets|exec|attach|portforward/.test(resource),
      ),
    ).toEqual([]);
    expect(
      deriveRole("Developer", edit).keptTriples.filter(({ group }) => group === "rbac.authorization.k8s.io"),
    ).toEqual([]);
  });
});

describe("what is always denied", () => {
  test.each([
    ["", "pods", "*"],
    ["", "*", "get"],
    ["*", "pods", "get"],
    ["apps", "*/scale", "get"],
    ["", "serviceaccounts", "impersonate"],
    ["", "serviceaccounts", "impersonate-on:serviceaccount:get"],
    ["", "users", "impersonate:user-info"],
    ["rbac.authorization.k8s.io", "roles", "escalate"],
    ["rbac.authorization.k8s.io", "roles", "bind"],
    ["rbac.authorization.k8s.io", "rolebindings", "create"],
    ["", "namespaces", "patch"],
    ["", "namespaces/finalize", "update"],
    ["", "namespaces/status", "patch"],
    ["", "resourcequotas", "delete"],
    ["", "limitranges", "update"],
    ["networking.k8s.io", "networkpolicies", "create"],
    ["", "endpoints", "update"],
    ["discovery.k8s.io", "endpointslices", "create"],
    ["", "pods/proxy", "get"],
    ["", "services/proxy", "get"],
    ["", "serviceaccounts/token", "create"],
    ["", "pods/ephemeralcontainers", "patch"],
    ["", "pods", "deletecollection"],
    ["extensions", "deployments", "get"],
    ["example.com", "things/status", "update"],
  ])("%s/%s %s", (group, resource, verb) => {
    expect(deniedBecause({ group, resource, verb })).toEqual(expect.any(String));
  });
});
