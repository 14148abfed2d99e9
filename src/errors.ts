/**
 * What the process answers, the same for every command (README, "Exit codes"):
 * 0 done or no difference · 1 differences · 2 usage, spec, guarantee, declined · 3 the cluster could not be
 * reached or would not do it · 4 refused: it belongs to someone else, is in use or going · 5 timed out waiting · 6 partly done ·
 * 70 a bug of mtenant · 130 interrupted.
 */
export const ExitCode = {
  done: 0,
  different: 1,
  usage: 2,
  unable: 3,
  refused: 4,
  timedOut: 5,
  partlyDone: 6,
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** One thing that is wrong, with the place where it is: `file:line:column` or an object's name. */
export interface Problem {
  readonly where?: string;
  readonly message: string;
}

interface ErrorOptions {
  /** What the person can do about it, as a sentence or a command. */
  readonly hint?: string;
  /** Several problems found at once; the message is then their headline. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * An error that was foreseen: it is printed without a stack trace, with its problems and its hint,
 * and decides the exit code. Everything else that is thrown is a bug (exit code 70).
 */
export class ExpectedError extends Error {
  override readonly name = "ExpectedError";
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(exitCode: ExitCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}
