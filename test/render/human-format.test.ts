import { describe, expect, test } from 'vitest';

import {
  formatAge,
  formatCell,
  formatCount,
  formatCountInterval,
  formatInstant,
  formatShare,
  formatShareInterval,
} from '#render/human-format.js';

test.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
  [-1_234_567, '-1,234,567'],
  [1.239, '1.24'],
  [Number.NaN, '-'],
  [Infinity, '-'],
])('count %d is %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [15_120, '4 h 12 min'],
  [86_399, '23 h 59 min'],
  [86_400, '1 d'],
  [183_600, '2 d 3 h'],
  [100_000_000, '1,157 d 9 h'],
  [-5, '0 s'],
  [Number.NaN, '-'],
])('an age of %d seconds is %s', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

test.each([
  [0, '0 %', 'nothing at all'],
  [0.0001, '<1 %', 'little is not nothing'],
  [0.123, '12 %', 'rounded'],
  [0.995, '>99 %', 'nearly all is not all'],
  [1, '100 %', 'all'],
  [Number.NaN, '-', 'a share of nothing'],
])('a share of %d is %s: %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [0.09, 0.27, '9–27 %'],
  [0.5, 0.5, '50 %'],
  [0, 0.004, '0–<1 %'],
  [0.9, 1, '90–100 %'],
])('shares from %d to %d are %s', (low, high, text) => {
  expect(formatShareInterval(low, high)).toBe(text);
});

test.each([
  [1204, 1350, '1,204–1,350'],
  [7, 7, '7'],
])('counts from %d to %d are %s', (low, high, text) => {
  expect(formatCountInterval(low, high)).toBe(text);
});

describe('formatInstant', () => {
  test.each([
    ['2026-06-02T17:04:59Z', 'UTC', '2026-06-02 17:04 UTC', 'no rounding up'],
    ['2026-06-02T17:04:00Z', 'Europe/Berlin', '2026-06-02 19:04 +02:00', 'summer'],
    ['2026-01-02T17:04:00Z', 'Europe/Berlin', '2026-01-02 18:04 +01:00', 'winter'],
    ['2026-01-02T17:04:00Z', 'Europe/London', '2026-01-02 17:04 UTC', 'no offset is UTC'],
    ['2026-06-02T22:30:00Z', 'Asia/Kolkata', '2026-06-03 04:00 +05:30', 'another day'],
    ['2026-06-02T02:30:00Z', 'America/New_York', '2026-06-01 22:30 -04:00', 'west'],
    ['2026-06-02T00:00:00Z', 'UTC', '2026-06-02 00:00 UTC', 'midnight is 00'],
    ['nonsense', 'UTC', '-', 'no time'],
  ])('%s in %s is %s: %s', (instant, zone, text) => {
    expect(formatInstant(new Date(instant), zone)).toBe(text);
  });
});

test.each<[string | number | boolean | Date | null, string]>([
  [null, '-'],
  ['', '-'],
  ['   ', '-'],
  ['x', '<x>'],
  [1234, '1,234'],
  [true, 'yes'],
  [false, 'no'],
  [new Date(0), 'then'],
])('the cell of %j is %s', (value, text) => {
  expect(formatCell(value, { instant: () => 'then', text: (remote) => `<${remote}>` })).toBe(text);
});
