import fc from 'fast-check';
import { expect, test } from 'vitest';

import { laterPause, pauseAt, pauseFrom, pauseLeftMs } from '#mailflow/quota/pause.js';

const DAY_MS = 86_400_000;

test.each([
  ['just begun', 41_000, 0, 41_000],
  ['half over', 41_000, 20_000, 21_000],
  ['at its end', 41_000, 41_000, 0],
  ['long over', 41_000, 900_000, 0],
  ['for no time at all', 0, 0, 0],
  ['the clock was put back by an hour', 41_000, -3_600_000, 41_000],
  ['asked for a century', 3e12, 0, DAY_MS],
])('what is left of a pause: %s', (_why, askedMs, laterMs, leftMs) => {
  expect(pauseLeftMs(pauseFrom(1_000_000_000, askedMs), 1_000_000_000 + laterMs)).toBe(leftMs);
});

test('nobody asked for silence', () => {
  expect(pauseLeftMs(null, 5)).toBe(0);
});

test('of two the one that ends later holds', () => {
  const [short, long] = [pauseFrom(100, 10), pauseFrom(50, 80)];
  expect([laterPause(short, long), laterPause(long, short), laterPause(null, short)]).toEqual([
    long,
    long,
    short,
  ]);
});

test('seen again and again, on a clock that jumps, it ends, and is never longer than asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: DAY_MS }),
      fc.array(fc.integer({ min: -99_999, max: 99_999 })),
      (askedMs, jumps) => {
        let nowMs = 1e12;
        let pause = pauseFrom(nowMs, askedMs);
        for (const jumpMs of jumps) {
          nowMs += jumpMs;
          pause = pauseAt(pause, nowMs);
          expect(pauseLeftMs(pause, nowMs)).toBeLessThanOrEqual(askedMs);
        }
        expect(pauseLeftMs(pause, nowMs + askedMs)).toBe(0);
      },
    ),
  );
});
