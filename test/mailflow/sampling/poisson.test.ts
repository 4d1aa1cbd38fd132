import fc from 'fast-check';
import { expect, test } from 'vitest';

import { poissonInterval } from '#mailflow/sampling/poisson.js';

test.each([
  [0, 0, 3.69],
  [1, 0.025, 5.57],
  [4, 1.09, 10.24],
  [10, 4.8, 18.39],
  [100, 81.36, 121.63],
])('%i seen: the mean lies from %d to %d, by the exact tables', (count, low, high) => {
  const interval = poissonInterval(count);
  expect(Math.abs(interval.low - low)).toBeLessThan(0.2);
  expect(Math.abs(interval.high - high)).toBeLessThan(0.2);
});

test('holds the count, and grows with it', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (count) => {
      const { low, high } = poissonInterval(count);
      const next = poissonInterval(count + 1);
      expect([low <= count, high > count, next.low > low, next.high > high]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }),
  );
});
