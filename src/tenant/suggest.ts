/** `; did you mean "name"?` when one of the candidates is close to what was written, otherwise nothing. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const best = closest(written, candidates);
  return best === undefined ? "" : `; did you mean ${JSON.stringify(best)}?`;
}

function closest(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(written.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(written.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= limit ? best.candidate : undefined;
}

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours count one each. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const best = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      current.push(swapped && row > 1 && column > 1 ? Math.min(best, (before[column - 2] ?? 0) + 1) : best);
    }
    before = above;
    above = current;
  }
  return above[other.length] ?? 0;
}
