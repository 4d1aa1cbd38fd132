/** Copies of text that was cut from a block of a file: a cut piece keeps the whole block in memory. */

/** A string of its own. V8 writes the sum out anew before it cuts it, and strings of up to 12 characters are never cut from others. */
export function copyText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

/** Gives one and the same copy for each of a small set of words, such as statuses. */
export class WordCache {
  readonly #words = new Map<string, string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(text: string): string {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    const copy = copyText(text);
    if (this.#words.size < this.#limit) this.#words.set(copy, copy);
    return copy;
  }
}
