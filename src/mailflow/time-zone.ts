/** Clocks on walls and instants, over daylight-saving changes. The rules of zones are the runtime's own (Intl). */

/** How far a zone is ahead of UTC at an instant; both in milliseconds. NaN for an instant that is none. */
export type OffsetReader = (instantMs: number) => number;

/** A name of the IANA list; or what knows its offsets, as the machine does of its own zone without a look at the list. */
export type TimeZone = string | OffsetReader;

/** Takes wall-clock time as if it were UTC, in milliseconds; gives the instant, in milliseconds. */
export type WallClock = (wallMs: number) => number;

const MINUTE_MS = 60_000;
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** About three years of quarter hours; what needs more starts again. */
const MOST_CACHED = 100_000;

/** True for a name of the IANA list. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const utcClock: WallClock = (wallMs) => wallMs;

export function fixedOffsetClock(offsetMinutes: number): WallClock {
  return (wallMs) => wallMs - offsetMinutes * MINUTE_MS;
}

/**
 * The clock of a zone. A time that summer time skips is moved on by the skipped span, a time that occurs
 * twice is the first of the two. Zones change at quarter hours only, so one look-up serves each of them.
 */
export function zoneClock(timeZone: TimeZone): WallClock {
  const offsetAt = offsetReader(timeZone);
  const offsetByQuarter = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  return (wallMs) => {
    const quarter = Math.floor(wallMs / QUARTER_HOUR_MS);
    if (quarter === lastQuarter) return wallMs - lastOffset;
    if (offsetByQuarter.size > MOST_CACHED) offsetByQuarter.clear();
    lastOffset = offsetByQuarter.get(quarter) ?? offsetOfWall(quarter * QUARTER_HOUR_MS, offsetAt);
    offsetByQuarter.set(quarter, lastOffset);
    lastQuarter = quarter;
    return wallMs - lastOffset;
  };
}

function offsetOfWall(wallMs: number, offsetAt: OffsetReader): number {
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  if (before === after || offsetAt(wallMs - before) === before) return before;
  return offsetAt(wallMs - after) === after ? after : before;
}

export function offsetReader(timeZone: TimeZone): OffsetReader {
  if (typeof timeZone === 'function') return timeZone;
  // Where builds and servers run, Intl is not woken only to tell nothing.
  if (timeZone === 'UTC') return (instantMs) => (Number.isNaN(instantMs) ? Number.NaN : 0);
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (instantMs) => {
    if (Number.isNaN(instantMs)) return Number.NaN;
    const name = format.formatToParts(instantMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name) ?? [];
    const span = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000;
    return sign === '-' ? -span : span;
  };
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 as people type it: a date, a time if wanted, an offset if wanted; without offset it is in `timeZone`. Null when it is no such time. */
export function parseInstant(text: string, timeZone: TimeZone): Date | null {
  const match = INSTANT.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isDay = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return null;
  const wallMs = midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
  const clock = match[7] === undefined ? zoneClock(timeZone) : fixedOffsetClock(minutesOf(match[7]));
  return new Date(clock(wallMs));
}

function minutesOf(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}
