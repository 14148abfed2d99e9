import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { ExitCode, ExpectedError } from "../../errors.ts";
import type { ExecEntry } from "../kubeconfig/kubeconfig.ts";

/** How a plugin is run. */
export interface PluginRun {
  readonly plugin: ExecEntry;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It may ask the person: it gets the terminal's stdin and stderr. */
  readonly interactive: boolean;
  readonly timeoutMs: number;
}

/** Runs a credential plugin and gives what it printed. Its output is a secret: no error shows it. */
export function runPlugin(run: PluginRun): Promise<string> {
  const { plugin, interactive } = run;
  const stdio: StdioOptions = interactive ? ["inherit", "pipe", "inherit"] : ["ignore", "pipe", "pipe"];
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, plugin.args, { env: run.env, stdio });
    const output = collect(child.stdout);
    const complaint = collect(child.stderr);
    const timer = setTimeout(() => {
      abandon(child);
      reject(failed(plugin, `did not end within ${run.timeoutMs / 1000} s`));
    }, run.timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(failed(plugin, startProblem(error), plugin.installHint, error));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output());
      else reject(failed(plugin, `ended with ${signal ?? `code ${code}`}${lastLine(complaint())}`));
    });
  });
}

/** The plugin's children may keep the pipes open after it was killed; they must not keep us. */
function abandon(child: ChildProcess): void {
  child.kill("SIGKILL");
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

function startProblem(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? "was not found" : `could not be started (${error.code})`;
}

/** What a plugin says on stderr is meant for people; the last line is the one with the reason. */
function lastLine(text: string): string {
  const line = text.trim().split("\n").at(-1)?.trim().slice(0, 300) ?? "";
  return line === "" ? "" : `: ${line}`;
}

/** An error of a plugin: exit code 3, by name of the command, without arguments (they may hold secrets). */
export function failed(plugin: ExecEntry, what: string, hint = "", cause?: unknown): ExpectedError {
  return new ExpectedError(ExitCode.unable, `the credential plugin ${plugin.command} ${what}`, {
    hint:
      hint.trim() === "" ? "run kubectl once with the same context: it uses the same plugin" : hint.trim(),
    cause,
  });
}
