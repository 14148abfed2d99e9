import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  sumQuantities,
} from "../../src/manifests/quantity.ts";

test.each([
  ["1000m", "1"],
  ["0.5", "500m"],
  ["1024Mi", "1Gi"],
  ["1536Mi", "1536Mi"],
  ["0.5Gi", "512Mi"],
  ["0.1Mi", "104857600m"],
  ["0.5Ki", "512"],
  ["1e3", "1e3"],
  ["1e4", "10e3"],
  ["1E", "1E"],
  ["0Gi", "0"],
  ["+5", "5"],
  ["-1500m", "-1500m"],
  ["1000k", "1M"],
  ["100u", "100u"],
  ["5.", "5"],
  [".5", "500m"],
  ["8Gi", "8Gi"],
  ["1000Ki", "1000Ki"],
])("prints %s as the API server does: %s", (written, canonical) => {
  expect(canonicalQuantity(written)).toBe(canonical);
});

test.each([
  "",
  "10 Gi",
  "1e400",
  "abc",
  "1ki",
  "--1",
  "1.2.3",
  "0.1n",
  "Infinity",
  "0x10",
  "9223372036854775808",
  "1".repeat(70),
])("%j is no quantity", (written) => expect(parseQuantity(written)).toBeUndefined());

test("the canonical text is the same amount, and canonical itself", () => {
  const suffix = fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e3", "e-3");
  fc.assert(
    fc.property(fc.nat(10_000_000), suffix, (number, end) => {
      const canonical = canonicalQuantity(`${number}${end}`);
      expect(compareQuantities(canonical, `${number}${end}`)).toBe(0);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test("amounts are compared and added exactly", () => {
  expect(compareQuantities("1Gi", "1G")).toBeGreaterThan(0);
  expect(compareQuantities("999m", "1")).toBeLessThan(0);
  expect(sumQuantities(["1Gi", "512Mi"])).toBe("1536Mi");
});
