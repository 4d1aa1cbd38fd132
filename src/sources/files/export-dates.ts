/** Turns the dates of one export into instants, by the order and the zone that hold for the whole file. */
import type { WallClock } from '#mailflow/time-zone.js';
import { type DateOrder, DateText } from '#sources/rows/date-text.js';

export class ExportDates {
  readonly #date = new DateText();
  readonly #order: DateOrder | null;
  readonly #toInstant: WallClock;

  constructor(order: DateOrder | null, toInstant: WallClock) {
    this.#order = order;
    this.#toInstant = toInstant;
  }

  /** Milliseconds; NaN when the text is no date. */
  instant(text: string): number {
    return this.#date.scan(text) ? this.#date.instant(this.#order, this.#toInstant) : Number.NaN;
  }
}
