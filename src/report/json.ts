/** Data as every `-o json` prints it: indented by two, with a line break at its end. */
export function printJson(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
