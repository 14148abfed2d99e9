import { describe, expect, test } from "vitest";
import { compare, median, rotate, time } from "./measure.ts";
import { requestsOf } from "./requests.ts";
import { duration, ratio, table } from "./table.ts";

const node = (label: string, code: string) => ({ label, program: process.execPath, args: ["-e", code] });

describe("a measurement", () => {
  test("of a program that fails is an error with what it printed, not a time", async () => {
    const failing = node("failing", "console.error('no such tenant'); process.exit(4)");
    await expect(time(failing)).rejects.toThrow("failing ended with exit code 4: no such tenant");
    expect(await time({ ...failing, codes: [4] })).toBeGreaterThan(0);
  });

  test("counts every command once a round, and not the round that warms up", async () => {
    const samples = await compare([node("one", "0"), node("other", "0")], 3);
    expect(Array.from(samples, ([label, times]) => [label, times.length])).toEqual([
      ["one", 3],
      ["other", 3],
    ]);
  });

  test("begins every round with another command", () => {
    expect([0, 1, 2, 3].map((round) => rotate(["a", "b", "c"], round).join(""))).toEqual([
      "abc",
      "bca",
      "cab",
      "abc",
    ]);
  });
});

describe("the median", () => {
  test("is the middle one, or the mean of the two middle ones", () => {
    expect(median([30, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 30])).toBe(3);
  });

  test("of nothing is an error", () => {
    expect(() => median([])).toThrow("nothing to take the median of");
  });
});

test("a table lines its columns up", () => {
  expect(
    table(
      ["what", "time"],
      [
        ["render", duration(43.2)],
        ["create", duration(1250)],
      ],
    ),
  ).toBe(
    ["| what   |   time |", "| ------ | -----: |", "| render |  43 ms |", "| create | 1.25 s |"].join("\n"),
  );
});

test("a ratio is printed with two decimals", () => {
  expect(ratio(2.305)).toBe("2.31 ×");
});

test("only the requests of the program that is measured are counted", () => {
  const events = [
    "kubectl/v1.36.3 (linux/amd64)",
    "mtenant/0.1.0",
    "kube-controller-manager/v1.36.3",
    "mtenant/0.1.0",
  ];
  const log = [...events.map((userAgent) => JSON.stringify({ userAgent })), "{}", ""].join("\n");
  expect([requestsOf(log, "mtenant"), requestsOf(log, "kubectl"), requestsOf("", "kubectl")]).toEqual([
    2, 1, 0,
  ]);
});
