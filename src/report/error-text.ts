import { ExpectedError } from "../errors.ts";
import { escapeIndented, escapeLine } from "./escape.ts";
import { plainStyle, type Style } from "./style.ts";

/** An error as a person reads it: what failed, every problem on its own line, and what to do. */
export function errorAsText(error: ExpectedError, style: Style): string {
  const [message = "", ...rest] = errorLines(error, "", style);
  return [`${style.removed("error:")} ${message}`, ...rest].join("\n");
}

/** The lines of an error that begin `indent` deep: the message, its problems two deeper, and the hint. */
export function errorLines(error: Error, indent: string, style: Style = plainStyle): string[] {
  const { problems = [], hint } = error instanceof ExpectedError ? error : {};
  const [deeper, deepest] = [`${indent}  `, `${indent}    `];
  return [
    `${indent}${escapeIndented(error.message, deeper)}`,
    ...problems.map(({ where, message }) => {
      const place = where === undefined ? "" : `${escapeLine(where)}: `;
      return `${deeper}${place}${escapeIndented(message, deepest)}`;
    }),
    ...(hint === undefined ? [] : [`${indent}${style.faint(`hint: ${escapeIndented(hint, deeper)}`)}`]),
  ];
}

/** The same as data; what is no expected error has a message alone. */
export function errorAsJson(error: Error): object {
  const { message } = error;
  if (!(error instanceof ExpectedError)) return { message };
  const { exitCode, problems, hint } = error;
  return { message, exitCode, ...(problems.length > 0 && { problems }), ...(hint !== undefined && { hint }) };
}
