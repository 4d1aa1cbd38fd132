/** The forms in which a next update is named, and what is better not understood. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseUpdateTime } from '#mailflow/health/update-time.js';

test.each([
  ['Thursday, January 22, 2026, at 8:30 PM UTC', '2026-01-22T20:30'],
  ['Thursday, January 22, 2026 at 8:30 PM (UTC)', '2026-01-22T20:30'],
  ['June 2, 2026, 17:00 UTC', '2026-06-02T17:00'],
  ['Jun. 2nd, 2026, 17:00 UTC', '2026-06-02T17:00'],
  ['2 June 2026, 17:00 UTC', '2026-06-02T17:00'],
  ['2026-06-02 17:00 UTC', '2026-06-02T17:00'],
  ['2026-06-02T17:00:00Z', '2026-06-02T17:00'],
  ['2026-06-02T17:00:00.1234567+02:00', '2026-06-02T15:00'],
  ['6/2/2026, 5:00 PM UTC', '2026-06-02T17:00'],
  ['6/2/2026 5:00:00 PM (UTC)', '2026-06-02T17:00'],
  ['By 5:00 PM UTC on Tuesday, June 2, 2026', '2026-06-02T17:00'],
  ['Tuesday, June 2, 2026, at 5 PM UTC', '2026-06-02T17:00'],
  ['Tuesday, June 2, 2026, at 5:00 p.m. UTC', '2026-06-02T17:00'],
  ['Tuesday, June 2, 2026, at 12:30 AM UTC', '2026-06-02T00:30'],
  ['Tuesday, June 2, 2026, at 12:30 PM UTC', '2026-06-02T12:30'],
  ['Tuesday, June 2, 2026, at 5:00 PM PDT', '2026-06-03T00:00'],
  ['Tuesday, June 2, 2026, at 5:00 PM UTC-7', '2026-06-03T00:00'],
  ['  TUESDAY,  JUNE 2,  2026,  AT 5:00 PM UTC. Thank you.', '2026-06-02T17:00'],
])('%s', (text, expected) => {
  expect(parseUpdateTime(text)?.toISOString().slice(0, 16)).toBe(expected);
});

test.each([
  ['Tuesday, June 2, 2026, at 5:00 PM', 'names no zone'],
  ['Tuesday, June 2, 2026, at 5:00 PM PT', 'a zone with two offsets'],
  ['Monday, June 2, 2026, at 5:00 PM UTC', 'the second was a Tuesday'],
  ['June 31, 2026, 17:00 UTC', 'no such day'],
  ['13/2/2026, 17:00 UTC', 'no such month'],
  ['June 2, 2026, 25:00 UTC', 'no such hour'],
  ['June 2, 2026, 17:60 UTC', 'no such minute'],
  ['June 2, 2026, 17:00 PM UTC', 'contradicts itself'],
  ['June 2, 2026, 0:30 AM UTC', 'contradicts itself'],
  ['June 2, 2026', 'names no time'],
  ['17:00 UTC', 'names no day'],
  ['as soon as we know more', 'names neither'],
  [`${'x'.repeat(200)} June 2, 2026, 17:00 UTC`, 'beyond what is looked at'],
  ['', 'nothing'],
])('%s: %s', (text) => {
  expect(parseUpdateTime(text)).toBeNull();
});

test('any text gives a time that is one, or none', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'June',
      '2',
      '31',
      ', ',
      '2026',
      ' ',
      '17:00',
      'PM',
      'UTC',
      '+99:99',
      '6/2/2026',
      '2026-06-02',
      'T',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(parseUpdateTime(pieces.join(''))?.getTime()).not.toBeNaN();
    }),
  );
});
