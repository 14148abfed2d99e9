// Control characters but the line break, C1 controls, and the marks that reorder text (Unicode TR 9):
// what a server, a label or a file name could use to draw over what the person reads.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text that came from elsewhere, with every character that acts on a terminal written as `\u001b`. */
export function escapeControl(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same for what is one line, as a name is: a line break in it would begin a line that looks like ours. */
export function escapeLine(text: string): string {
  return escapeControl(text).replaceAll("\n", "\\n");
}
