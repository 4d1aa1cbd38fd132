import fc from 'fast-check';
import { expect, test } from 'vitest';

import { DeliveryIndex } from '#sources/files/delivery-index.js';
import { NO_TEXT, TextPool } from '#sources/files/text-pool.js';

test('each text is kept once and comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 300 }), (texts) => {
      const pool = new TextPool();
      const refs = texts.map((text) => pool.put(text));
      expect(refs.map((ref) => pool.text(ref))).toEqual(texts);
      expect(texts.map((text) => pool.find(text))).toEqual(refs);
      expect(new Set(refs).size).toBe(new Set(texts).size);
    }),
  );
});

test('a text that was never put has no number', () => {
  const pool = new TextPool();
  pool.put('a');
  expect(pool.find('b')).toBe(NO_TEXT);
});

test('half a surrogate pair is found again', () => {
  const pool = new TextPool();
  expect(pool.put('a\ud800')).toBe(pool.put('a\ud800'));
});

test('texts above the size of a slab, and many small ones, stay apart', () => {
  const pool = new TextPool();
  const large = pool.put('x'.repeat(3_000_000));
  const small = Array.from({ length: 20_000 }, (_, number) => pool.put(`text number ${number}`));
  expect(pool.text(large)).toHaveLength(3_000_000);
  expect(small.every((ref, number) => pool.text(ref) === `text number ${number}`)).toBe(true);
});

test('pairs are numbered in the order in which they came', () => {
  const index = new DeliveryIndex();
  const pairs = Array.from(
    { length: 5_000 },
    (_, number) => [1 + (number % 70), 1 + Math.floor(number / 70)] as const,
  );
  for (const [message, recipient] of pairs) {
    expect(index.find(message, recipient)).toBe(-1);
    index.add(message, recipient);
  }
  expect(pairs.map(([message, recipient]) => index.find(message, recipient))).toEqual(
    pairs.map((_, number) => number),
  );
  expect(index.size).toBe(5_000);
});
