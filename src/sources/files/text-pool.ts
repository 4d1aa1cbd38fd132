/** Text kept outside the JavaScript heap, each text once, named by a number that fits a typed array. */

const SLAB_BYTES = 1_048_576;
/** Pieces start at multiples of this, so that 32 bits name 32 GiB. */
const UNIT_BYTES = 8;
const UNITS_PER_SLAB = SLAB_BYTES / UNIT_BYTES;
/** Before each text: its hash, then its length in bytes. */
const PREFIX_BYTES = 8;
const FIRST_SLOTS = 4096;

/** Equal for equal texts. */
export type TextRef = number;

export const NO_TEXT: TextRef = 0;

export class TextPool {
  readonly #slabs: Buffer[] = [];
  #free = UNIT_BYTES;
  /** Open addressing; a free slot is `NO_TEXT`. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  put(raw: string): TextRef {
    const text = wellFormed(raw);
    const hash = hashOf(text);
    const slot = this.#slotOf(text, hash);
    const known = this.#slots[slot] ?? NO_TEXT;
    if (known !== NO_TEXT) return known;
    const ref = this.#append(text, hash);
    this.#slots[slot] = ref;
    this.#count += 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return ref;
  }

  /** `NO_TEXT` when the text was never put. */
  find(raw: string): TextRef {
    const text = wellFormed(raw);
    return this.#slots[this.#slotOf(text, hashOf(text))] ?? NO_TEXT;
  }

  text(ref: TextRef): string {
    const slab = this.#slabOf(ref);
    const offset = offsetOf(ref);
    const start = offset + PREFIX_BYTES;
    return slab.toString('utf8', start, start + slab.readUInt32LE(offset + 4));
  }

  /** The slot that holds the text, or the free one where it belongs. */
  #slotOf(text: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const ref = this.#slots[slot] ?? NO_TEXT;
      if (ref === NO_TEXT || (this.#hash(ref) === hash && this.text(ref) === text)) return slot;
    }
  }

  #hash(ref: TextRef): number {
    return this.#slabOf(ref).readUInt32LE(offsetOf(ref));
  }

  #append(text: string, hash: number): TextRef {
    const length = Buffer.byteLength(text);
    const offset = this.#reserve(PREFIX_BYTES + length);
    const place = this.#slabs.length - 1;
    const ref = place * UNITS_PER_SLAB + offset / UNIT_BYTES;
    const slab = this.#slabOf(ref);
    slab.writeUInt32LE(hash, offset);
    slab.writeUInt32LE(length, offset + 4);
    slab.write(text, offset + PREFIX_BYTES);
    return ref;
  }

  /** The offset of free space in the last slab. A text above the usual size gets a slab of its own. */
  #reserve(bytes: number): number {
    const last = this.#slabs.at(-1);
    if (last === undefined || this.#free + bytes > last.length) {
      this.#slabs.push(Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, UNIT_BYTES + bytes)));
      // Unit 0 of the first slab would be `NO_TEXT`; the others keep the same form.
      this.#free = UNIT_BYTES;
    }
    const offset = this.#free;
    this.#free = Math.ceil((offset + bytes) / UNIT_BYTES) * UNIT_BYTES;
    return offset;
  }

  #growSlots(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    const mask = this.#slots.length - 1;
    for (const ref of before) {
      if (ref === NO_TEXT) continue;
      let slot = this.#hash(ref) & mask;
      while (this.#slots[slot] !== NO_TEXT) slot = (slot + 1) & mask;
      this.#slots[slot] = ref;
    }
  }

  #slabOf(ref: TextRef): Buffer {
    const slab = this.#slabs[Math.floor(ref / UNITS_PER_SLAB)];
    if (slab === undefined) throw new RangeError(`no text has the number ${ref}`);
    return slab;
  }
}

function offsetOf(ref: TextRef): number {
  return (ref % UNITS_PER_SLAB) * UNIT_BYTES;
}

/** Half of a surrogate pair has no UTF-8: it is kept as the replacement mark, and has to be looked up as that. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text;
}

/** FNV-1a over the code units; texts of equal hash are compared in full. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
