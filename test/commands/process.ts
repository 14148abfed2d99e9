import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { builtOnce, type GoModule, goBuild } from "../cluster/go-module.ts";

/** A program that runs: what it has printed so far, and ways to act on it. */
export interface Running {
  /** Everything that appeared on stdout, or on the terminal. */
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until the text has appeared on stdout or stderr. Throws when the program ends before that. */
  sees(text: RegExp): Promise<void>;
  /** Standard input, or the keyboard of the terminal. */
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; the name of the signal when one ended it. */
  readonly ended: Promise<number | string>;
}

/** How mtenant is run: nothing of the environment of the tests but PATH. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

const program = [process.execPath, join(import.meta.dirname, "../../bin/mtenant.js")];

/** Starts the built product with pipes in the place of a terminal. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  return running([...program, ...args], options);
}

/** Starts the built product on a pseudo-terminal of its own. */
export function startOnTerminal(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  return shellOnTerminal(['exec "$@"', "sh", ...program, ...args], options);
}

/** Starts a shell line on a pseudo-terminal; `$@` are the further words, `mtenant` the product: for redirections. */
export async function shellOnTerminal(
  words: readonly string[],
  { columns = 100, env }: RunOptions = {},
): Promise<Running> {
  const folder = await builtOnce(terminal);
  const command = [join(folder, "terminal"), String(columns), "sh", "-c", ...words];
  return running(command, { env: { TERM: "xterm", ...env } });
}

const terminalFolder = join(import.meta.dirname, "terminal");
const terminal: GoModule = {
  name: "terminal",
  folder: terminalFolder,
  build: (output) => goBuild(terminalFolder, ["-o", `${output}/`, "."]),
};

/** The words with which a shell line calls the product. */
export const mtenantWords: readonly string[] = program;

function running([file = "", ...args]: readonly string[], { env }: RunOptions): Running {
  const child = spawn(file, args, { env: { PATH: process.env["PATH"], HOME: "/nonexistent", ...env } });
  const printed = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      for (const watch of watchers) watch();
    });
  }
  child.stdin.on("error", () => undefined); // it ended without reading, and its exit code says why
  const ended = endOf(child, file);
  return {
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    sees: (text) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!text.test(printed.stdout) && !text.test(printed.stderr)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        const fail = (why: unknown): void =>
          reject(new Error(`${text} never appeared (${String(why)}):\n${printed.stdout}${printed.stderr}`));
        ended.then(fail, fail);
      }),
    type: (text) => void child.stdin.write(text),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

function endOf(child: ChildProcess, file: string): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`${file} is needed and cannot be run`, { cause })));
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1));
  });
}

/** What a program had printed when it ended, and how it ended. */
export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits for the end of a program. */
export async function whole(started: Running | Promise<Running>): Promise<Ended> {
  const running = await started;
  const code = await running.ended;
  return { code, stdout: running.stdout, stderr: running.stderr };
}
