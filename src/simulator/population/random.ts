/** Chance that can be repeated: the same seed and the same purpose give the same numbers, whatever was drawn elsewhere. */
export interface Random {
  /** At least 0, less than 1. */
  readonly next: () => number;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <Item>(items: NonEmpty<Item>) => Item;
  readonly weighted: <Item extends Weighted>(items: NonEmpty<Item>) => Item;
  /** `digits` lower-case hexadecimal digits. */
  readonly hex: (digits: number) => string;
  readonly guid: () => string;
}

export type NonEmpty<Item> = readonly [Item, ...Item[]];

export interface Weighted {
  readonly weight: number;
}

export function randomOf(seed: number, ...purpose: readonly (string | number)[]): Random {
  const next = mulberry32(hashOf([seed, ...purpose].join('/')));
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += between(0, 0xffff).toString(16).padStart(4, '0');
    return text.slice(0, digits);
  };
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    weighted: (items) => weightedPick(items, next()),
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}

function weightedPick<Item extends Weighted>(items: NonEmpty<Item>, at: number): Item {
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  let left = at * total;
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return items[0];
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A small generator with a period of 2^32: enough for a day of mail, and the same on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
