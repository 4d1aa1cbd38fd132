import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatCount } from '#mailflow/quantity.js';

/** What it is to say; it is only too slow to be asked for a first number. */
function byIntl(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

describe('formatCount', () => {
  test.each([
    [0, '0', 'nothing'],
    [999, '999', 'nothing to group'],
    [1000, '1,000', 'the first group'],
    [1_234_567, '1,234,567', 'two groups'],
    [0.1, '0.1', 'no noughts behind'],
    [1.005, '1.01', 'as it is written, not as it is stored'],
    [1234.5, '1,234.5', 'groups before the point only'],
    [999.999, '1,000', 'a carry that makes a group'],
    [-1234.5, '-1,234.5', 'a sign'],
    [1e-7, '0', 'what is written with an exponent'],
    [1e21, '1,000,000,000,000,000,000,000', 'the same at the other end'],
    [Number.NaN, '-', 'what is no number'],
  ])('%f is %s: %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test('whole numbers read as Intl writes them', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (count) => formatCount(count) === byIntl(count)));
  });

  test('so do all others', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -10_000, max: 10_000, noNaN: true }),
      fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000),
    );
    fc.assert(
      fc.property(numbers, (count) => formatCount(count) === byIntl(count)),
      { numRuns: 2000 },
    );
  });
});
