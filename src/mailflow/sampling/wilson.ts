/** A range of shares, each from 0 to 1. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The normal deviate that leaves 2.5 % on each side. */
const Z = 1.959964;

/**
 * The 95 % score interval of a share seen in a sample, with continuity correction (Wilson 1927; Newcombe 1998,
 * method 4): it never promises more than it keeps, also for few details and for shares near 0 and 1. `size` may be
 * an effective sample size, at least 1, not whole; Infinity leaves no doubt.
 */
export function wilsonInterval(share: number, size: number): Range {
  if (size === Infinity) return { low: share, high: share };
  const z2 = Z * Z;
  const centre = 2 * size * share + z2;
  const scale = 2 * (size + z2);
  const below = z2 - 2 - 1 / size + 4 * share * (size * (1 - share) + 1);
  const above = z2 + 2 - 1 / size + 4 * share * (size * (1 - share) - 1);
  const low = share <= 0 ? 0 : (centre - 1 - Z * Math.sqrt(Math.max(0, below))) / scale;
  const high = share >= 1 ? 1 : (centre + 1 + Z * Math.sqrt(Math.max(0, above))) / scale;
  return { low: Math.min(share, Math.max(0, low)), high: Math.max(share, Math.min(1, high)) };
}
