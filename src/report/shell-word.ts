/** The word as a POSIX shell reads it back (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes). */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
