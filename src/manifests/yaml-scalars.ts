import type { Json } from "./object.ts";

/** Words that some version of YAML reads as a boolean, a null or a number (YAML 1.1 types: bool, null, float). */
const NOT_TEXT = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity|e[-+]?\d+)$/i;

/** Texts that every version reads as a string without quotes: words beginning with a letter. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*$/;

/** Quantities such as 250m and 8Gi, which are no numbers in any version. */
const PLAIN_QUANTITY = /^[0-9]{1,15}(?:m|Ki|Mi|Gi|Ti|Pi)$/;

/** What must be written as an escape inside double quotes: line separators, controls, and what hides or reorders text. */
const ESCAPED = /["\\\u00a0\ufffe\uffff\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Characters that cannot be seen, or change the order in which others are. */
const HIDDEN = /\p{Cf}/u;

/** Printable characters that mean the same in a literal block in every version: ASCII and ordinary letters. */
const LITERAL_LINE =
  /^(?:[\u0021-\u007e\u00a1-\u167f\u2030-\ud7ff](?:[\u0020-\u007e\u00a1-\u167f\u2030-\ud7ff]*[\u0021-\u007e\u00a1-\u167f\u2030-\ud7ff])?)?$/;

/** A scalar or a key on one line: plain where every version of YAML reads a text, otherwise in double quotes. */
export function printScalar(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  if (value.length < 256 && (PLAIN.test(value) ? !NOT_TEXT.test(value) : PLAIN_QUANTITY.test(value)))
    return value;
  return `"${value.replace(ESCAPED, escape)}"`;
}

/** A text of several lines as a literal block; `undefined` when only quotes are certain to keep it. */
export function blockScalar(text: string): { header: "|" | "|-"; lines: readonly string[] } | undefined {
  if (!text.includes("\n")) return undefined;
  const header = text.endsWith("\n") ? "|" : "|-";
  const lines = (header === "|" ? text.slice(0, -1) : text).split("\n");
  const certain =
    lines[0] !== "" && lines.at(-1) !== "" && !lines[0]?.startsWith(" ") && lines.every(isLiteral);
  return certain ? { header, lines } : undefined;
}

/** Indented lines are literal too; a line of nothing but spaces is not. */
function isLiteral(line: string): boolean {
  return LITERAL_LINE.test(line.replace(/^ +(?=[^ ])/, "")) && !HIDDEN.test(line);
}

/** One comment line with its `#`; characters that could end the line in some version of YAML, or hide, become spaces. */
export function printComment(text: string): string {
  return `#${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").trimEnd()}`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

function escape(character: string): string {
  const code = character.codePointAt(0)?.toString(16) ?? "";
  return (
    SHORT[character] ?? (code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`)
  );
}
