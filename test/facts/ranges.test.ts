import { expect, test } from "vitest";
import { completedRanges } from "../../src/facts/ranges.ts";

const unknown = { pods: "unknown", services: "unknown", nodes: "unknown", apiServer: "unknown" } as const;
const live = {
  pods: ["10.1.0.0/16"],
  services: "unknown",
  nodes: ["10.3.0.1/32"],
  apiServer: ["10.3.0.9/32"],
} as const;

test("what is stated adds to what no tenant may reach, and never takes from it", () => {
  const stated = { ...unknown, services: ["10.2.0.0/16"], nodes: ["10.3.0.0/24"] };
  expect(completedRanges(live, stated)).toEqual({
    pods: ["10.1.0.0/16"],
    services: ["10.2.0.0/16"],
    nodes: ["10.3.0.0/24", "10.3.0.1/32"],
    apiServer: ["10.3.0.9/32"],
  });
  expect(completedRanges(unknown, unknown)).toEqual(unknown);
});

test("where the API server is counts as the cluster tells it: tenants may be let to it", () => {
  const stated = { ...unknown, apiServer: ["0.0.0.0/1"] };
  expect(completedRanges(live, stated).apiServer).toEqual(["10.3.0.9/32"]);
  expect(completedRanges(unknown, stated).apiServer).toEqual(["0.0.0.0/1"]);
});
