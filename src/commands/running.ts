import { systemClock } from "../cluster/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { explainError } from "../cluster/explain-error.ts";
import { ExitCode, ExpectedError } from "../errors.ts";
import type { Executed } from "../execute/execute-plan.ts";
import type { ExecuteEvent, Execution } from "../execute/execution.ts";
import type { Io } from "../io.ts";
import { describeOwner } from "../manifests/manifest.ts";
import type { Plan } from "../plan/plan.ts";
import { type OwnerResult, resultsAsJson, resultsAsText } from "../report/results.ts";

/** How many owners are worked on at the same time. */
const OWNERS_IN_FLIGHT = 16;

/** An execution that shows what it does, and that Ctrl-C stops at the next barrier. */
export function startExecution(cluster: Cluster, timeoutSeconds: number, io: Io): Execution {
  const controller = new AbortController();
  io.onInterrupt(() => {
    io.note("Stopping at the next safe point; press Ctrl-C again to stop at once.");
    controller.abort();
  });
  return {
    cluster,
    signal: controller.signal,
    onEvent: (event) => tell(event, io),
    timeoutMs: timeoutSeconds * 1000,
    clock: systemClock,
  };
}

function tell(event: ExecuteEvent, io: Io): void {
  if (event.kind === "wave") io.progress(`${describeOwner(event.owner)}: ${event.wave} (${event.changes})`);
  if (event.kind === "waiting") io.progress(`waiting for ${event.what}`);
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

/** One owner's run; what it throws is that owner's result, so that the others go on. */
export async function attempt(
  execution: Execution,
  plan: Plan,
  run: () => Promise<Executed>,
): Promise<OwnerResult> {
  const startedAt = systemClock.now();
  const { owner, consequences } = plan;
  const about = { owner, ...(consequences && { consequences }) };
  try {
    return { ...about, ...(await run()), milliseconds: systemClock.now() - startedAt };
  } catch (error) {
    const explained = explainError(error, execution.cluster, "go on");
    return { ...about, outcomes: [], error: explained, milliseconds: systemClock.now() - startedAt };
  }
}

/** Prints what became of a run, and how to go on with one that is not whole. Returns its exit code. */
export async function reportResults(
  results: readonly OwnerResult[],
  output: "text" | "json",
  io: Io,
): Promise<ExitCode> {
  io.idle();
  if (output === "json") await io.out(`${JSON.stringify(resultsAsJson(results), null, 2)}\n`);
  else await io.out(resultsAsText(results, io.style));
  const code = exitCodeOf(results);
  if (code !== ExitCode.done) io.note("Run the same command again: it goes on where this run stopped.");
  return code;
}

/** One exit code for a run of many owners: interruption first; partly done (6) once something was written. */
export function exitCodeOf(results: readonly OwnerResult[]): ExitCode {
  const broken = results.filter(
    ({ outcomes, error }) => error !== undefined || outcomes.some(({ result }) => result !== "done"),
  );
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
