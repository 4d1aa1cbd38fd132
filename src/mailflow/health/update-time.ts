/**
 * When Microsoft says that it will write again. The time is written for people and in several forms; what is not
 * understood, names no zone or contradicts itself is null, for a wrong "overdue" is worse than none.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Hours from UTC. Names that mean two things at once, as PT or CST in the east, are not here. */
const ZONES: Readonly<Record<string, number>> = { utc: 0, gmt: 0, z: 0, pst: -8, pdt: -7, est: -5, edt: -4 };

/** A time that is named stands in the first words; nothing behind them is looked at. */
const MOST_CHARACTERS = 160;

interface Written {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

export function parseUpdateTime(text: string): Date | null {
  const words = text.slice(0, MOST_CHARACTERS).toLowerCase().replace(/\s+/g, ' ');
  const day = dayIn(words);
  const time = timeIn(words);
  if (day === null || time === null) return null;
  const midnight = new Date(Date.UTC(day.year, day.month, day.day));
  if (midnight.getUTCMonth() !== day.month || midnight.getUTCDate() !== day.day) return null;
  const weekday = /\b(sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6}\b/.exec(words)?.[1];
  if (weekday !== undefined && WEEKDAYS.indexOf(weekday) !== midnight.getUTCDay()) return null;
  return new Date(midnight.getTime() + (time.minutes - time.zoneMinutes) * 60_000);
}

const MONTH_NAME = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const MONTH_FIRST = new RegExp(`\\b${MONTH_NAME}\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`);
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH_NAME}\\.?,? (\\d{4})\\b`);
const ISO_DAY = /\b(\d{4})-(\d{2})-(\d{2})(?=\b|t\d)/;
/** The posts are in American English. */
const SLASHED = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/;

function dayIn(words: string): Written | null {
  const monthFirst = MONTH_FIRST.exec(words);
  if (monthFirst !== null) return written(monthFirst[3], MONTHS.indexOf(monthFirst[1] ?? ''), monthFirst[2]);
  const dayFirst = DAY_FIRST.exec(words);
  if (dayFirst !== null) return written(dayFirst[3], MONTHS.indexOf(dayFirst[2] ?? ''), dayFirst[1]);
  const iso = ISO_DAY.exec(words);
  if (iso !== null) return written(iso[1], Number(iso[2]) - 1, iso[3]);
  const slashed = SLASHED.exec(words);
  return slashed === null ? null : written(slashed[3], Number(slashed[1]) - 1, slashed[2]);
}

function written(year: string | undefined, month: number, day: string | undefined): Written {
  return { year: Number(year), month, day: Number(day) };
}

interface WrittenTime {
  readonly minutes: number;
  readonly zoneMinutes: number;
}

const CLOCK =
  /(?:^|[^\d:.])t?(\d{1,2}):(\d{2})(?::\d{2})?(?:\.\d{1,9})? ?(am|pm|a\.m\.|p\.m\.)? ?\(?(utc|gmt|z|pst|pdt|est|edt)?([+-]\d{1,2}(?::?\d{2})?)?(?![\w:])/;
const BARE_HOUR =
  /(?:^|[^\d:.])(\d{1,2})() ?(am|pm|a\.m\.|p\.m\.) ?\(?(utc|gmt|z|pst|pdt|est|edt)([+-]\d{1,2}(?::?\d{2})?)?(?![\w:])/;

function timeIn(words: string): WrittenTime | null {
  const found = CLOCK.exec(words.replace(/(\d)t(\d)/, '$1 $2')) ?? BARE_HOUR.exec(words);
  if (found === null) return null;
  const [hourText, minuteText, half, zone, offset] = found.slice(1);
  const hour = hourOf(Number(hourText), half);
  const minute = Number(minuteText);
  if (hour === null || minute > 59 || (zone === undefined && offset === undefined)) return null;
  return {
    minutes: hour * 60 + minute,
    zoneMinutes: (ZONES[zone ?? ''] ?? 0) * 60 + offsetMinutes(offset ?? ''),
  };
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour > 23 ? null : hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.startsWith('p') ? 12 : 0);
}

function offsetMinutes(offset: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(offset) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}
