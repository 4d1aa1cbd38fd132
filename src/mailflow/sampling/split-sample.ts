/** Details for each of two populations. */
export interface SampleSplit {
  readonly held: number;
  readonly failed: number;
}

/** However lopsided the populations are, the smaller one keeps this part of the details. */
const FAIR_PART = 1 / 4;

/**
 * Shares out the details between held and failed deliveries by the square root of their numbers (the usual
 * compromise: a sample's error hangs on its own size, yet the larger population matters more). What one of them
 * cannot use goes to the other.
 */
export function splitSample(size: number, held: number, failed: number): SampleSplit {
  if (size >= held + failed) return { held, failed };
  const part = Math.sqrt(held) / (Math.sqrt(held) + Math.sqrt(failed));
  const fairPart = Math.min(1 - FAIR_PART, Math.max(FAIR_PART, part));
  const forHeld = Math.min(held, Math.max(Math.round(size * fairPart), size - failed));
  return { held: forHeld, failed: Math.min(failed, size - forHeld) };
}
