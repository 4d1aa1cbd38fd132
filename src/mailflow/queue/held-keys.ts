/**
 * Which deliveries were held at one instant, so small that many such sets can be kept: a digest in place of the message
 * and the address, the second of receipt, and a mark of the other side. Nobody is named in it.
 */
import { addressKey } from '../address/address.js';
import type { Delivery } from '../trace/delivery.js';
import { messageKey } from '../trace/delivery-key.js';
import { createKeyedHash } from '../trace/keyed-hash.js';
import { otherSideOf } from './held-reading.js';

/** In order of their digests. */
export interface HeldKeys {
  /** `WORDS_PER_KEY` of them a key: two halves of the digest, the second of receipt since 1970, the mark of the side. */
  readonly words: Uint32Array;
}

export interface HeldKey {
  readonly first: number;
  readonly second: number;
  readonly receivedAt: Date;
  /** Alike where the domain on the other side is; of 65,536 marks two domains may share one. */
  readonly side: number;
}

export const WORDS_PER_KEY = 4;

export interface HeldKeysWatch {
  /** Any delivery, held or not; each once. */
  readonly observe: (delivery: Delivery) => void;
  readonly keys: () => HeldKeys;
}

/** The keys of held mail, as it goes by. */
export function openHeldKeys(): HeldKeysWatch {
  const digest = openDigests();
  const found: HeldKey[] = [];
  return {
    observe: (delivery) => {
      if (!delivery.held) return;
      const { receivedAt } = delivery;
      found.push({ ...digest(delivery), receivedAt, side: markOfSide(otherSideOf(delivery)) });
    },
    keys: () => packKeys(found),
  };
}

/**
 * Names the same delivery alike in every run, which is why the hash has no key of its own each time: what goes into it
 * is a number that the service has drawn, and cannot be guessed from its digest.
 */
export function openDigests(): (delivery: DeliveryFacts) => Digest {
  const hash = createKeyedHash(HASH_SEED);
  return (delivery) => {
    const ofMessage = hash.first(messageKey(delivery));
    const first = hash.first(addressKey(delivery.recipient), ofMessage, hash.second());
    return { first, second: hash.second() };
  };
}

type DeliveryFacts = Pick<Delivery, 'recipient'> & Parameters<typeof messageKey>[0];
type Digest = Pick<HeldKey, 'first' | 'second'>;

/** The mark of a domain on the other side. */
export function markOfSide(otherSide: string): number {
  return createKeyedHash(HASH_SEED).first(otherSide) & SIDE_MASK;
}

const HASH_SEED = 0x71756575;
const SIDE_MASK = 0xffff;

/** Of a text that may hold addresses: the same text gives the same one. */
export function digestText(text: string): string {
  const hash = createKeyedHash(HASH_SEED);
  const halves = [hash.first(text), hash.second()];
  return halves.map((half) => half.toString(16).padStart(8, '0')).join('');
}

export function packKeys(keys: readonly HeldKey[]): HeldKeys {
  const sorted = keys.toSorted((one, other) => one.first - other.first || one.second - other.second);
  const words = new Uint32Array(sorted.length * WORDS_PER_KEY);
  sorted.forEach(({ first, second, receivedAt, side }, index) => {
    words.set(
      [first, second, Math.max(0, Math.floor(receivedAt.getTime() / 1000)), side],
      index * WORDS_PER_KEY,
    );
  });
  return { words };
}

/** Null for words that are no keys in their order. */
export function heldKeysFrom(words: Uint32Array): HeldKeys | null {
  const count = words.length / WORDS_PER_KEY;
  if (!Number.isInteger(count)) return null;
  for (let index = 1; index < count; index += 1) {
    if (orderOf({ words, index: index - 1 }, { words, index }) > 0) return null;
  }
  return { words };
}

export function keyCount({ words }: HeldKeys): number {
  return words.length / WORDS_PER_KEY;
}

export function keysIn({ words }: HeldKeys): readonly HeldKey[] {
  return Array.from({ length: words.length / WORDS_PER_KEY }, (_, index) => keyAt(words, index));
}

function keyAt(words: Uint32Array, index: number): HeldKey {
  const at = index * WORDS_PER_KEY;
  return {
    first: words[at] ?? 0,
    second: words[at + 1] ?? 0,
    receivedAt: new Date((words[at + 2] ?? 0) * 1000),
    side: words[at + 3] ?? 0,
  };
}

/** Which keys are in one set only, and which in both. */
export interface KeysCompared {
  readonly onlyBefore: readonly HeldKey[];
  readonly onlyAfter: readonly HeldKey[];
  readonly both: readonly HeldKey[];
}

/** Walks through both in their order. A key that is there twice is two. */
export function compareKeys(before: HeldKeys, after: HeldKeys): KeysCompared {
  const [onlyBefore, onlyAfter, both]: [HeldKey[], HeldKey[], HeldKey[]] = [[], [], []];
  const [ends, endsAfter] = [keyCount(before), keyCount(after)];
  let [at, atAfter] = [0, 0];
  while (at < ends || atAfter < endsAfter) {
    const order = orderOf({ words: before.words, index: at }, { words: after.words, index: atAfter });
    if (order < 0) onlyBefore.push(keyAt(before.words, at));
    else if (order > 0) onlyAfter.push(keyAt(after.words, atAfter));
    else both.push(keyAt(after.words, atAfter));
    if (order <= 0) at += 1;
    if (order >= 0) atAfter += 1;
  }
  return { onlyBefore, onlyAfter, both };
}

interface Place {
  readonly words: Uint32Array;
  readonly index: number;
}

/** Whoever has come to its end is behind all others. */
function orderOf(one: Place, other: Place): number {
  const byFirst = wordAt(one, 0) - wordAt(other, 0);
  return byFirst === 0 ? wordAt(one, 1) - wordAt(other, 1) : byFirst;
}

function wordAt({ words, index }: Place, word: number): number {
  return words[index * WORDS_PER_KEY + word] ?? Infinity;
}

/** For a look-up by digest. */
export function digestName({ first, second }: Digest): string {
  return `${first}:${second}`;
}
