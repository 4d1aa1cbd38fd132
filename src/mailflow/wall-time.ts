/** Wall-clock time in a named zone and instants, both ways, over daylight-saving changes. Source of zones: the runtime's own tz data. */

export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Minutes that the zone is ahead of UTC at this instant. */
export function offsetMinutes(instant: Date, timeZone: string): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)] as const),
  );
  const get = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const asUtc = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return Math.round((asUtc - Math.floor(instant.getTime() / 1000) * 1000) / 60_000);
}

/**
 * The instant at which clocks in the zone show this time. A time that occurs twice means the earlier one; a time that is
 * skipped is read with the offset before the gap, so that 02:30 of a lost hour is what clocks then call 03:30.
 */
export function instantOf(wall: WallTime, timeZone: string): Date {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  const dayMs = 86_400_000;
  const before = offsetMinutes(new Date(asUtc - dayMs), timeZone);
  const after = offsetMinutes(new Date(asUtc + dayMs), timeZone);
  const candidates = [before, after].map((minutes) => asUtc - minutes * 60_000);
  const exact = candidates.filter((ms) => ms + offsetMinutes(new Date(ms), timeZone) * 60_000 === asUtc);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates));
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 as people type it: a date, a time if wanted, an offset if wanted; without offset it is in `timeZone`. Null when it is no such time. */
export function parseInstant(text: string, timeZone: string): Date | null {
  const match = INSTANT.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const wall = {
    year: year ?? 0,
    month: month ?? 0,
    day: day ?? 0,
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: second ?? 0,
  };
  if (!isCalendarTime(wall)) return null;
  const offset = match[7];
  if (offset === undefined) return instantOf(wall, timeZone);
  const utc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return new Date(utc - offsetOfText(offset) * 60_000);
}

function isCalendarTime(wall: WallTime): boolean {
  const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day));
  const sameDay = date.getUTCMonth() === wall.month - 1 && date.getUTCDate() === wall.day;
  return sameDay && wall.hour < 24 && wall.minute < 60 && wall.second < 60;
}

function offsetOfText(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}
