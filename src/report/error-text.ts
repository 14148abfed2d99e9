import type { ExpectedError } from "../errors.ts";
import { escapeControl } from "./escape.ts";
import type { Style } from "./style.ts";

/** An error as a person reads it: what failed, every problem on its own line, and what to do. */
export function errorAsText(error: ExpectedError, style: Style): string {
  const problems = error.problems.map(
    ({ where, message }) =>
      `  ${where === undefined ? "" : `${escapeControl(where)}: `}${escapeControl(message)}`,
  );
  const hint = error.hint === undefined ? [] : [style.faint(`hint: ${escapeControl(error.hint)}`)];
  return [`${style.removed("error:")} ${escapeControl(error.message)}`, ...problems, ...hint].join("\n");
}
