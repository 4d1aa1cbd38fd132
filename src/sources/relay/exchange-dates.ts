/**
 * Dates as a shell prints them: in the culture and the zone of the admin's machine, neither of which it names. Which of
 * day and month comes first is taken from whoever was asked, else from a date that can be read in one way only.
 */
import { type TimeZone, utcClock, type WallClock, zoneClock } from '#mailflow/time-zone.js';
import { type DateOrder, DateText } from '#sources/rows/date-text.js';

import type { RelayContext } from './relay-reader.js';

const DAY_MS = 86_400_000;
const ATTEMPT_SLACK_MS = 300_000;
/** What `ConvertTo-Json` of Windows PowerShell makes of a date: milliseconds since 1970, in UTC. */
const JSON_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const LAST_TRY = /\{LRT=([^}]{1,40})/;
const ORDERS = ['dmy', 'mdy'] as const;

export class ExchangeDates {
  readonly #date = new DateText();
  readonly #asOfMs: number;
  readonly #timeZone: TimeZone;
  readonly #toInstant: WallClock;
  #order: DateOrder | null;
  #lackedZone = false;
  #undecided = 0;

  constructor(context: RelayContext) {
    this.#asOfMs = context.asOf.getTime();
    this.#timeZone = context.timeZone;
    this.#toInstant = zoneClock(context.timeZone);
    this.#order = context.dateOrder;
  }

  /** Looks whether a date that is past proves the order: a part above twelve, or one reading that lies in the future. */
  learn(text: string): void {
    if (this.#order !== null || !this.#date.scan(text) || !this.#date.dependsOnCulture) return;
    if (this.#date.hasShortYear) return;
    const readings = ORDERS.map((order) => ({ order, ms: this.#date.instant(order, this.#toInstant) }));
    const inCalendar = readings.filter(({ ms }) => !Number.isNaN(ms));
    const past = inCalendar.filter(({ ms }) => ms <= this.#asOfMs + DAY_MS);
    const [only, ...others] = inCalendar.length === 1 ? inCalendar : past;
    if (only !== undefined && others.length === 0) this.#order = only.order;
  }

  /** True while nobody knows how to read this date. */
  isUndecided(text: string): boolean {
    return this.#order === null && this.#date.scan(text) && this.#date.dependsOnCulture;
  }

  /** True for what has the shape of a date, however it is to be read. */
  isDate(text: string): boolean {
    return JSON_DATE.test(text) || this.#date.scan(text);
  }

  /** Milliseconds; NaN when the text is no date, or one that may be read in two ways. */
  instant(text: string): number {
    const [, milliseconds] = JSON_DATE.exec(text) ?? [];
    if (milliseconds !== undefined) return Number(milliseconds);
    if (!this.#date.scan(text)) return Number.NaN;
    if (this.#order === null && this.#date.dependsOnCulture) this.#undecided += 1;
    if (!this.#date.hasZone) this.#lackedZone = true;
    return this.#date.instant(this.#order, this.#toInstant);
  }

  /** The same; null for what is no date. */
  known(text: string): Date | null {
    const ms = this.instant(text);
    return Number.isNaN(ms) ? null : new Date(ms);
  }

  /**
   * The last try as a record `[{LED=…};…;{LRT=…}]` has it: in UTC, and in the culture of the server, which may be
   * another than that of the shell. Null unless exactly one reading lies between the arrival and now.
   */
  lastTry(record: string, arrivedAt: Date | null): Date | null {
    const [, text] = LAST_TRY.exec(record) ?? [];
    if (text === undefined || !this.#date.scan(text)) return null;
    const orders = this.#date.dependsOnCulture ? ORDERS : [null];
    const earliestMs = arrivedAt === null ? this.#asOfMs - 30 * DAY_MS : arrivedAt.getTime();
    const readings = orders
      .map((order) => this.#date.instant(order, utcClock))
      .filter((ms) => ms >= earliestMs - ATTEMPT_SLACK_MS && ms <= this.#asOfMs + ATTEMPT_SLACK_MS);
    const [first, ...others] = readings;
    return first === undefined || others.some((ms) => ms !== first) ? null : new Date(first);
  }

  /** Remarks for a person, on what was assumed and what could not be read. */
  notes(): readonly string[] {
    const zone = `Its times name no zone and were taken as ${typeof this.#timeZone === 'string' ? this.#timeZone : 'the zone of this machine'}; give --file-time-zone if that is wrong.`;
    const order = `${this.#undecided} of its dates may name the day or the month first and were not read; give --date-order dmy or --date-order mdy.`;
    return [...(this.#lackedZone ? [zone] : []), ...(this.#undecided > 0 ? [order] : [])];
  }
}
