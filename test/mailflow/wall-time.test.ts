import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { instantOf, isTimeZone, offsetMinutes, parseInstant } from '#mailflow/wall-time.js';

const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second };
};

describe('instantOf', () => {
  test.each([
    ['2026-06-02 14:00:00', 'UTC', '2026-06-02T14:00:00.000Z', 'UTC is itself'],
    ['2026-06-02 14:00:00', 'Europe/Berlin', '2026-06-02T12:00:00.000Z', 'summer time'],
    ['2026-01-22 14:00:00', 'Europe/Berlin', '2026-01-22T13:00:00.000Z', 'winter time'],
    [
      '2026-03-29 02:30:00',
      'Europe/Berlin',
      '2026-03-29T01:30:00.000Z',
      'a skipped time: clocks then call it 03:30',
    ],
    [
      '2026-10-25 02:30:00',
      'Europe/Berlin',
      '2026-10-25T00:30:00.000Z',
      'a time that occurs twice: the earlier',
    ],
    ['2026-06-02 14:00:00', 'Asia/Kathmandu', '2026-06-02T08:15:00.000Z', 'an offset with 45 minutes'],
    ['2026-06-02 14:00:00', 'Pacific/Apia', '2026-06-02T01:00:00.000Z', 'thirteen hours ahead'],
    [
      '2026-06-02 00:00:00',
      'America/Havana',
      '2026-06-02T04:00:00.000Z',
      'midnight, where summer time begins at midnight',
    ],
  ])('%s in %s is %s: %s', (text, zone, expected) => {
    expect(instantOf(wall(text), zone).toISOString()).toBe(expected);
  });

  test('showing an instant in a zone and reading it again gives the instant, but for the doubled hour', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/Havana', 'Pacific/Apia', 'Asia/Kathmandu', 'UTC');
    const seconds = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2030, 0) / 1000 });
    fc.assert(
      fc.property(zones, seconds, (zone, at) => {
        const instant = new Date(at * 1000);
        const shown = new Date(instant.getTime() + offsetMinutes(instant, zone) * 60_000);
        const back = instantOf(wall(shown.toISOString()), zone);
        expect(Math.abs(back.getTime() - instant.getTime()) % 3_600_000).toBe(0);
        expect(offsetMinutes(back, zone) >= offsetMinutes(instant, zone)).toBe(true);
      }),
    );
  });
});

describe('parseInstant', () => {
  test.each([
    ['2026-06-02', '2026-06-01T22:00:00.000Z', 'a date begins at midnight in the zone'],
    ['2026-06-02T14:00', '2026-06-02T12:00:00.000Z', 'no offset: the zone'],
    ['2026-06-02 14:00:30', '2026-06-02T12:00:30.000Z', 'a blank instead of T'],
    ['2026-06-02T14:00Z', '2026-06-02T14:00:00.000Z', 'Z is stronger than the zone'],
    ['2026-06-02T14:00+05:30', '2026-06-02T08:30:00.000Z', 'so is an offset'],
    ['2026-06-02T14:00-0700', '2026-06-02T21:00:00.000Z', 'an offset without colon'],
  ])('%s is %s: %s', (text, expected) => {
    expect(parseInstant(text, 'Europe/Berlin')?.toISOString()).toBe(expected);
  });

  test.each([
    ['yesterday', 'words are no time'],
    ['2026-02-30', 'there is no such day'],
    ['2026-13-01', 'nor such a month'],
    ['2026-06-02T24:00', 'the day ends at 23:59'],
    ['02.06.2026', 'day first is ambiguous'],
    ['1780000000', 'no seconds since an epoch'],
    ['', 'nothing'],
  ])('%j is refused: %s', (text) => {
    expect(parseInstant(text, 'UTC')).toBeNull();
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Mars/Base', false],
  ['', false],
])('isTimeZone(%j) is %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
