import { expect, test } from "vitest";
import { canonicalAmounts } from "../../src/tenant/limit-range.ts";
import { sizesOf } from "../../src/tenant/sizes.ts";

test.each([...sizesOf(undefined)])("the built-in size %s is stated as the server keeps it", (_, { hard }) => {
  expect(Object.entries(hard)).toEqual(Object.entries(canonicalAmounts(hard)));
});

test("a class's sizes are read once, however many tenants share them", () => {
  const preset = { sizes: { tiny: { quota: { hard: { "requests.cpu": "1000m" } } } } };
  expect(sizesOf(preset).get("tiny")?.hard).toEqual({ "requests.cpu": "1" });
  expect(sizesOf(preset).get("tiny")?.hard).toBe(sizesOf({ ...preset }).get("tiny")?.hard);
});
