/** A set of 64-bit digests, each given in two unsigned halves. */
export interface DigestSet {
  /** True when the digest is new. */
  readonly add: (first: number, second: number) => boolean;
  readonly size: () => number;
  /** Memory of the table, in bytes. */
  readonly byteLength: () => number;
}

/** 32 KiB: a trace of the last hours fits, and has not to be moved. */
const FIRST_CAPACITY = 1 << 12;
const MAX_LOAD = 0.75;

/** Open addressing: eight bytes a slot, at most 24 MiB while it grows to a million digests. */
export function createDigestSet(): DigestSet {
  let table = emptyTable(FIRST_CAPACITY);
  let size = 0;

  function add(first: number, second: number): boolean {
    // A slot whose second half is zero is free, so no digest may look like one.
    if (!insert(table, first, second || 1)) return false;
    size += 1;
    if (size > (table.length / 2) * MAX_LOAD) table = grown(table);
    return true;
  }

  return { add, size: () => size, byteLength: () => table.byteLength };
}

/** The halves of a digest lie side by side: a look-up is one look at far memory, not two. The capacity is a power of two. */
function emptyTable(capacity: number): Uint32Array {
  return new Uint32Array(2 * capacity);
}

/** False when the digest is there already. */
function insert(table: Uint32Array, first: number, second: number): boolean {
  const mask = table.length - 1;
  let at = (first * 2) & mask;
  for (;;) {
    const there = table[at + 1] ?? 0;
    if (there === 0) break;
    if (there === second && table[at] === first) return false;
    at = (at + 2) & mask;
  }
  table[at] = first;
  table[at + 1] = second;
  return true;
}

function grown(table: Uint32Array): Uint32Array {
  const larger = emptyTable(table.length);
  for (let at = 0; at < table.length; at += 2) {
    const second = table[at + 1] ?? 0;
    if (second !== 0) insert(larger, table[at] ?? 0, second);
  }
  return larger;
}
