import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { allocate, apportion } from '#mailflow/sampling/apportion.js';

describe('apportion', () => {
  test.each([
    ['thirds: the first gets the odd one', [1, 1, 1], 10, [4, 3, 3]],
    ['the largest remainder wins', [50, 29, 21], 10, [5, 3, 2]],
    ['nothing to weigh by', [0, 0], 5, [0, 0]],
    ['nobody there', [], 5, []],
    ['binary fractions are not rounded away', [0.1 + 0.2, 0.7], 10, [3, 7]],
  ])('%s', (_why, weights, total, expected) => {
    expect(apportion(weights, total)).toEqual(expected);
  });

  test('sums up to the total, each share within one of its exact value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1 }),
        fc.nat(100_000),
        (weights, total) => {
          const shares = apportion(weights, total);
          const sum = weights.reduce((left, right) => left + right, 0);
          expect(shares.reduce((left, right) => left + right, 0)).toBe(total);
          for (const [index, share] of shares.entries()) {
            expect(Math.abs(share - ((weights[index] ?? 0) / sum) * total)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('allocate', () => {
  test.each([
    ['in proportion', [600, 300, 100], 10, 1, [6, 3, 1]],
    ['small groups get the floor, the others pay', [1000, 10, 10], 20, 2, [16, 2, 2]],
    ['a group below the floor gives all it has', [1000, 1], 20, 2, [19, 1]],
    ['more than there is: all', [3, 4], 60, 2, [3, 4]],
    ['floors give way to the total', [5, 5, 5], 3, 2, [1, 1, 1]],
  ])('%s', (_why, sizes, total, floor, expected) => {
    expect(allocate(sizes, total, floor)).toEqual(expected);
  });

  test('keeps the total, the floors and the sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 24, max: 200 }),
        (sizes, total) => {
          const shares = allocate(sizes, total, 2);
          const available = sizes.reduce((left, right) => left + right, 0);
          expect(shares.reduce((left, right) => left + right, 0)).toBe(Math.min(total, available));
          for (const [index, share] of shares.entries()) {
            const size = sizes[index] ?? 0;
            expect(share).toBeGreaterThanOrEqual(Math.min(2, size));
            expect(share).toBeLessThanOrEqual(size);
          }
        },
      ),
    );
  });
});
