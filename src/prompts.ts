import { ExitCode, ExpectedError } from "./errors.ts";
import type { Io } from "./io.ts";
import { escapeLine } from "./report/escape.ts";
import { shellWord } from "./report/shell-word.ts";

/** What a person has to agree to, and how a script says it beforehand. */
export interface Question {
  readonly message: string;
  /** `--yes` was given. */
  readonly yes: boolean;
  /** Is yes the answer of whoever only presses Enter? Absent: no. */
  readonly proposed?: boolean;
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
    const flag = question.typed === undefined ? "--yes" : `--yes, or --confirm=${shellWord(question.typed)}`;
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

/** A question for a line of text; `faultOf` says what is wrong with it, until nothing is. */
export interface TextQuestion {
  readonly message: string;
  readonly faultOf: (text: string) => string | undefined;
}

/** Asks for a line of text, without the spaces around it. Throws (exit code 130) when it is interrupted. */
export async function askText({ message, faultOf }: TextQuestion, io: Io): Promise<string> {
  const validate = (text: string): string | true => faultOf(text.trim()) ?? true;
  return prompted(io, async (prompt) => {
    const { answer } = await prompt([{ type: "input", name: "answer", message, validate }]);
    return answer.trim();
  });
}

/** A question with a few possible answers; the first is proposed. */
export interface ChoiceQuestion<Value extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: Value; readonly name: string }[];
}

/** Asks for one of a few answers. Throws (exit code 130) when it is interrupted. */
export async function askChoice<Value extends string>(
  { message, choices }: ChoiceQuestion<Value>,
  io: Io,
): Promise<Value> {
  return prompted(io, async (prompt) => {
    const { answer } = await prompt([{ type: "select", name: "answer", message, choices: [...choices] }]);
    return answer as Value;
  });
}

async function ask({ message: asked, typed, proposed = false }: Question, io: Io): Promise<boolean> {
  const message = escapeLine(asked);
  return prompted(io, async (prompt) => {
    if (typed === undefined)
      return (await prompt([{ type: "confirm", name: "answer", message, default: proposed }])).answer;
    const typeIt = `${message} Type ${typed} to go ahead:`;
    return (await prompt([{ type: "input", name: "answer", message: typeIt }])).answer === typed;
  });
}

type Prompt = ReturnType<typeof import("inquirer").createPromptModule>;

/** Puts questions on the terminal; whoever interrupts them has changed nothing. */
async function prompted<Answer>(io: Io, put: (prompt: Prompt) => Promise<Answer>): Promise<Answer> {
  io.idle();
  const { createPromptModule } = await import("inquirer");
  try {
    return await put(createPromptModule(io.terminal));
  } catch (error) {
    if ((error as Error).name !== "ExitPromptError") throw error;
    throw new ExpectedError(ExitCode.interrupted, "interrupted; nothing was changed", { cause: error });
  }
}

function declined(): ExpectedError {
  return new ExpectedError(ExitCode.usage, "declined; nothing was changed");
}
