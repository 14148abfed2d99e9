import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseNeighbours } from "../../../src/checks/verify/neighbours.ts";

const tenants = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ tenant: `t${at}`, namespace: `t${at}` }));
const system = ["kube-system", "mtenant-system"];
const namespaces = (count: number, most: number, tenant = "t0") =>
  chooseNeighbours(tenant, tenants(count), most).neighbours.map(({ namespace }) => namespace);

describe("a tenant reaches for", () => {
  test("every other tenant while they are few, and the cluster's own namespaces always", () => {
    expect(namespaces(3, 10)).toEqual(["t1", "t2", ...system]);
    expect(namespaces(1, 10)).toEqual(system);
    expect(chooseNeighbours("t0", tenants(3), 10).reached).toEqual({ tenants: ["t1", "t2"], of: 2 });
  });

  test("all namespaces of a tenant", () => {
    const all = [...tenants(2), { tenant: "t1", namespace: "t1-stg" }];
    const { neighbours, reached } = chooseNeighbours("t0", all, 1);
    expect(neighbours.map(({ namespace }) => namespace)).toEqual(["t1", "t1-stg", ...system]);
    expect(reached.of).toBe(1);
  });

  test("of many tenants a sample: as many as were asked for, never itself, the same at every run and in every order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 20 }), (count, most) => {
        const { reached } = chooseNeighbours("t0", tenants(count), most);
        expect(reached.tenants).toHaveLength(Math.min(most, count - 1));
        expect(reached.tenants).not.toContain("t0");
        expect(chooseNeighbours("t0", tenants(count).toReversed(), most).reached).toEqual(reached);
      }),
    );
  });

  test("others than another tenant does, so that the samples of all tenants spread over the pairs", () => {
    const pairs = tenants(100).flatMap(({ tenant }) => namespaces(100, 5, tenant).slice(0, 5));
    expect(new Set(pairs).size).toBeGreaterThan(90);
  });
});
