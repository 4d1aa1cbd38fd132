/** The word of a list that somebody may have meant. */

/** Null when none is near: then it was no slip of the keyboard. */
export function nearestWord(given: string, words: readonly string[]): string | null {
  const short = given.slice(0, LONGEST).toLowerCase();
  const slips = Math.max(1, Math.floor(short.length / 3));
  const near = words
    .map((word) => ({ word, distance: distanceOf(short, word.toLowerCase()) }))
    .filter(({ distance }) => distance <= slips)
    .sort((left, right) => left.distance - right.distance);
  return near[0]?.word ?? null;
}

const LONGEST = 100;

/** Letters to put in, take out or change (Levenshtein 1965). */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(from).entries()) {
    const above = row;
    row = [at + 1];
    for (let index = 1; index <= to.length; index += 1) {
      const changed = (above[index - 1] ?? 0) + (to[index - 1] === letter ? 0 : 1);
      row.push(Math.min(changed, (above[index] ?? 0) + 1, (row[index - 1] ?? 0) + 1));
    }
  }
  return row[to.length] ?? 0;
}
