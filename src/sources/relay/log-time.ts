/**
 * The time at the head of a line of a log: classic syslog (`Jun  1 12:00:00`, no year, no zone), RFC 3339 as rsyslog and
 * journalctl write it (`2026-06-01T12:00:00.123456+02:00`, `…+0200`, `…Z`) and Exim's (`2026-06-01 12:00:00`, perhaps with
 * `.123` and ` +0200` behind). One reader serves a whole log: lines of the same second are not read again.
 */
import { type WallClock, zoneClock } from '#mailflow/time-zone.js';

import type { RelayContext } from './relay-reader.js';

export interface LogTime {
  readonly timeMs: number;
  /** Index of what follows the blank behind the time. */
  readonly end: number;
}

export interface LogClock {
  /** Null when the line does not begin with a time that exists. */
  readonly read: (line: string) => LogTime | null;
  /** The instant of a month (from 0), day and time of day that name no year. */
  readonly withoutYear: (month: number, day: number, timeOfDayMs: number) => number;
}

const DAY_MS = 86_400_000;
/** A line that was written while it is read, or on a host whose clock or zone is another, is not a year old. */
const MOST_AHEAD_MS = DAY_MS;
/** 29 February is in every fourth year, and 1900 and 2100 are none. */
const MOST_YEARS_BACK = 8;

export function openLogClock({ asOf, timeZone }: Pick<RelayContext, 'asOf' | 'timeZone'>): LogClock {
  const toInstant = zoneClock(timeZone);
  const latestMs = asOf.getTime() + MOST_AHEAD_MS;
  const thisYear = new Date(latestMs + DAY_MS).getUTCFullYear();
  let lastStamp = '';
  let last: LogTime | null = null;

  const withoutYear = (month: number, day: number, timeOfDayMs: number): number => {
    for (let year = thisYear; year > thisYear - MOST_YEARS_BACK; year -= 1) {
      const wallMs = dayMs(year, month, day) + timeOfDayMs;
      const instant = Number.isNaN(wallMs) ? wallMs : toInstant(wallMs);
      if (instant <= latestMs) return instant;
    }
    return Number.NaN;
  };
  const read = (line: string): LogTime | null => {
    if (lastStamp !== '' && line.startsWith(lastStamp)) return last;
    last = isDigit(line.charCodeAt(0)) ? readDated(line, toInstant) : readYearless(line, withoutYear);
    lastStamp = last === null ? '' : line.slice(0, last.end);
    return last;
  };
  return { read, withoutYear };
}

/** What stands behind the time in each line that begins with one, whichever year it is. */
export function linesBehindTime(text: string): readonly string[] {
  const clock = openLogClock({ asOf: new Date(Date.UTC(2100, 0)), timeZone: 'UTC' });
  return text
    .replace('\ufeff', '')
    .split('\n')
    .flatMap((line) => {
      const time = clock.read(line);
      return time === null ? [] : [line.slice(time.end)];
    });
}

function readYearless(line: string, withoutYear: LogClock['withoutYear']): LogTime | null {
  const month = monthAt(line, 0);
  // `Jun  1`, and `Jun 01` where the logger pads with a nought.
  const day = (line.charCodeAt(4) === SPACE ? 0 : digitAt(line, 4) * 10) + digitAt(line, 5);
  const time = timeOfDay(line, 7);
  if (month === -1 || line.charCodeAt(3) !== SPACE || line.charCodeAt(6) !== SPACE) return null;
  const end = endOfFraction(line, 15);
  const timeMs = withoutYear(month, day, time);
  return Number.isNaN(timeMs) || line.charCodeAt(end) !== SPACE ? null : { timeMs, end: end + 1 };
}

function readDated(line: string, toInstant: WallClock): LogTime | null {
  const between = line.charCodeAt(10);
  if (line.charCodeAt(4) !== HYPHEN || line.charCodeAt(7) !== HYPHEN) return null;
  if (between !== SPACE && between !== LETTER_T) return null;
  const year = twoDigits(line, 0) * 100 + twoDigits(line, 2);
  const wallMs = dayMs(year, twoDigits(line, 5) - 1, twoDigits(line, 8)) + timeOfDay(line, 11);
  if (Number.isNaN(wallMs)) return null;
  const fractionEnd = endOfFraction(line, 19);
  const inMs = wallMs + milliseconds(line, fractionEnd);
  const zoneAt = line.charCodeAt(fractionEnd) === SPACE ? fractionEnd + 1 : fractionEnd;
  const zone = readOffset(line, zoneAt);
  if (zone !== null && line.charCodeAt(zone.end) === SPACE) {
    return { timeMs: inMs - zone.offsetMs, end: zone.end + 1 };
  }
  if (line.charCodeAt(fractionEnd) !== SPACE) return null;
  return { timeMs: toInstant(inMs), end: fractionEnd + 1 };
}

/** `Z`, `+02:00` or `+0200`; null when none stands there. */
function readOffset(line: string, at: number): { readonly offsetMs: number; readonly end: number } | null {
  const sign = line.charCodeAt(at);
  if (sign === LETTER_Z) return { offsetMs: 0, end: at + 1 };
  if (sign !== PLUS && sign !== HYPHEN) return null;
  const minutesAt = line.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minutes = twoDigits(line, at + 1) * 60 + twoDigits(line, minutesAt);
  if (Number.isNaN(minutes)) return null;
  return { offsetMs: (sign === HYPHEN ? -minutes : minutes) * 60_000, end: minutesAt + 2 };
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** From 0; -1 when no English name of a month stands there. */
export function monthAt(line: string, at: number): number {
  const place = MONTHS.indexOf(line.slice(at, at + 3));
  return place === -1 || place % 3 !== 0 || line.length < at + 3 ? -1 : place / 3;
}

/** Milliseconds of `12:34:56` since midnight; NaN when there is no such time. A leap second is the second after. */
export function timeOfDay(line: string, at: number): number {
  if (line.charCodeAt(at + 2) !== COLON || line.charCodeAt(at + 5) !== COLON) return Number.NaN;
  const hour = twoDigits(line, at);
  const minute = twoDigits(line, at + 3);
  const second = twoDigits(line, at + 6);
  return hour < 24 && minute < 60 && second <= 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN;
}

/** Midnight as if it were UTC; NaN when the calendar has no such day. */
function dayMs(year: number, month: number, day: number): number {
  const midnight = new Date(Date.UTC(year, month, day));
  const isDay = year >= 1970 && midnight.getUTCMonth() === month && midnight.getUTCDate() === day;
  return isDay ? midnight.getTime() : Number.NaN;
}

function endOfFraction(line: string, at: number): number {
  if (line.charCodeAt(at) !== DOT && line.charCodeAt(at) !== COMMA) return at;
  let end = at + 1;
  while (isDigit(line.charCodeAt(end))) end += 1;
  return end;
}

/** The first three digits of a fraction that ends here. */
function milliseconds(line: string, fractionEnd: number): number {
  if (fractionEnd === 19) return 0;
  return Number(line.slice(20, Math.min(fractionEnd, 23)).padEnd(3, '0'));
}

function twoDigits(line: string, at: number): number {
  return digitAt(line, at) * 10 + digitAt(line, at + 1);
}

function digitAt(line: string, at: number): number {
  const digit = line.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const HYPHEN = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
