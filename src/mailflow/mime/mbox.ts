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
  /** The beginning of a line whose end has not come yet. */
  #held: Uint8Array = new Uint8Array();
  #isInLongLine = false;
  #isFirstLine = true;
  #isMbox = false;
  #isBlankBefore = true;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Mails that this block brought to an end. The block may be overwritten afterwards. */
  write(block: Uint8Array): readonly Uint8Array[] {
    const done: Uint8Array[] = [];
    let at = 0;
    while (at < block.length) {
      const end = block.indexOf(LF, at);
      const next = end < 0 ? block.length : end + 1;
      this.#takePiece(block.subarray(at, next), end >= 0, done);
      at = next;
    }
    return done;
  }

  /** The last mail; none when there was no byte at all. */
  end(): readonly Uint8Array[] {
    const done: Uint8Array[] = [];
    if (this.#held.length > 0) this.#takeLine(this.#held, done);
    this.#held = new Uint8Array();
    if (!this.#isFirstLine) done.push(this.#finishMail());
    return done;
  }

  #takePiece(piece: Uint8Array, isLineEnd: boolean, done: Uint8Array[]): void {
    if (this.#isInLongLine) {
      this.#keep(piece);
      this.#isInLongLine = !isLineEnd;
      return;
    }
    const line = this.#held.length === 0 ? piece : joined([this.#held, piece]);
    if (!isLineEnd && line.length < LONGEST_FROM_LINE) {
      this.#held = line.slice();
      return;
    }
    this.#held = new Uint8Array();
    this.#takeLine(line, done);
    this.#isInLongLine = !isLineEnd;
  }

  #takeLine(line: Uint8Array, done: Uint8Array[]): void {
    const parts = this.#isBlankBefore && (this.#isFirstLine || this.#isMbox) && isFromLine(line);
    if (this.#isFirstLine) this.#isMbox = parts;
    else if (parts) done.push(this.#finishMail());
    if (!parts) this.#keep(line);
    this.#isFirstLine = false;
    this.#isBlankBefore = line[0] === LF || (line[0] === CR && line[1] === LF);
  }

  #keep(piece: Uint8Array): void {
    const room = Math.max(0, this.#mostBytes - this.#mailBytes);
    if (room === 0) return;
    const kept = piece.slice(0, room);
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

function isFromLine(line: Uint8Array): boolean {
  if (!FROM_WORD.every((byte, index) => line[index] === byte)) return false;
  return CLOCK.test(String.fromCharCode(...line.subarray(0, LONGEST_FROM_LINE)));
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
