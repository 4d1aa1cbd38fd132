/** Clocks that differ by this much make ages, expiry and what is newest meaningless. */
const CLOCK_DOUBT_MS = 300_000;

/** Whether our clock is too far off that of a service. A difference that is no number is no proof that they agree. */
export function isClockInDoubt(aheadMs: number): boolean {
  return !(Math.abs(aheadMs) < CLOCK_DOUBT_MS);
}
