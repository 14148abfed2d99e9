import { plainStyle } from "../../src/report/style.ts";
import type { Io } from "../../src/io.ts";
import { main } from "../../src/main.ts";
import type { CommandResult } from "../cluster/kubectl.ts";

/** Runs mtenant inside of the test's own process, off a terminal: for the cases that are many and alike. */
export async function inProcess(...args: string[]): Promise<CommandResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const note = (line: string): void => void stderr.push(`${line}\n`);
  const io: Io = {
    env: {},
    cwd: process.cwd(),
    homeDir: "/nonexistent",
    identity: `test ${process.pid}`,
    interactive: false,
    style: plainStyle,
    noteStyle: plainStyle,
    out: async (text) => void stdout.push(text),
    note,
    progress: note,
    idle: () => undefined,
    terminal: { input: process.stdin, output: process.stderr },
    readStdin: async () => "",
    onInterrupt: () => undefined,
  };
  const code = await main(args, io);
  return { stdout: stdout.join(""), stderr: stderr.join(""), code };
}
