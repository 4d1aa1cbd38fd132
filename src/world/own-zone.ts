import { isTimeZone, type TimeZone } from '#mailflow/time-zone.js';

/** The machine's own zone. To wake Intl for its name takes as long as to read an export, and some, as GMT+5, have none. */
export function ownZone(instantMs: number): number {
  return 0 - new Date(instantMs).getTimezoneOffset() * 60_000;
}

/** By its name where it has one, for who tells a person what was assumed. */
export function namedOwnZone(): TimeZone {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isTimeZone(name) ? name : ownZone;
}
