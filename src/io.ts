import { homedir, hostname, userInfo } from "node:os";
import { isatty } from "node:tty";
import { ExitCode, ExpectedError } from "./errors.ts";
import type { Style } from "./report/style.ts";
import { plainStyle } from "./report/style.ts";
import { printable } from "./report/escape.ts";

/** The world outside: streams, environment, signals. The only way to them; tests give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDir: string;
  /** `user@host pid`, unique per process. */
  readonly identity: string;
  /** Can a question be asked? stdin and stderr are terminals, CI is not set, and stdin was not read as a file. */
  readonly interactive: boolean;
  /** Of what goes to stdout. */
  readonly style: Style;
  /** Of what goes to stderr. */
  readonly noteStyle: Style;
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
  /**
   * From now on Ctrl-C, SIGTERM and SIGHUP call the handler; the second one ends the process at once with 130, as the
   * first one does before there is a handler.
   */
  onInterrupt(handler: () => void): void;
}

interface Spinner {
  text: string;
  stop(): unknown;
}

/** The Io of a real process. */
export async function createIo(from: NodeJS.Process): Promise<Io> {
  const [style, noteStyle] = await Promise.all([styleFor(from.env, 1), styleFor(from.env, 2)]);
  const stdout = once(() => unheeded(from.stdout));
  const stderr = once(() => unheeded(from.stderr));
  const lines = personsLines(from.env, stderr, noteStyle);
  let isStdinRead = false;
  return {
    env: from.env,
    cwd: from.cwd(),
    homeDir: from.env.HOME ?? homedir(),
    get identity() {
      return `${userName()}@${hostname()} ${from.pid}`;
    },
    get interactive() {
      return isatty(0) && isatty(2) && from.env.CI === undefined && !isStdinRead;
    },
    style,
    noteStyle,
    out: (text) => write(stdout(), safely(style)(text)),
    ...lines,
    get terminal() {
      return { input: from.stdin, output: stderr() };
    },
    readStdin: () => {
      isStdinRead = true;
      return readAll(from.stdin);
    },
    onInterrupt: interruptible(from, lines.note),
  };
}

/** Nothing that acts on a terminal gets out but the colours of the style, wherever the text came from. */
function safely(style: Style): (text: string) => string {
  return (text) => printable(text, { coloured: style !== plainStyle });
}

/** What is told the person: lines, and a spinner between them on a terminal. */
function personsLines(
  env: Io["env"],
  stderr: () => NodeJS.WriteStream,
  style: Style,
): Pick<Io, "note" | "progress" | "idle"> {
  const [safe, isColoured] = [safely(style), style !== plainStyle];
  const spinner = once(() =>
    isatty(2) && env.CI === undefined && env.TERM !== "dumb" && stderr().columns !== 0
      ? lazySpinner(stderr(), isColoured)
      : undefined,
  );
  const note = (line: string): void => {
    spinner()?.stop();
    tryToWrite(stderr(), `${safe(line)}\n`);
  };
  return {
    note,
    progress: (line) => {
      const shown = spinner();
      if (shown) shown.show(safe(line));
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

/** Colour is decided once a stream: NO_COLOR, then FORCE_COLOR, then whether it is a terminal (https://no-color.org). */
async function styleFor({ NO_COLOR, FORCE_COLOR, TERM }: Io["env"], descriptor: number): Promise<Style> {
  const wanted =
    FORCE_COLOR !== undefined && FORCE_COLOR !== "0" ? true : isatty(descriptor) && TERM !== "dumb";
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

function lazySpinner(
  stream: NodeJS.WriteStream,
  isColoured: boolean,
): { show(line: string): void; stop(): void } {
  let spinner: Spinner | undefined;
  let latest: string | undefined;
  const start = async (): Promise<void> => {
    const { default: ora } = await import("ora");
    if (latest !== undefined && spinner === undefined) {
      const color = isColoured ? "cyan" : false;
      spinner = ora({ text: latest, stream, color, discardStdin: false }).start();
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

/** What is for the person: where nobody can be told, the work goes on, and the exit code still tells. */
function tryToWrite(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text);
  } catch {
    // Files are written at once, and a full disk is thrown (Node.js: "process I/O").
  }
}

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) =>
      stream.write(text, (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!readerLeft.has(code)) throw lost(error, code);
  }
}

/** `mtenant … | head` ends the reader first (EPIPE), a closed window its terminal (EIO): neither is an error of ours. */
const readerLeft: ReadonlySet<string | undefined> = new Set(["EPIPE", "EIO"]);

function lost(cause: unknown, code: string | undefined): ExpectedError {
  const why = code === "ENOSPC" ? "the disk is full" : (code ?? String(cause));
  return new ExpectedError(ExitCode.unable, `standard output cannot be written: ${why}`, {
    hint: "make room, or send it somewhere else; what it holds now is not whole",
    cause,
  });
}

/** Whoever writes learns of the failure and decides; the stream itself must not end the process. */
function unheeded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on("error", () => undefined);
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function interruptible(from: NodeJS.Process, note: Io["note"]): Io["onInterrupt"] {
  let seen = 0;
  let handle = (): void => {
    note("Interrupted; nothing was changed in the cluster.");
    from.exit(130);
  };
  const listener = (): void => {
    seen += 1;
    if (seen > 1) from.exit(130);
    handle();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) from.on(signal, listener);
  return (handler) => {
    handle = handler;
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
