import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createTopRows } from '#render/top-rows.js';

interface Row {
  readonly rank: number;
  readonly order: number;
}

function topOf(rows: readonly Row[], limit: number): readonly Row[] {
  const top = createTopRows<Row>(limit, (row) => row.rank);
  rows.forEach(top.offer);
  return top.best();
}

test('keeps what a stable sort of everything would keep', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 0, max: 30 }),
      (ranks, limit) => {
        const rows = ranks.map((rank, order) => ({ rank, order }));
        expect(topOf(rows, limit)).toEqual([...rows].sort((a, b) => b.rank - a.rank).slice(0, limit));
      },
    ),
    { numRuns: 2000 },
  );
});

test('keeps everything without a limit', () => {
  const rows = [3, 1, 2].map((rank, order) => ({ rank, order }));
  expect(topOf(rows, Infinity).map((row) => row.rank)).toEqual([3, 2, 1]);
});

test('puts a rank that is no number last', () => {
  const rows = [Number.NaN, 1, 2].map((rank, order) => ({ rank, order }));
  expect(topOf(rows, 2).map((row) => row.rank)).toEqual([2, 1]);
});

test('takes a million rows, best last, and keeps the limit', () => {
  const top = createTopRows<number>(50, (row) => row);
  for (let row = 0; row < 1_000_000; row += 1) top.offer(row);
  expect(top.best()).toEqual(Array.from({ length: 50 }, (_, index) => 999_999 - index));
});
