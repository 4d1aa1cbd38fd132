import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createKeyedHash } from '#mailflow/trace/keyed-hash.js';
import { createSeenKeys } from '#mailflow/trace/seen-keys.js';

const MIB = 1024 * 1024;

function digest(seed: number, text: string): string {
  const hash = createKeyedHash(seed);
  return `${hash.first(text)} ${hash.second()}`;
}

describe('createSeenKeys', () => {
  test('agrees with a Set, whatever the keys and the seed', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat(30).map((number) => `trace-${number}`),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), fc.maxSafeNat(), (keys, seed) => {
        const seen = createSeenKeys(seed);
        const model = new Set<string>();
        for (const each of keys) {
          expect(seen.add(each)).toBe(!model.has(each));
          model.add(each);
        }
        expect(seen.size()).toBe(model.size);
      }),
    );
  });

  test('a million keys stay apart, come back as seen, and take 16 MiB (24 with the table they grew out of)', () => {
    const seen = createSeenKeys(20_260_602);
    let largestStep = 0;
    for (let number = 0; number < 1_000_000; number += 1) {
      const before = seen.byteLength();
      seen.add(`5f0c3c1e00004000800008dd${number}\u0000r${number}@fabrikam.example`);
      if (seen.byteLength() !== before) largestStep = before + seen.byteLength();
    }
    expect(seen.size()).toBe(1_000_000);
    expect(seen.byteLength()).toBe(16 * MIB);
    expect(largestStep).toBe(24 * MIB);
    expect(seen.add('5f0c3c1e00004000800008dd77\u0000r77@fabrikam.example')).toBe(false);
  });
});

describe('createKeyedHash', () => {
  test('another seed, in either half, is another digest', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => digest(seed, 'a message'))).size).toBe(seeds.length);
  });

  test.each([
    ['nothing and a NUL', '', '\u0000'],
    ['odd and even lengths', 'a', 'a\u0000'],
    ['a unit that looks like the length', '\u0001', ''],
    ['beyond eight bits', '\u0101', '\u0001'],
    ['neighbours swapped', 'ab', 'ba'],
  ])('tells apart: %s', (_why, left, right) => {
    expect(digest(1, left)).not.toBe(digest(1, right));
  });

  test('the bits of both halves are set about as often as not', () => {
    const hash = createKeyedHash(7);
    const counts = new Array<number>(64).fill(0);
    const samples = 4000;
    for (let number = 0; number < samples; number += 1) {
      const halves = [hash.first(`key ${number}`), hash.second()];
      for (let bit = 0; bit < 64; bit += 1) {
        const half = halves[bit >> 5] ?? 0;
        counts[bit] = (counts[bit] ?? 0) + ((half >>> (bit & 31)) & 1);
      }
    }
    for (const count of counts) expect(Math.abs(count / samples - 0.5)).toBeLessThan(0.04);
  });
});
