import type { ExpectedError } from "../errors.ts";
import { escapeIndented, escapeLine } from "./escape.ts";
import type { Style } from "./style.ts";

/** An error as a person reads it: what failed, every problem on its own line, and what to do. */
export function errorAsText(error: ExpectedError, style: Style): string {
  const problems = error.problems.map(
    ({ where, message }) =>
      `  ${where === undefined ? "" : `${escapeLine(where)}: `}${escapeIndented(message, "    ")}`,
  );
  const hint = error.hint === undefined ? [] : [style.faint(`hint: ${escapeIndented(error.hint, "  ")}`)];
  return [`${style.removed("error:")} ${escapeIndented(error.message, "  ")}`, ...problems, ...hint].join(
    "\n",
  );
}
