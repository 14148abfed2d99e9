import { expect, test } from "vitest";
import { kindOf, knownKinds } from "../../src/manifests/kinds.ts";
import { testCluster } from "../cluster/test-cluster.ts";

test("every kind of the table is served as the table says", async () => {
  const { stdout } = await testCluster().kubectl(["api-resources", "--no-headers", "--cached=false"]);
  // NAME SHORTNAMES APIVERSION NAMESPACED KIND, where the second column may be missing.
  const served = new Set(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/))
      .map((cells) => [cells[0], ...cells.slice(-3)].join(" ")),
  );
  const missing = knownKinds().filter(
    ({ group, version, kind, plural, namespaced }) =>
      !served.has(`${plural} ${group === "" ? version : `${group}/${version}`} ${namespaced} ${kind}`),
  );
  expect(missing).toEqual([]);
  expect(knownKinds().length).toBeGreaterThan(35);
});

test("a kind is found by its group and name, and only so", () => {
  expect(kindOf({ group: "networking.k8s.io", kind: "NetworkPolicy" })?.plural).toBe("networkpolicies");
  expect(kindOf({ group: "", kind: "NetworkPolicy" })).toBeUndefined();
  expect(kindOf({ group: "", kind: "constructor" })).toBeUndefined();
});
