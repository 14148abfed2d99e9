import { ExitCode, ExpectedError } from "../errors.ts";
import type { Execution } from "./execution.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Something that comes about by itself. */
export interface Awaited<T> {
  /** Reads after "waiting for": `namespace payments to be gone`. */
  readonly what: string;
  /** The result once it is there; undefined: not yet. */
  readonly check: () => Promise<T | undefined>;
  /** Asked when the time is over: what stands in the way, one sentence each. */
  readonly blockers: () => Promise<readonly string[]>;
}

/**
 * Asks again and again, at first after 0.1 s, later every 2 s. Throws ExpectedError: exit code 5 naming the blockers
 * when the time is over, 130 when the run was interrupted.
 */
export async function waitFor<T>(execution: Execution, { what, check, blockers }: Awaited<T>): Promise<T> {
  const { clock, signal, timeoutMs } = execution;
  const start = clock.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const result = await check();
    if (result !== undefined) return result;
    if (pause === FIRST_PAUSE_MS) execution.onEvent({ kind: "waiting", what });
    if (clock.now() - start + pause > timeoutMs) throw timedOut(what, timeoutMs, await blockers());
    await clock.sleep(pause, signal).catch(() => undefined);
    if (signal.aborted) throw interrupted(what);
    await execution.keepAlive?.();
  }
}

function timedOut(what: string, timeoutMs: number, blockers: readonly string[]): ExpectedError {
  return new ExpectedError(ExitCode.timedOut, `waited ${timeoutMs / 1000} s for ${what}`, {
    problems: blockers.map((message) => ({ message })),
    hint: "remove what stands in the way and run the same command again: it goes on where it stopped",
  });
}

function interrupted(what: string): ExpectedError {
  return new ExpectedError(ExitCode.interrupted, `interrupted while waiting for ${what}`, {
    hint: "run the same command again: it goes on where it stopped",
  });
}
