/** From the time on a wall clock to the instant. */
import { Failure } from '#failure.js';

/** Takes wall-clock time as if it were UTC, in milliseconds; gives the instant, in milliseconds. */
export type WallClock = (wallMs: number) => number;

const MINUTE_MS = 60_000;
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** About three years of quarter hours; a file that needs more is not a trace, and starts again. */
const MAX_CACHED = 100_000;

export const utcClock: WallClock = (wallMs) => wallMs;

export function fixedOffsetClock(offsetMinutes: number): WallClock {
  return (wallMs) => wallMs - offsetMinutes * MINUTE_MS;
}

/**
 * The clock of an IANA zone. A time that summer time skips is moved on by the skipped span, a time that occurs
 * twice is the first of the two. Zones change at quarter hours only, so one look-up serves each of them.
 */
export function zoneClock(timeZone: string): WallClock {
  const offsetAt = offsetReader(timeZone);
  const offsetByQuarter = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  return (wallMs) => {
    const quarter = Math.floor(wallMs / QUARTER_HOUR_MS);
    if (quarter === lastQuarter) return wallMs - lastOffset;
    if (offsetByQuarter.size > MAX_CACHED) offsetByQuarter.clear();
    lastOffset = offsetByQuarter.get(quarter) ?? offsetOfWall(quarter * QUARTER_HOUR_MS, offsetAt);
    offsetByQuarter.set(quarter, lastOffset);
    lastQuarter = quarter;
    return wallMs - lastOffset;
  };
}

function offsetOfWall(wallMs: number, offsetAt: (instantMs: number) => number): number {
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  if (before === after || offsetAt(wallMs - before) === before) return before;
  return offsetAt(wallMs - after) === after ? after : before;
}

/** Reads a zone's offset at an instant, in milliseconds, east positive. */
function offsetReader(timeZone: string): (instantMs: number) => number {
  const format = formatOf(timeZone);
  return (instantMs) => {
    const name = format.formatToParts(instantMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name) ?? [];
    const span = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000;
    return sign === '-' ? -span : span;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new Failure('usage', `There is no time zone ${JSON.stringify(timeZone)}.`, {
      remedy: 'Give an IANA name, for example --file-time-zone Europe/Berlin.',
      cause,
    });
  }
}
