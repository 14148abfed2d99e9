import { ExitCode, ExpectedError } from "./errors.ts";
import type { Io } from "./io.ts";

export { createIo } from "./io.ts";

/** The whole program: argv (without node and script) to exit code. It never throws and never ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { runProgram } = await import("./commands/program.ts");
    return await runProgram(argv, io);
  } catch (error) {
    io.idle();
    return report(error, io);
  }
}

async function report(error: unknown, io: Io): Promise<number> {
  if (error instanceof ExpectedError) {
    const { errorAsText } = await import("./report/error-text.ts");
    io.note(errorAsText(error, io.style));
    return error.exitCode;
  }
  io.note(
    `This is a bug of mtenant, please report it with the lines below.\n${(error as Error)?.stack ?? String(error)}`,
  );
  return ExitCode.bug;
}
