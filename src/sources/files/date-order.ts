/** Which of day and month comes first in a file: what the whole file proves, else what its order of rows suggests. */
import { Failure } from '#failure.js';
import type { DateOrder, DateText } from '#sources/rows/date-text.js';

export class DateOrderEvidence {
  #dependent = 0;
  #shortYears = 0;
  #dayFirst = 0;
  #monthFirst = 0;
  #sample = '';
  readonly #asDayFirst = new Direction();
  readonly #asMonthFirst = new Direction();

  /** Takes a date that has been scanned. */
  add(date: DateText, text: string): void {
    if (!date.dependsOnCulture) return;
    if (this.#dependent === 0) this.#sample = text.slice(0, 40);
    this.#dependent += 1;
    if (date.hasShortYear) this.#shortYears += 1;
    if (date.first > 12) this.#dayFirst += 1;
    if (date.second > 12) this.#monthFirst += 1;
    this.#asDayFirst.add((date.third * 100 + date.second) * 100 + date.first);
    this.#asMonthFirst.add((date.third * 100 + date.first) * 100 + date.second);
  }

  /** Null when no date of the file depends on it. Refuses rather than guesses. */
  decide(name: string): DateOrder | null {
    if (this.#dependent === 0) return null;
    if (this.#shortYears > 0) throw ambiguous(name, this.#sample, 'has a year of two digits');
    if (this.#dayFirst > 0 && this.#monthFirst > 0) throw mixed(name);
    if (this.#dayFirst > 0) return 'dmy';
    if (this.#monthFirst > 0) return 'mdy';
    const dayFirst = this.#asDayFirst.isNewestFirst;
    const monthFirst = this.#asMonthFirst.isNewestFirst;
    if (dayFirst !== monthFirst) return dayFirst ? 'dmy' : 'mdy';
    throw ambiguous(name, this.#sample, 'may name the day or the month first');
  }
}

/** Exports list the newest first, so the right reading goes back in time all the way. */
class Direction {
  #last = Number.NaN;
  #rises = 0;
  #falls = 0;

  add(day: number): void {
    if (day > this.#last) this.#rises += 1;
    else if (day < this.#last) this.#falls += 1;
    this.#last = day;
  }

  get isNewestFirst(): boolean {
    return this.#falls > 0 && this.#rises === 0;
  }
}

function ambiguous(name: string, sample: string, why: string): Failure {
  return new Failure(
    'input',
    `The dates of ${name} cannot be read for sure: ${JSON.stringify(sample)} ${why}.`,
    {
      remedy:
        'Add --date-order dmy if the day comes first, --date-order mdy if the month does, --date-order ymd if the year does.',
    },
  );
}

function mixed(name: string): Failure {
  return new Failure('input', `${name} holds dates with the day first and dates with the month first.`, {
    remedy: 'Export again on one machine, or give the parts as files of their own.',
  });
}
