import { homedir, hostname, userInfo } from "node:os";
import type { Style } from "./report/style.ts";
import { plainStyle } from "./report/style.ts";

/** The world outside: streams, environment, signals. The only way to them; tests give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDir: string;
  /** `user@host pid`, unique per process. */
  readonly identity: string;
  /** Can a question be asked? stdin and stderr are terminals, and CI is not set. */
  readonly interactive: boolean;
  readonly style: Style;
  /** Data, to stdout. */
  out(text: string): Promise<void>;
  /** One line for the person, to stderr. */
  note(line: string): void;
  /** What is going on now: a spinner on a terminal, a line elsewhere. */
  progress(line: string): void;
  /** Ends the spinner, if there is one. */
  idle(): void;
  /** Where questions are asked: stdout stays clean for data. */
  readonly terminal: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };
  readStdin(): Promise<string>;
  /** Calls the handler on Ctrl-C, SIGTERM and SIGHUP; the second signal ends the process at once with 130. */
  onInterrupt(handler: () => void): () => void;
}

interface Spinner {
  text: string;
  stop(): unknown;
}

/** The Io of a real process. */
export async function createIo(from: NodeJS.Process): Promise<Io> {
  const style = await styleFor(from);
  const stdout = once(() => quietBrokenPipe(from.stdout));
  const stderr = once(() => quietBrokenPipe(from.stderr));
  return {
    env: from.env,
    cwd: from.cwd(),
    homeDir: from.env.HOME ?? homedir(),
    get identity() {
      return `${userName()}@${hostname()} ${from.pid}`;
    },
    get interactive() {
      return from.stdin.isTTY === true && stderr().isTTY === true && from.env.CI === undefined;
    },
    style,
    out: (text) => write(stdout(), text),
    ...personsLines(from.env, stderr),
    get terminal() {
      return { input: from.stdin, output: stderr() };
    },
    readStdin: () => readAll(from.stdin),
    onInterrupt: (handler) => onInterrupt(from, handler),
  };
}

/** What is told the person: lines, and a spinner between them on a terminal. */
function personsLines(
  env: Io["env"],
  stderr: () => NodeJS.WriteStream,
): Pick<Io, "note" | "progress" | "idle"> {
  const spinner = once(() =>
    stderr().isTTY === true && env.CI === undefined && env.TERM !== "dumb"
      ? lazySpinner(stderr())
      : undefined,
  );
  const note = (line: string): void => {
    spinner()?.stop();
    stderr().write(`${line}\n`);
  };
  return {
    note,
    progress: (line) => {
      const shown = spinner();
      if (shown) shown.show(line);
      else note(line);
    },
    idle: () => spinner()?.stop(),
  };
}

/** Opening a stream takes milliseconds, and most runs do not use all three: each is opened when it is first asked for. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Colour is decided once: NO_COLOR, then FORCE_COLOR, then whether stdout is a terminal (https://no-color.org). */
async function styleFor(from: NodeJS.Process): Promise<Style> {
  const { NO_COLOR, FORCE_COLOR, TERM } = from.env;
  const wanted =
    FORCE_COLOR !== undefined && FORCE_COLOR !== "0" ? true : from.stdout.isTTY === true && TERM !== "dumb";
  if ((NO_COLOR !== undefined && NO_COLOR !== "") || !wanted) return plainStyle;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  return {
    added: chalk.green,
    removed: chalk.red,
    changed: chalk.yellow,
    warning: chalk.magenta,
    strong: chalk.bold,
    faint: chalk.dim,
  };
}

function lazySpinner(stream: NodeJS.WriteStream): { show(line: string): void; stop(): void } {
  let spinner: Spinner | undefined;
  let latest: string | undefined;
  const start = async (): Promise<void> => {
    const { default: ora } = await import("ora");
    if (latest !== undefined && spinner === undefined) {
      spinner = ora({ text: latest, stream, discardStdin: false }).start();
    }
  };
  return {
    show(line) {
      latest = line;
      if (spinner) spinner.text = line;
      else void start();
    },
    stop() {
      latest = undefined;
      spinner?.stop();
      spinner = undefined;
    },
  };
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** `mtenant … | head` ends the reader first; that is not an error of ours (EPIPE). */
function quietBrokenPipe(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function onInterrupt(from: NodeJS.Process, handler: () => void): () => void {
  let seen = 0;
  const listener = (): void => {
    seen += 1;
    if (seen > 1) from.exit(130);
    handler();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) from.on(signal, listener);
  return () => {
    for (const signal of signals) from.off(signal, listener);
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run with a uid that has no name (os.userInfo throws ENOENT).
    return "unknown";
  }
}
