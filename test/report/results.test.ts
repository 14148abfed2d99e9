import { describe, expect, test } from "vitest";
import { ExitCode, ExpectedError } from "../../src/errors.ts";
import type { Outcome } from "../../src/plan/plan.ts";
import { type OwnerResult, resultsAsJson, resultsAsText } from "../../src/report/results.ts";
import { plainStyle } from "../../src/report/style.ts";

const outcome = (result: Outcome["result"], error?: Error): Outcome => ({
  change: {
    action: "create",
    id: { group: "", kind: "ConfigMap", namespace: "", name: "x" },
    fields: [],
    effect: "neutral",
    notes: [],
  },
  result,
  ...(error && { error }),
});
const resultOf = (name: string, outcomes: Outcome[], error?: Error): OwnerResult => ({
  owner: { kind: "tenant", name },
  outcomes,
  milliseconds: 100,
  ...(error && { error }),
});
const text = (results: readonly OwnerResult[], verbose = false): string =>
  resultsAsText(results, { style: plainStyle, verbose });

const done = (count: number): OwnerResult[] =>
  Array.from({ length: count }, (_, at) => resultOf(`t${at}`, [outcome("done")]));

describe("results", () => {
  test("name the change that failed with its reasons and its remedy, and count what was not reached", () => {
    const error = new ExpectedError(ExitCode.timedOut, "waited 8 s", {
      problems: [{ message: "ConfigMap a/stuck waits for evil.io/x" }],
      hint: "remove it",
    });
    const unreached = [outcome("not-reached"), outcome("not-reached")];
    expect(text([resultOf("a", [outcome("done"), outcome("failed", error), ...unreached])])).toBe(
      `✗ tenant a: 1 of 4 changes done (0.1 s)
    create ConfigMap x
      waited 8 s
        ConfigMap a/stuck waits for evil.io/x
      hint: remove it
    not reached: 2 changes
`,
    );
  });

  test("as data say as much of a failure: its exit code, its problems and its remedy", () => {
    const error = new ExpectedError(ExitCode.timedOut, "waited 8 s", {
      problems: [{ where: "ConfigMap a/stuck", message: "waits for evil.io/x" }],
      hint: "remove it",
    });
    const refused = new ExpectedError(ExitCode.refused, "somebody else works on it");
    const said = {
      message: "waited 8 s",
      exitCode: 5,
      problems: [{ where: "ConfigMap a/stuck", message: "waits for evil.io/x" }],
      hint: "remove it",
    };
    expect(resultsAsJson([resultOf("a", [outcome("failed", error)], refused)])).toMatchObject({
      apiVersion: "mtenant.dev/v1alpha1",
      kind: "Result",
      owners: [
        {
          error: { message: "somebody else works on it", exitCode: 4 },
          outcomes: [{ result: "failed", error: said }],
        },
      ],
    });
    expect(resultsAsJson([resultOf("a", [outcome("failed", new Error("no"))])])).toMatchObject({
      owners: [{ outcomes: [{ error: { message: "no" } }] }],
    });
  });

  test("of many owners are only those that are not done, and how many of how many are", () => {
    const broken = resultOf("broken", [outcome("failed", new Error("no"))]);
    const lines = text([...done(20), broken]).split("\n");
    expect(lines).toEqual([
      "✗ tenant broken: 0 of 1 changes done (0.1 s)",
      "    create ConfigMap x",
      "      no",
      "20 of 21 done; not done: tenant broken",
      "",
    ]);
    expect(text([...done(20), broken], true).split("\n")).toHaveLength(25);
  });

  test("of an interrupted run tell apart what was begun and what was not", () => {
    const interrupted = new ExpectedError(ExitCode.interrupted, "interrupted");
    const begun = resultOf("begun", [outcome("done"), outcome("not-reached")], interrupted);
    const rest = Array.from({ length: 12 }, (_, at) =>
      resultOf(`rest${at}`, [outcome("not-reached")], interrupted),
    );
    const lines = text([...done(2), begun, ...rest]).split("\n");
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^Not begun: tenant rest0, .*tenant rest9 and 2 more$/),
      "2 of 15 done; not done: tenant begun",
      "",
    ]);
  });

  test("of an owner that was refused are its own, not those of a run that did not come to it", () => {
    const refused = new ExpectedError(ExitCode.refused, "somebody else works on tenant a");
    expect(text([...done(1), resultOf("a", [outcome("not-reached")], refused)])).toMatch(
      /✗ tenant a: 0 of 1.*\n {4}somebody else works[^]*1 of 2 done; not done: tenant a\n$/,
    );
  });
});
