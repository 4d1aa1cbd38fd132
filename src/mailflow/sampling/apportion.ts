/**
 * Whole numbers from shares: how many details each group gets, how many deliveries each reason stands for.
 * Knows nothing of what is shared out.
 */

// Sums of binary fractions miss whole numbers by a hair.
const HAIR = 1e-9;

/** Shares out `total` in proportion to `weights`, by largest remainder; the result sums up to `total`. */
export function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  if (sum <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (weight / sum) * total);
  const shares = exact.map((value) => Math.floor(value + HAIR));
  const missing = total - shares.reduce((left, right) => left + right, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value + HAIR) }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  const rounded = new Set(byRemainder.slice(0, missing).map(({ index }) => index));
  return shares.map((share, index) => (rounded.has(index) ? share + 1 : share));
}

/**
 * Shares out `total` in proportion to `sizes`, but at least `floor` to each (less where a group is smaller) and
 * nothing beyond a group's size. Where the floors alone exceed the total, they give way.
 */
export function allocate(sizes: readonly number[], total: number, floor: number): number[] {
  const available = sizes.reduce((left, right) => left + right, 0);
  if (total >= available) return [...sizes];
  const floors = sizes.map((size) => Math.min(floor, size));
  if (floors.reduce((left, right) => left + right, 0) >= total) return apportion(floors, total);
  const pinned = pinnedToFloor(sizes, floors, total);
  const free = sizes.map((size, index) => (pinned.has(index) ? 0 : size));
  const spent = floors.reduce((sum, value, index) => (pinned.has(index) ? sum + value : sum), 0);
  const shares = apportion(free, total - spent);
  return shares.map((share, index) => (pinned.has(index) ? (floors[index] ?? 0) : share));
}

/** The groups whose proportional share would fall below their floor; each one found leaves less for the others. */
function pinnedToFloor(
  sizes: readonly number[],
  floors: readonly number[],
  total: number,
): ReadonlySet<number> {
  const smallestFirst = sizes.map((_, index) => index).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  const pinned = new Set<number>();
  let leftTotal = total;
  let leftSize = sizes.reduce((left, right) => left + right, 0);
  for (const index of smallestFirst) {
    const size = sizes[index] ?? 0;
    const floor = floors[index] ?? 0;
    if ((size / leftSize) * leftTotal >= floor) continue;
    pinned.add(index);
    leftTotal -= floor;
    leftSize -= size;
  }
  return pinned;
}
