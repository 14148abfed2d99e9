import { ApiError, ConnectionError } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import { isTypedPatchFailure } from "./server-text.ts";

/** How often and for how long one request is tried. */
export interface RetryPolicy {
  readonly tries: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** The most that a server's Retry-After is obeyed. */
  readonly longestRetryAfterMs: number;
  /** No try starts later than this after the first. */
  readonly deadlineMs: number;
}

/** Rides out a leader change or a restart; gives up before a person does. */
export const defaultRetryPolicy: RetryPolicy = {
  tries: 6,
  firstDelayMs: 100,
  longestDelayMs: 5_000,
  longestRetryAfterMs: 30_000,
  deadlineMs: 60_000,
};

/** Where a request stands after a failed try. */
export interface Attempt {
  /** Tries so far, at least 1. */
  readonly tries: number;
  readonly elapsedMs: number;
  /** May it be sent again when nobody knows whether it arrived? */
  readonly repeatable: boolean;
  /** Has this server answered before? Then a refused connection is a restart, not a wrong address. */
  readonly known: boolean;
  /** From 0 up to but not including 1. */
  readonly random: number;
}

/**
 * How long to wait before the next try, in milliseconds; undefined: no next try. Exponential with full jitter, never
 * shorter than the server's Retry-After.
 */
export function retryDelay(failure: unknown, attempt: Attempt, policy: RetryPolicy): number | undefined {
  if (!mayRepeat(failure, attempt.repeatable)) return undefined;
  if (attempt.tries >= policy.tries && !(attempt.known && isOutage(failure))) return undefined;
  const ceiling = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (attempt.tries - 1));
  const asked = failure instanceof ApiError ? (failure.retryAfterSeconds ?? 0) * 1000 : 0;
  const delay = Math.min(asked, policy.longestRetryAfterMs) + attempt.random * ceiling;
  return attempt.elapsedMs + delay > policy.deadlineMs ? undefined : delay;
}

/** The server is away: tries are cheap and safe, and only the deadline ends them. */
function isOutage(failure: unknown): boolean {
  return failure instanceof ConnectionError && failure.details.problem === "refused";
}

/** Is another try both safe and of any use? */
function mayRepeat(failure: unknown, repeatable: boolean): boolean {
  if (failure instanceof ApiError) return mayRepeatAnswer(failure, repeatable);
  if (!(failure instanceof ConnectionError)) return false;
  const { problem, sent, code } = failure.details;
  if (problem === "foreign") return (repeatable && isPassing(code ?? 0)) || code === 429;
  if (problem === "refused" || problem === "reset" || problem === "truncated") return repeatable || !sent;
  return false;
}

function mayRepeatAnswer(error: ApiError, repeatable: boolean): boolean {
  // A server that says 429 has not begun with the request.
  if (error.code === 429) return true;
  return repeatable && isPassing(error.code) && !isTypedPatchFailure(error.message);
}

/** Answers that may be another the next time: leader changes, restarts, webhooks and proxies that time out. */
function isPassing(code: number): boolean {
  return code === 500 || code === 502 || code === 503 || code === 504;
}

/** What `withRetries` has to know of a request. */
export interface RetryContext {
  readonly repeatable: boolean;
  readonly known: () => boolean;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the work until it succeeds, must not be repeated, or the policy says enough; then throws its last error. */
export async function withRetries<T>(work: () => Promise<T>, context: RetryContext): Promise<T> {
  const { repeatable, clock, policy, signal } = context;
  const start = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const [elapsedMs, known, random] = [clock.now() - start, context.known(), clock.random()];
      const attempt = { tries, elapsedMs, repeatable, known, random };
      const delay = signal?.aborted === true ? undefined : retryDelay(error, attempt, policy);
      if (delay === undefined) throw error;
      await clock.sleep(delay, signal);
    }
  }
}
