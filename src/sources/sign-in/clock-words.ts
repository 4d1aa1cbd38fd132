const MINUTE_MS = 60_000;

/** `7 min behind that of`, for a service that is so far ahead of us; below zero we are ahead of it. */
export function clockWords(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / MINUTE_MS);
  return `${minutes} min ${aheadMs > 0 ? 'behind' : 'ahead of'} that of`;
}
