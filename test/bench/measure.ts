import { spawn } from "node:child_process";

/** One thing to measure: a program with its arguments, and the exit codes that mean it did its work. */
export interface Command {
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Absent: 0. */
  readonly codes?: readonly number[];
}

/** The times of several runs of one thing, in milliseconds. */
export type Samples = readonly number[];

/**
 * Runs a command with its output thrown away and returns the wall time in milliseconds. Throws with what it printed to
 * stderr when it ends with another exit code: a time of a failure would be no measurement.
 */
export async function time(command: Command): Promise<number> {
  const started = performance.now();
  const child = spawn(command.program, command.args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: environment(),
  });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  const elapsed = performance.now() - started;
  if (code === null || !(command.codes ?? [0]).includes(code)) {
    throw new Error(`${command.label} ended with exit code ${code}: ${Buffer.concat(stderr)}`);
  }
  return elapsed;
}

// Node 20 parses the certificates of NODE_EXTRA_CA_CERTS at every start, which would hide what is measured here.
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, KUBECONFIG: __, ...env } = process.env;
  return env;
}

/**
 * Measures several commands against each other: each runs once a round, and every round begins with another one, so
 * that no command always runs first. One round before them warms the caches and is not counted.
 */
export async function compare(commands: readonly Command[], rounds: number): Promise<Map<string, Samples>> {
  const samples = new Map<string, number[]>(commands.map(({ label }) => [label, []]));
  for (const command of commands) await time(command);
  for (let round = 0; round < rounds; round += 1) {
    for (const command of rotate(commands, round)) samples.get(command.label)?.push(await time(command));
  }
  return samples;
}

/** The same list, beginning `by` places further on. */
export function rotate<Item>(list: readonly Item[], by: number): readonly Item[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** The middle sample; the mean of the two middle ones when their number is even. Throws when there is none. */
export function median(samples: Samples): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error("there is nothing to take the median of");
  return (upper + lower) / 2;
}
