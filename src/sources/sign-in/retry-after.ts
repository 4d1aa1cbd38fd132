/**
 * The wait that a Retry-After header asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). Null for
 * absence and for anything else. A date is measured against `now`, best taken from the Date header of the same answer.
 */
export function retryAfterMs(header: string | null, now: Date): number | null {
  const given = header?.trim() ?? '';
  if (/^\d{1,12}$/.test(given)) return Number(given) * 1000;
  const until = httpDate(given);
  return until === null ? null : Math.max(0, until.getTime() - now.getTime());
}

/** Starts with a weekday, in all three forms of the standard; Date.parse alone would also take `-5` for a date. */
const WEEKDAY = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** The instant of an HTTP date header (RFC 9110, 5.6.7); null when it is none. */
export function httpDate(header: string | null): Date | null {
  if (header === null || !WEEKDAY.test(header)) return null;
  const instant = Date.parse(/GMT$/.test(header) ? header : `${header} GMT`);
  return Number.isNaN(instant) ? null : new Date(instant);
}
