import { ExitCode } from "../errors.ts";
import type { Io } from "../io.ts";
import { confirm, type Question } from "../prompts.ts";
import { printJson } from "../report/json.ts";

/** A plan as data, made when it is asked for, and whether it is. */
export interface PlanData {
  readonly asJson: () => object;
  readonly output: "text" | "json";
}

/** Asks. As data, the one document on stdout is the plan when nobody agrees, and the result otherwise. Throws as `confirm`. */
export async function agree(question: Question, plan: PlanData, io: Io): Promise<void> {
  try {
    await confirm(question, io);
  } catch (error) {
    await print(plan, io);
    throw error;
  }
}

/** The end of a dry run: the plan has been shown, and it was all that was wanted. */
export async function endDryRun(plan: PlanData, io: Io): Promise<ExitCode> {
  await print(plan, io);
  io.note("Dry run: nothing was changed.");
  return ExitCode.done;
}

async function print({ asJson, output }: PlanData, io: Io): Promise<void> {
  if (output === "json") await io.out(printJson(asJson()));
}
