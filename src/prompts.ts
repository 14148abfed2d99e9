import { ExitCode, ExpectedError } from "./errors.ts";
import type { Io } from "./io.ts";

/** What a person has to agree to, and how a script says it beforehand. */
export interface Question {
  readonly message: string;
  /** `--yes` was given. */
  readonly yes: boolean;
  /** The text that has to be typed instead of `y`, where much is at stake. */
  readonly typed?: string;
  /** `--confirm=TEXT` was given. */
  readonly confirmed?: string;
}

/** Asks, unless a flag has answered. Throws (exit code 2) when it is declined, or when nobody can be asked. */
export async function confirm(question: Question, io: Io): Promise<void> {
  if (question.yes) return;
  if (question.typed !== undefined && question.confirmed !== undefined)
    return mustMatch(question.typed, question.confirmed);
  if (!io.interactive) {
    const flag = question.typed === undefined ? "--yes" : `--yes, or --confirm=${question.typed}`;
    throw new ExpectedError(ExitCode.usage, "nobody can be asked here, and nothing was changed", {
      hint: `add ${flag} to go ahead without a question`,
    });
  }
  if (!(await ask(question, io))) throw declined();
}

function mustMatch(typed: string, confirmed: string): void {
  if (typed === confirmed) return;
  throw new ExpectedError(
    ExitCode.usage,
    `--confirm=${confirmed} does not name ${typed}; nothing was changed`,
  );
}

async function ask({ message, typed }: Question, io: Io): Promise<boolean> {
  io.idle();
  const { createPromptModule } = await import("inquirer");
  const prompt = createPromptModule(io.terminal);
  try {
    if (typed === undefined) {
      return (await prompt([{ type: "confirm", name: "answer", message, default: false }])).answer;
    }
    const typeIt = `${message} Type ${typed} to go ahead:`;
    return (await prompt([{ type: "input", name: "answer", message: typeIt }])).answer === typed;
  } catch (error) {
    if ((error as Error).name !== "ExitPromptError") throw error;
    throw new ExpectedError(ExitCode.interrupted, "interrupted; nothing was changed", { cause: error });
  }
}

function declined(): ExpectedError {
  return new ExpectedError(ExitCode.usage, "declined; nothing was changed");
}
