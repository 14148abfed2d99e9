import { setMaxListeners } from "node:events";
import { systemClock } from "../cluster/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import { type Executed, notReached } from "../execute/execute-plan.ts";
import type { ExecuteEvent, Execution } from "../execute/execution.ts";
import type { Io } from "../io.ts";
import { describeOwner } from "../manifests/manifest.ts";
import type { Plan } from "../plan/plan.ts";
import { escapeLine } from "../report/escape.ts";
import { printJson } from "../report/json.ts";
import { areMany } from "../report/plans-text.ts";
import { isWhole, type OwnerResult, resultsAsJson, resultsAsText } from "../report/results.ts";
import type { Style } from "../report/style.ts";

/**
 * How many owners are worked on at the same time. Most of an owner's time is waiting for Kubernetes' controllers, above
 * all when it is taken away; how many requests are under way is limited for each server (cluster/in-flight.ts).
 */
const OWNERS_IN_FLIGHT = 64;

/** What is to be run, and how its progress and its results are told. */
export interface RunFlags {
  /** The longest that one thing is waited for, in seconds. */
  readonly timeout: number;
  readonly output: "text" | "json";
  readonly verbose: boolean;
}

/** The work on some owners: how it is executed, and what it tells when an owner is finished. */
export interface Run {
  readonly execution: Execution;
  readonly finished: (result: OwnerResult) => void;
}

/** A run that shows what it does, and that Ctrl-C stops at the next barrier. Of many owners it shows when each is done. */
export function startRun(cluster: Cluster, plans: readonly Plan[], flags: RunFlags, io: Io): Run {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every owner under way listens, and Node.js would take so many for a leak
  io.onInterrupt(() => {
    io.note("Stopping at the next safe point; press Ctrl-C again to stop at once.");
    controller.abort();
  });
  const isBrief = areMany(plans) && !flags.verbose;
  let finished = 0;
  return {
    execution: {
      cluster,
      signal: controller.signal,
      onEvent: (event) => (isBrief ? undefined : tell(event, io)),
      timeoutMs: flags.timeout * 1000,
      clock: systemClock,
    },
    finished: (result) => {
      finished += 1;
      if (!isBrief) return;
      const how = isWhole(result) ? "done" : "not done";
      io.progress(`${finished} of ${plans.length}: ${describeOwner(result.owner)} ${how}`);
    },
  };
}

function tell(event: ExecuteEvent, io: Io): void {
  if (event.kind === "wave") io.progress(`${describeOwner(event.owner)}: ${event.wave} (${event.changes})`);
  if (event.kind === "waiting") io.progress(`waiting for ${escapeLine(event.what)}`);
}

/** Works on several at a time, in order of the list; the results are in that order too. */
export async function inFlight<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(OWNERS_IN_FLIGHT, items.length) }, worker));
  return results;
}

/** One owner's part; what it throws is that owner's result, so that the others go on. */
export async function attempt(
  { execution, finished }: Run,
  plan: Plan,
  carryOut: () => Promise<Executed>,
): Promise<OwnerResult> {
  const startedAt = systemClock.now();
  const executed = await carryOut().catch((error: unknown): Executed => {
    const explained = explainError(error, execution.cluster, "go on");
    return { outcomes: notReached(plan.waves), error: explained };
  });
  const { owner, consequences } = plan;
  const milliseconds = systemClock.now() - startedAt;
  const result = { owner, ...(consequences && { consequences }), ...executed, milliseconds };
  finished(result);
  return result;
}

/** The result of an owner that the run did not come to, since one before it failed. */
export function notBegun(plan: Plan): OwnerResult {
  return { owner: plan.owner, outcomes: notReached(plan.waves), milliseconds: 0 };
}

/** Prints what became of a run, and how to go on with one that is not whole. Returns its exit code. */
export async function reportResults(
  { execution }: Run,
  results: readonly OwnerResult[],
  { output, verbose }: RunFlags,
  io: Io,
): Promise<ExitCode> {
  io.idle();
  const text = (style: Style): string => resultsAsText(results, { style, verbose });
  await io
    .out(output === "json" ? printJson(resultsAsJson(results)) : text(io.style))
    .catch((error: unknown) => {
      io.note(text(io.noteStyle).trimEnd()); // the work is done, and whoever sees this has to know
      throw error;
    });
  const code = exitCodeOf(results);
  if (code !== ExitCode.done) {
    io.note(nextStep(code));
    return code;
  }
  if (!execution.signal.aborted) return code;
  io.note("Interrupted when everything had been done already.");
  return ExitCode.interrupted;
}

function nextStep(code: ExitCode): string {
  const again = "run the same command again";
  if (code === ExitCode.interrupted) return `Interrupted. Next: ${again}; it goes on where this run stopped.`;
  if (code === ExitCode.refused) return `Nothing was changed. Next: ${again} when the others are done.`;
  return `Next: mend what is named above, then ${again}; it goes on where this run stopped.`;
}

/** One exit code for a run of many owners: interruption first; partly done (6) once something was written. */
export function exitCodeOf(results: readonly OwnerResult[]): ExitCode {
  const broken = results.filter((each) => !isWhole(each));
  if (broken.length === 0) return ExitCode.done;
  const errors = broken.flatMap(({ outcomes, error }) => [
    ...(error ? [error] : []),
    ...outcomes.flatMap((each) => each.error ?? []),
  ]);
  const codes = errors.map((error) => (error instanceof ExpectedError ? error.exitCode : ExitCode.unable));
  if (codes.includes(ExitCode.interrupted)) return ExitCode.interrupted;
  const wrote = results.some(({ outcomes }) =>
    outcomes.some(({ change, result }) => result === "done" && change.action !== "unchanged"),
  );
  return wrote ? ExitCode.partlyDone : (codes[0] ?? ExitCode.unable);
}
