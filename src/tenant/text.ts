/** The most text that one spec file may hold: larger ones take the YAML reader seconds, and no tenant needs them. */
export const MAX_SOURCE_SIZE = 1024 * 1024;

/** Characters that steer a terminal or cannot be seen: controls except tab and newline, direction marks, zero-width ones. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const harmless = /[\t\n]/g;

/** Does the text hold a character that would mislead whoever reads it on a terminal? Tabs and newlines do not count. */
export function hasHiddenCharacter(text: string): boolean {
  return hidden.test(text.replace(harmless, ""));
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const forbiddenInSource = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** The offset of the first character that YAML 1.2 (section 5.1) does not allow in a file, or -1. */
export function unprintableAt(text: string): number {
  return text.search(forbiddenInSource);
}

/** `line:column` of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `${line}:${offset - before.lastIndexOf("\n")}`;
}

/** Is the text one line without anything that steers a terminal or cannot be seen? */
export function isClean(text: string): boolean {
  return !hidden.test(text);
}
