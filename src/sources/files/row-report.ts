/** Counts the rows of one file that could not be read: none of them is dropped in silence. */
import type { Gap } from '#mailflow/finding.js';

export class RowReport {
  readonly #name: string;
  #read = 0;
  #unreadable = 0;
  #firstLine = 0;
  #firstProblem = '';
  readonly #otherGaps: Gap[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  get readCount(): number {
    return this.#read;
  }

  get unreadableCount(): number {
    return this.#unreadable;
  }

  countRead(): void {
    this.#read += 1;
  }

  /** The line is asked for the first one only: to find it costs a walk over the rows before it. */
  countUnreadable(problem: string, line: () => number): void {
    if (this.#unreadable === 0) {
      this.#firstLine = line();
      this.#firstProblem = problem;
    }
    this.#unreadable += 1;
  }

  addGap(gap: Gap): void {
    this.#otherGaps.push(gap);
  }

  /** `12 rows of export.csv (first at line 88: it names no recipient)`. */
  describe(): string {
    const rows = this.#unreadable === 1 ? '1 row' : `${this.#unreadable} rows`;
    const first = this.#unreadable === 1 ? 'at' : 'first at';
    return `${rows} of ${this.#name} (${first} line ${this.#firstLine}: ${this.#firstProblem})`;
  }

  gaps(): readonly Gap[] {
    if (this.#unreadable === 0) return this.#otherGaps;
    return [
      ...this.#otherGaps,
      {
        what: this.describe(),
        reason: 'unreadable-rows',
        remedy: 'Look at that line of the file, and export again if it was cut or edited.',
        retryAfterSeconds: null,
      },
    ];
  }
}
