/** A table as Markdown, the first column to the left and the others to the right, padded to be read as text too. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) =>
    Math.max(3, ...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [header, rule, ...rows].map((row) => lineOf(row, widths)).join("\n");
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((width, column) => {
    const cell = row[column] ?? "";
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `| ${cells.join(" | ")} |`;
}

/** A time for people: `43 ms` below a second, `1.25 s` above. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** How many times as much: `2.31 ×`. */
export function ratio(times: number): string {
  return `${times.toFixed(2)} ×`;
}
