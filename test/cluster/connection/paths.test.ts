import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectionPath, objectPath, pathOf } from "../../../src/cluster/paths.ts";
import { ExpectedError } from "../../../src/errors.ts";
import type { ObjectId } from "../../../src/manifests/object.ts";

const secret = (namespace: string, name: string): ObjectId => ({
  group: "",
  kind: "Secret",
  namespace,
  name,
});
const role = (name: string): ObjectId => ({
  group: "rbac.authorization.k8s.io",
  kind: "Role",
  namespace: "t",
  name,
});

describe("paths", () => {
  test.each<[string, ObjectId, string | undefined]>([
    ["/api/v1/namespaces/t/secrets/s", secret("t", "s"), undefined],
    ["/api/v1/namespaces/t", { group: "", kind: "Namespace", namespace: "", name: "t" }, undefined],
    ["/api/v1/namespaces/t/finalize", { group: "", kind: "Namespace", namespace: "", name: "t" }, "finalize"],
    [
      "/apis/rbac.authorization.k8s.io/v1/namespaces/t/roles/My%20Role%3Aadmin",
      role("My Role:admin"),
      undefined,
    ],
  ])("%s", (path, id, subresource) => {
    expect(pathOf(id, subresource)).toBe(path);
  });

  test("a collection is of one namespace or of all", () => {
    const kind = { group: "networking.k8s.io", kind: "NetworkPolicy" };
    expect(collectionPath(kind)).toBe("/apis/networking.k8s.io/v1/networkpolicies");
    expect(collectionPath(kind, "t")).toBe("/apis/networking.k8s.io/v1/namespaces/t/networkpolicies");
  });

  const bad = [
    "",
    ".",
    "..",
    "a/b",
    "%2e%2e",
    "a%2fb",
    "A",
    "a_b",
    "-a",
    "a-",
    "a..b",
    ".a",
    "a.",
    "a b",
    "a\n",
    "а",
    "a\u200b",
    "a?b",
    "a#b",
  ];

  test.each([...bad, "a".repeat(254)])("no Secret is called %j", (name) => {
    expect(() => pathOf(secret("t", name))).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test.each([...bad.filter((name) => name !== ""), "a.b", "a".repeat(64)])(
    "no namespace is called %j",
    (namespace) => {
      expect(() => pathOf(secret(namespace, "s"))).toThrow(expect.objectContaining({ exitCode: 2 }));
      expect(() => pathOf({ group: "", kind: "Namespace", namespace: "", name: namespace })).toThrow(
        ExpectedError,
      );
    },
  );

  test.each(["", ".", "..", "a/b", "..%2f", "\ud800"])("no Role is called %j", (name) => {
    expect(() => pathOf(role(name))).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test("a namespaced object needs a namespace, and a cluster-scoped one has none", () => {
    expect(() => pathOf(secret("", "s"))).toThrow("needs a namespace");
    expect(() => pathOf({ group: "", kind: "Node", namespace: "t", name: "n" })).toThrow(
      "belongs to no namespace",
    );
  });

  test.each(["..", "a/b", "", "A"])("a served resource whose plural is %j builds no path", (plural) => {
    const kind = { group: "g.example.com", version: "v1", kind: "Thing", plural, namespaced: true };
    expect(() => objectPath(kind, { namespace: "t", name: "n" })).toThrow(ExpectedError);
  });

  test("whatever the name, the path is of one object, or there is none", () => {
    const name = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[.%/a-z:-]{0,6}$/));
    const check = (id: ObjectId, prefix: string): void => {
      let path: string;
      try {
        path = pathOf(id);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpectedError);
        return;
      }
      const { pathname, search, hash } = new URL(path, "https://server");
      expect(pathname + search + hash).toBe(path);
      expect(path.startsWith(prefix)).toBe(true);
      const rest = path.slice(prefix.length);
      expect(rest).toMatch(/^[^/?#]+$/);
      expect(decodeURIComponent(rest)).toBe(id.name);
    };
    fc.assert(
      fc.property(name, (value) => {
        check(secret("t", value), "/api/v1/namespaces/t/secrets/");
        check(role(value), "/apis/rbac.authorization.k8s.io/v1/namespaces/t/roles/");
      }),
      { numRuns: 2_000 },
    );
  });
});
