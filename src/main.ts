import { ExitCode, ExpectedError } from "./errors.ts";
import type { Io } from "./io.ts";
import { version } from "./version.ts";

export { createIo } from "./io.ts";

/** The whole program: argv (without node and script) to exit code. It never throws and never ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (asksForVersion(argv)) {
      await io.out(`${version}\n`);
      return ExitCode.done;
    }
    const { runProgram } = await import("./commands/program.ts");
    return await runProgram(argv, io);
  } catch (error) {
    io.idle();
    return report(error, io);
  }
}

/** Scripts ask for the version often: it is told before the commands are loaded. */
function asksForVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
}

async function report(error: unknown, io: Io): Promise<number> {
  if (error instanceof ExpectedError) {
    const { errorAsText } = await import("./report/error-text.ts");
    io.note(errorAsText(error, io.noteStyle));
    return error.exitCode;
  }
  io.note(
    `This is a bug of mtenant, please report it with the lines below.\n${(error as Error)?.stack ?? String(error)}`,
  );
  return ExitCode.bug;
}
