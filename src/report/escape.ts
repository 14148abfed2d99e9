// Controls but the line break, marks that reorder or hide text (Unicode TR 9 and TR 36), line separators: what a server,
// a label or a file name could use to draw over what the person reads.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text that came from elsewhere, with every character that acts on a terminal or cannot be seen written as `\u001b`. */
export function escapeControl(text: string): string {
  return text.replace(UNSAFE, (character) => character.split("").map(escaped).join(""));
}

/** One UTF-16 unit as JSON and JavaScript write it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The same for what is one line, as a name is: a line break in it would begin a line that looks like ours. */
export function escapeLine(text: string): string {
  return escapeControl(text).replaceAll("\n", "\\n");
}

/** The same for the sentences of a server, which may be several lines: none of them begins where ours begin. */
export function escapeIndented(text: string, indent: string): string {
  return escapeControl(text).replaceAll("\n", `\n${indent}`);
}

/** What a Style writes around its text. */
const COLOUR = /(\u001b\[(?:1|2|22|31|32|33|35|39)m)/; // oxlint-disable-line no-control-regex

/**
 * The last gate before a stream: whatever a report forgot to escape is escaped here. In JSON, and in the double quotes
 * of YAML, the escape means the same as the character did.
 */
export function printable(text: string, { coloured }: { readonly coloured: boolean }): string {
  if (!coloured) return escapeControl(text);
  return text
    .split(COLOUR)
    .map((piece, at) => (at % 2 === 0 ? escapeControl(piece) : piece))
    .join("");
}
