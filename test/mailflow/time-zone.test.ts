import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fixedOffsetClock, isTimeZone, offsetReader, parseInstant, zoneClock } from '#mailflow/time-zone.js';

const instantIn = (timeZone: string, wall: string) =>
  new Date(zoneClock(timeZone)(Date.parse(wall))).toISOString();

describe('zoneClock', () => {
  test.each([
    ['Europe/Berlin', '2026-01-15T12:00:00Z', '2026-01-15T11:00:00.000Z', 'winter'],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', '2026-07-15T10:00:00.000Z', 'summer'],
    [
      'Europe/Berlin',
      '2026-03-29T01:59:59Z',
      '2026-03-29T00:59:59.000Z',
      'the last second before the change',
    ],
    [
      'Europe/Berlin',
      '2026-03-29T02:30:00Z',
      '2026-03-29T01:30:00.000Z',
      'a skipped time: clocks call it 03:30',
    ],
    [
      'Europe/Berlin',
      '2026-03-29T03:00:00Z',
      '2026-03-29T01:00:00.000Z',
      'the first second after the change',
    ],
    [
      'Europe/Berlin',
      '2026-10-25T02:30:00Z',
      '2026-10-25T00:30:00.000Z',
      'a time that occurs twice: the earlier',
    ],
    ['Europe/Berlin', '2026-10-25T03:00:00Z', '2026-10-25T02:00:00.000Z', 'after the second one'],
    ['America/New_York', '2026-11-01T01:15:00Z', '2026-11-01T05:15:00.000Z', 'west of Greenwich, twice'],
    ['America/New_York', '2026-03-08T02:15:00Z', '2026-03-08T07:15:00.000Z', 'west of Greenwich, skipped'],
    ['Australia/Lord_Howe', '2026-04-05T01:45:00Z', '2026-04-04T14:45:00.000Z', 'a change of half an hour'],
    ['Asia/Kathmandu', '2026-06-02T14:00:00Z', '2026-06-02T08:15:00.000Z', 'an offset with 45 minutes'],
    ['Pacific/Apia', '2026-06-02T14:00:00Z', '2026-06-02T01:00:00.000Z', 'thirteen hours ahead'],
    ['Pacific/Kiritimati', '2026-06-02T12:00:00Z', '2026-06-01T22:00:00.000Z', 'fourteen hours'],
    [
      'America/Havana',
      '2026-06-02T00:00:00Z',
      '2026-06-02T04:00:00.000Z',
      'where summer time begins at midnight',
    ],
    ['UTC', '2026-06-02T12:00:00Z', '2026-06-02T12:00:00.000Z', 'nothing to do'],
  ])('%s %s is %s: %s', (timeZone, wall, expected) => {
    expect(instantIn(timeZone, wall)).toBe(expected);
  });

  test('a zone without a name is known by its offsets', () => {
    const [named, nameless] = ['America/St_Johns', offsetReader('America/St_Johns')].map(zoneClock);
    const wall = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) });
    fc.assert(fc.property(wall, (wallMs) => nameless?.(wallMs) === named?.(wallMs)));
    expect(zoneClock((instantMs) => (instantMs < 0 ? 0 : 3_600_000))(7_200_000)).toBe(3_600_000);
  });

  test('the wall clock of an instant leads back to it, or to the other time that the clock showed the same', () => {
    const zones = [
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Pacific/Apia',
    ];
    const clockByZone = new Map(zones.map((zone) => [zone, zoneClock(zone)]));
    const wallOf = (timeZone: string, instant: Date) => {
      const style = { timeZone, dateStyle: 'short', timeStyle: 'medium' } as const;
      return Date.parse(`${new Intl.DateTimeFormat('sv-SE', style).format(instant).replace(' ', 'T')}Z`);
    };
    const seconds = fc.integer({
      min: Date.parse('2015-01-01') / 1000,
      max: Date.parse('2035-01-01') / 1000,
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), seconds, (zone, second) => {
        const wall = wallOf(zone, new Date(second * 1000));
        const back = clockByZone.get(zone)!(wall);
        expect(wallOf(zone, new Date(back))).toBe(wall);
        expect(back).toBeLessThanOrEqual(second * 1000);
      }),
    );
  });
});

test('a fixed offset is taken away', () => {
  expect(fixedOffsetClock(330)(Date.parse('2026-06-02T12:00:00Z'))).toBe(Date.parse('2026-06-02T06:30:00Z'));
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
