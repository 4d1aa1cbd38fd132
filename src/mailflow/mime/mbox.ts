/** Several mails in one stream: mbox (RFC 4155), parted by `From ` lines. */

const FROM_WORD = [0x46, 0x72, 0x6f, 0x6d, 0x20];
const LF = 0x0a;
const CR = 0x0d;
/** `From sender date`: a sentence that begins so has no clock in it. */
const CLOCK = /\d\d?:\d\d/;
const LONGEST_FROM_LINE = 300;

/** The mails of an mbox, each without its `From ` line; bytes that begin otherwise are one mail. */
export function splitMbox(bytes: Uint8Array): readonly Uint8Array[] {
  const splitter = new MboxSplitter(Infinity);
  return [...splitter.write(bytes), ...splitter.end()];
}

/** Takes a stream block by block, so that a large mbox needs no more memory than its largest mail. */
export class MboxSplitter {
  /** Bytes kept of each mail. */
  readonly #mostBytes: number;
  #mail: Uint8Array[] = [];
  #mailBytes = 0;
  /** The beginning of a line whose end has not come yet, and which may be a `From ` line. */
  #held: Uint8Array = new Uint8Array();
  #isAtLineStart = true;
  #isBlankBefore = true;
  /** Null until the first line is whole. */
  #isMbox: boolean | null = null;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Mails that this block brought to an end. The block may be overwritten afterwards. */
  write(block: Uint8Array): readonly Uint8Array[] {
    if (this.#isMbox === false) {
      this.#keep(block);
      return [];
    }
    const whole = this.#held.length === 0 ? block : joined([this.#held, block]);
    this.#held = new Uint8Array();
    return this.#cut(whole, false);
  }

  /** True when more bytes would change nothing: an endless stream that is no mbox need not be read on. */
  get isSated(): boolean {
    return this.#isMbox === false && this.#mailBytes >= this.#mostBytes;
  }

  /** The last mail; none when there was no byte at all. */
  end(): readonly Uint8Array[] {
    const done = this.#cut(this.#held, true);
    return this.#isMbox === null ? [] : [...done, this.#finishMail()];
  }

  /** Keeps runs of lines, not lines: an mbox of blank lines must not cost an object each. */
  #cut(whole: Uint8Array, isEnd: boolean): Uint8Array[] {
    const done: Uint8Array[] = [];
    let keptTo = 0;
    let at = 0;
    while (at < whole.length && this.#isMbox !== false) {
      const end = whole.indexOf(LF, at);
      const isWhole = end >= 0 || isEnd || whole.length - at >= LONGEST_FROM_LINE;
      if (this.#isAtLineStart && !isWhole) break;
      const next = end < 0 ? whole.length : end + 1;
      if (this.#isAtLineStart && this.#startsMail(whole, at, next)) {
        this.#keep(whole.subarray(keptTo, at));
        if (this.#isMbox === true) done.push(this.#finishMail());
        this.#isMbox = true;
        keptTo = next;
      }
      this.#isMbox ??= false;
      this.#isBlankBefore = this.#isAtLineStart && isBlankLine(whole, at, next);
      this.#isAtLineStart = end >= 0;
      at = next;
    }
    if (this.#isMbox === false) at = whole.length;
    this.#keep(whole.subarray(keptTo, at));
    this.#held = whole.slice(at);
    return done;
  }

  #startsMail(whole: Uint8Array, at: number, next: number): boolean {
    return this.#isMbox !== false && this.#isBlankBefore && isFromLine(whole.subarray(at, next));
  }

  #keep(run: Uint8Array): void {
    const kept = run.slice(0, Math.max(0, this.#mostBytes - this.#mailBytes));
    if (kept.length === 0) return;
    this.#mail.push(kept);
    this.#mailBytes += kept.length;
  }

  #finishMail(): Uint8Array {
    const mail = joined(this.#mail);
    this.#mail = [];
    this.#mailBytes = 0;
    return mail;
  }
}

function isBlankLine(whole: Uint8Array, at: number, next: number): boolean {
  return next - at === 1 || (next - at === 2 && whole[at] === CR);
}

function isFromLine(line: Uint8Array): boolean {
  if (line.length >= LONGEST_FROM_LINE) return false;
  if (!FROM_WORD.every((byte, index) => line[index] === byte)) return false;
  return CLOCK.test(String.fromCharCode(...line));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
