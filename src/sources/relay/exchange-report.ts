/** Counts what one input of Exchange Server holds, and keeps the first few things that were wrong with it. */
import type { RelayReport } from './relay-reader.js';

/** What is wrong with a record, in words for a message; null when it was read. */
export type RecordProblem = string | null;

const MOST_TOLD = 5;

export class ExchangeReport {
  #records = 0;
  #broken = 0;
  #newestMs = Number.NaN;
  readonly #firstBroken: string[] = [];

  countRecord(): void {
    this.#records += 1;
  }

  /** The line is asked for the first few only: to find it costs a walk over the rows before it. Null where it is not known any more. */
  countBroken(problem: string, line: () => number | null): void {
    this.#broken += 1;
    if (this.#firstBroken.length >= MOST_TOLD) return;
    const at = line();
    this.#firstBroken.push(at === null ? problem : `line ${at}: ${problem}`);
  }

  sawTime(ms: number): void {
    if (!(ms <= this.#newestMs) && !Number.isNaN(ms)) this.#newestMs = ms;
  }

  describe(notes: readonly string[]): RelayReport {
    return {
      records: this.#records,
      broken: this.#broken,
      firstBroken: [...this.#firstBroken],
      notes,
      newestAt: Number.isNaN(this.#newestMs) ? null : new Date(this.#newestMs),
    };
  }
}
