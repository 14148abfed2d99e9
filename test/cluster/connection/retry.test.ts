import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiError, ConnectionError } from "../../../src/cluster/api-error.ts";
import type { ConnectionProblem } from "../../../src/cluster/api-error.ts";
import { defaultRetryPolicy, retryDelay } from "../../../src/cluster/retry.ts";

const answer = (code: number, message = "", retryAfterSeconds?: number): ApiError =>
  new ApiError({ code, reason: "", message, causes: [], request: "PATCH /x", retryAfterSeconds });
const broken = (problem: ConnectionProblem, sent: boolean, code?: number): ConnectionError =>
  new ConnectionError("PATCH /x", "", undefined, { problem, sent, ...(code === undefined ? {} : { code }) });
const first = { tries: 1, elapsedMs: 0, random: 0.5, known: false };
const repeats = (failure: unknown, repeatable: boolean): boolean =>
  retryDelay(failure, { ...first, repeatable }, defaultRetryPolicy) !== undefined;

describe("which failures are tried again", () => {
  test.each<[string, unknown, { repeatable: boolean; other: boolean }]>([
    ["429", answer(429), { repeatable: true, other: true }],
    ["500", answer(500, "etcdserver: leader changed"), { repeatable: true, other: false }],
    [
      "500 of an object that fits no schema",
      answer(500, "failed to create typed patch object (x)"),
      { repeatable: false, other: false },
    ],
    ["503", answer(503), { repeatable: true, other: false }],
    ["504", answer(504), { repeatable: true, other: false }],
    ["409", answer(409), { repeatable: false, other: false }],
    ["403", answer(403), { repeatable: false, other: false }],
    ["404", answer(404), { repeatable: false, other: false }],
    ["422", answer(422), { repeatable: false, other: false }],
    ["refused connection", broken("refused", false), { repeatable: true, other: true }],
    ["reset while it was under way", broken("reset", true), { repeatable: true, other: false }],
    ["reset before it was sent", broken("reset", false), { repeatable: true, other: true }],
    ["cut answer", broken("truncated", true), { repeatable: true, other: false }],
    ["time-out", broken("timeout", true), { repeatable: false, other: false }],
    ["unknown certificate", broken("tls", false), { repeatable: false, other: false }],
    ["unknown name", broken("dns", false), { repeatable: false, other: false }],
    ["redirect", broken("redirect", true, 302), { repeatable: false, other: false }],
    ["web page", broken("foreign", true, 200), { repeatable: false, other: false }],
    ["web page with 503", broken("foreign", true, 503), { repeatable: true, other: false }],
    ["something else", new TypeError("bug"), { repeatable: false, other: false }],
  ])("%s", (_name, failure, expected) => {
    expect({ repeatable: repeats(failure, true), other: repeats(failure, false) }).toEqual(expected);
  });

  test("a server that answered before is waited for until the deadline, one that never did is not", () => {
    const late = { tries: 9, elapsedMs: 30_000, random: 0.5, repeatable: false };
    const refused = broken("refused", false);
    expect(retryDelay(refused, { ...late, known: true }, defaultRetryPolicy)).toBe(2_500);
    expect(retryDelay(refused, { ...late, known: false }, defaultRetryPolicy)).toBeUndefined();
    expect(
      retryDelay(refused, { ...late, known: true, elapsedMs: 59_000 }, defaultRetryPolicy),
    ).toBeUndefined();
    expect(
      retryDelay(answer(503), { ...late, known: true, repeatable: true }, defaultRetryPolicy),
    ).toBeUndefined();
  });

  test("the delay is jittered, capped, never shorter than Retry-After, and ends", () => {
    const attempts = fc.record({
      tries: fc.integer({ min: 1, max: 9 }),
      elapsedMs: fc.integer({ min: 0, max: 90_000 }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      repeatable: fc.boolean(),
      known: fc.boolean(),
    });
    const seconds = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(attempts, seconds, (attempt, asked) => {
        const delay = retryDelay(answer(429, "", asked), attempt, defaultRetryPolicy);
        if (attempt.tries >= 6) return void expect(delay).toBeUndefined();
        const wanted = Math.min(asked, 30) * 1000;
        if (delay === undefined)
          return void expect(attempt.elapsedMs + wanted + 5_000).toBeGreaterThan(60_000);
        expect(delay).toBeGreaterThanOrEqual(wanted);
        expect(delay).toBeLessThanOrEqual(wanted + Math.min(5_000, 100 * 2 ** (attempt.tries - 1)));
        expect(attempt.elapsedMs + delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
