import { createKeyedHash } from './keyed-hash.js';

/** Which keys have been seen, without keeping the keys. */
export interface SeenKeys {
  /** True when the key is new. */
  readonly add: (key: string) => boolean;
  /** Distinct keys so far. */
  readonly size: () => number;
  /** Memory of the table, in bytes. */
  readonly byteLength: () => number;
}

const FIRST_CAPACITY = 1 << 10;
const MAX_LOAD = 0.75;

/**
 * A set of 64-bit digests with open addressing: eight bytes a slot, at most 24 MiB while it grows to a million keys.
 * Two keys of a million share a digest with a chance of one in thirty million; then the second is taken for seen.
 */
export function createSeenKeys(seed: number): SeenKeys {
  const hash = createKeyedHash(seed);
  let table = emptyTable(FIRST_CAPACITY);
  let size = 0;

  function add(key: string): boolean {
    const first = hash.first(key);
    // A slot whose two halves are zero is free, so no digest may look like one.
    if (!insert(table, first, hash.second() || 1)) return false;
    size += 1;
    if (size > table.first.length * MAX_LOAD) table = grown(table);
    return true;
  }

  return { add, size: () => size, byteLength: () => table.first.byteLength + table.second.byteLength };
}

interface Table {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

function emptyTable(capacity: number): Table {
  return { first: new Uint32Array(capacity), second: new Uint32Array(capacity) };
}

/** False when the digest is there already. The capacity is a power of two, the second half never zero. */
function insert(table: Table, first: number, second: number): boolean {
  const mask = table.first.length - 1;
  let slot = first & mask;
  for (;;) {
    const there = table.second[slot] ?? 0;
    if (there === 0) break;
    if (there === second && table.first[slot] === first) return false;
    slot = (slot + 1) & mask;
  }
  table.first[slot] = first;
  table.second[slot] = second;
  return true;
}

function grown(table: Table): Table {
  const larger = emptyTable(table.first.length * 2);
  for (const [slot, second] of table.second.entries()) {
    if (second !== 0) insert(larger, table.first[slot] ?? 0, second);
  }
  return larger;
}
