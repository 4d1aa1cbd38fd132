/** Dates as exports write them: ISO 8601, and what .NET makes of a date in the culture of the admin's machine. */
import type { WallClock } from '#mailflow/time-zone.js';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

const MAX_LENGTH = 64;
/** Day, month, year, hour, minute, second, fraction. */
const MAX_GROUPS = 7;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const ZERO = 48;
const NINE = 57;
/** The marks of the first and second half of the day; Latin letters and those of Chinese, Korean and Japanese. */
const MORNING = new Set(Array.from('aA上전前', (letter) => letter.charCodeAt(0)));
const AFTERNOON = new Set(Array.from('pP下후後', (letter) => letter.charCodeAt(0)));

/**
 * Cuts a date into its groups of digits and keeps them until the next call: one object serves a million rows.
 * Linear in the text, and the text is at most 64 characters.
 */
export class DateText {
  readonly #values = new Int32Array(MAX_GROUPS);
  readonly #lengths = new Int32Array(MAX_GROUPS);
  #groups = 0;
  #separator = '';
  #half: 'none' | 'morning' | 'afternoon' = 'none';
  #offsetMinutes: number | null = null;

  /** False when the text cannot be a date. */
  scan(text: string): boolean {
    this.#groups = 0;
    this.#half = 'none';
    this.#offsetMinutes = null;
    if (text.length > MAX_LENGTH) return false;
    let at = 0;
    while (at < text.length) {
      const next = this.#step(text, at);
      if (next === -1) return false;
      at = next;
    }
    return this.#groups === 3 || this.#groups >= 5;
  }

  /** True when the order of day and month can be told from the culture only. */
  get dependsOnCulture(): boolean {
    // Every culture that separates with dots writes the day first.
    return this.#lengths[0] !== 4 && this.#separator !== '.';
  }

  /** True when the text itself says how far from UTC it is. */
  get hasZone(): boolean {
    return this.#offsetMinutes !== null;
  }

  get hasShortYear(): boolean {
    return this.#lengths[0] !== 4 && this.#lengths[2] !== 4;
  }

  get first(): number {
    return this.#values[0] ?? 0;
  }

  get second(): number {
    return this.#values[1] ?? 0;
  }

  get third(): number {
    return this.#values[2] ?? 0;
  }

  /** The instant in milliseconds; NaN when a part is out of range. */
  instant(order: DateOrder | null, toInstant: WallClock): number {
    const day = this.#day(order);
    const time = this.#timeOfDay();
    if (Number.isNaN(day) || Number.isNaN(time)) return Number.NaN;
    return this.#offsetMinutes === null ? toInstant(day + time) : day + time - this.#offsetMinutes * 60_000;
  }

  /** Reads one character or one group of digits; gives the place after it, or -1. */
  #step(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) return this.#readGroup(text, at);
    if (this.#groups === 1 && this.#separator === '') this.#separator = text.charAt(at);
    if (this.#groups >= 5 && (code === 43 || code === 45)) return this.#readOffset(text, at);
    if (this.#groups < 3) return isLetter(code) ? -1 : at + 1;
    if (this.#groups >= 5 && (code === 90 || code === 122)) this.#offsetMinutes = 0;
    else if (MORNING.has(code)) this.#half = 'morning';
    else if (AFTERNOON.has(code)) this.#half = 'afternoon';
    return at + 1;
  }

  #readGroup(text: string, from: number): number {
    if (this.#groups === MAX_GROUPS) return -1;
    let at = from;
    let value = 0;
    for (; at < text.length; at += 1) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      // Of a fraction, thousandths are kept.
      if (at - from < (this.#groups === 6 ? 3 : 9)) value = value * 10 + digit;
    }
    if (this.#groups === 0) this.#separator = '';
    this.#values[this.#groups] = value;
    this.#lengths[this.#groups] = at - from;
    this.#groups += 1;
    return at;
  }

  /** `+hh:mm` or `+hhmm` or `+hh`, at the end of the text. */
  #readOffset(text: string, at: number): number {
    const digits = text.slice(at + 1).replace(':', '');
    if (!/^\d{2}(?:\d{2})?$/.test(digits)) return -1;
    const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
    this.#offsetMinutes = text.charAt(at) === '-' ? -minutes : minutes;
    return text.length;
  }

  #day(order: DateOrder | null): number {
    const yearFirst = this.#lengths[0] === 4 || (order === 'ymd' && this.#lengths[2] !== 4);
    if (yearFirst) return dayOf(this.#year(0), this.second, this.third);
    const known = order ?? (this.dependsOnCulture ? null : 'dmy');
    if (known === 'dmy') return dayOf(this.#year(2), this.second, this.first);
    return known === 'mdy' ? dayOf(this.#year(2), this.first, this.second) : Number.NaN;
  }

  #year(place: 0 | 2): number {
    const value = this.#values[place] ?? 0;
    if (this.#lengths[place] === 4) return value;
    return this.#lengths[place] === 2 ? 2000 + value : Number.NaN;
  }

  /** Milliseconds since midnight; a date alone is midnight. */
  #timeOfDay(): number {
    if (this.#groups === 3) return 0;
    const hour = this.#hour(this.#values[3] ?? 0);
    const minute = this.#values[4] ?? 0;
    const second = this.#groups > 5 ? (this.#values[5] ?? 0) : 0;
    if (minute > 59 || second > 59) return Number.NaN;
    return ((hour * 60 + minute) * 60 + second) * 1000 + this.#milliseconds();
  }

  #milliseconds(): number {
    if (this.#groups < 7) return 0;
    const digits = Math.min(3, this.#lengths[6] ?? 3);
    return (this.#values[6] ?? 0) * 10 ** (3 - digits);
  }

  /** Some cultures write `17:04 PM` and `0:04 AM`: the mark adds nothing then, but must not contradict. */
  #hour(value: number): number {
    if (value > 23) return Number.NaN;
    if (this.#half === 'none' || value === 0 || value > 12) {
      const contradicts =
        (this.#half === 'morning' && value > 12) || (this.#half === 'afternoon' && value === 0);
      return contradicts ? Number.NaN : value;
    }
    return (value % 12) + (this.#half === 'afternoon' ? 12 : 0);
  }
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Midnight as UTC, in milliseconds; NaN outside the calendar and outside the years in which a trace can lie. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 2000 && year <= 2199) || month < 1 || month > 12) return Number.NaN;
  if (day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0)) return Number.NaN;
  if (month === 2 && day === 29 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)))
    return Number.NaN;
  return Date.UTC(year, month - 1, day);
}
