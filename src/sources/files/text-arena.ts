/** Text kept outside the JavaScript heap: many small pieces, each pointing at an earlier one, at eight bytes apiece. */

const SLAB_BYTES = 1_048_576;
const UNIT_BYTES = 8;
const UNITS_PER_SLAB = SLAB_BYTES / UNIT_BYTES;
/** Reference to the earlier piece, then the length in bytes. */
const PREFIX_BYTES = 8;

/** Names a piece; fits 32 bits unsigned, so that typed arrays can hold it. */
export type TextRef = number;

export const NO_TEXT: TextRef = 0;

export class TextArena {
  readonly #slabs: Buffer[] = [];
  #free = UNIT_BYTES;

  append(text: string, previous: TextRef = NO_TEXT): TextRef {
    const length = Buffer.byteLength(text);
    const offset = this.#reserve(PREFIX_BYTES + length);
    const slab = this.#slabs.length - 1;
    const buffer = this.#slab(slab);
    buffer.writeUInt32LE(previous, offset);
    buffer.writeUInt32LE(length, offset + 4);
    buffer.write(text, offset + PREFIX_BYTES);
    return slab * UNITS_PER_SLAB + offset / UNIT_BYTES;
  }

  text(ref: TextRef): string {
    const buffer = this.#slab(Math.floor(ref / UNITS_PER_SLAB));
    const offset = (ref % UNITS_PER_SLAB) * UNIT_BYTES;
    const start = offset + PREFIX_BYTES;
    return buffer.toString('utf8', start, start + buffer.readUInt32LE(offset + 4));
  }

  previous(ref: TextRef): TextRef {
    return this.#slab(Math.floor(ref / UNITS_PER_SLAB)).readUInt32LE((ref % UNITS_PER_SLAB) * UNIT_BYTES);
  }

  /** The offset of free space in the last slab. A piece above the usual size gets a slab of its own. */
  #reserve(bytes: number): number {
    const slab = this.#slabs.at(-1);
    const offset = this.#free;
    if (slab === undefined || offset + bytes > slab.length) {
      this.#slabs.push(Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, UNIT_BYTES + bytes)));
      this.#free = UNIT_BYTES;
      return this.#reserve(bytes);
    }
    this.#free = Math.ceil((offset + bytes) / UNIT_BYTES) * UNIT_BYTES;
    return offset;
  }

  #slab(index: number): Buffer {
    const slab = this.#slabs[index];
    if (slab === undefined) throw new RangeError(`no text slab ${index}`);
    return slab;
  }
}
