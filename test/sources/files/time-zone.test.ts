import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fixedOffsetClock, zoneClock } from '#sources/files/time-zone.js';

const instantIn = (timeZone: string, wall: string) =>
  new Date(zoneClock(timeZone)(Date.parse(wall))).toISOString();

test.each([
  ['Europe/Berlin', '2026-01-15T12:00:00Z', '2026-01-15T11:00:00.000Z', 'winter'],
  ['Europe/Berlin', '2026-07-15T12:00:00Z', '2026-07-15T10:00:00.000Z', 'summer'],
  ['Europe/Berlin', '2026-03-29T01:59:59Z', '2026-03-29T00:59:59.000Z', 'the last second before the change'],
  ['Europe/Berlin', '2026-03-29T02:30:00Z', '2026-03-29T01:30:00.000Z', 'a skipped time moves on'],
  ['Europe/Berlin', '2026-03-29T03:00:00Z', '2026-03-29T01:00:00.000Z', 'the first second after the change'],
  [
    'Europe/Berlin',
    '2026-10-25T02:30:00Z',
    '2026-10-25T00:30:00.000Z',
    'a time that occurs twice is the first one',
  ],
  ['Europe/Berlin', '2026-10-25T03:00:00Z', '2026-10-25T02:00:00.000Z', 'after the second one'],
  ['America/New_York', '2026-11-01T01:15:00Z', '2026-11-01T05:15:00.000Z', 'west of Greenwich, twice'],
  ['America/New_York', '2026-03-08T02:15:00Z', '2026-03-08T07:15:00.000Z', 'west of Greenwich, skipped'],
  ['Australia/Lord_Howe', '2026-04-05T01:45:00Z', '2026-04-04T14:45:00.000Z', 'a change of half an hour'],
  ['Asia/Kathmandu', '2026-06-02T12:00:00Z', '2026-06-02T06:15:00.000Z', 'a quarter of an hour'],
  ['Pacific/Kiritimati', '2026-06-02T12:00:00Z', '2026-06-01T22:00:00.000Z', 'fourteen hours'],
  ['UTC', '2026-06-02T12:00:00Z', '2026-06-02T12:00:00.000Z', 'nothing to do'],
])('%s %s is %s: %s', (timeZone, wall, expected) => {
  expect(instantIn(timeZone, wall)).toBe(expected);
});

test('a fixed offset is taken away', () => {
  expect(fixedOffsetClock(330)(Date.parse('2026-06-02T12:00:00Z'))).toBe(Date.parse('2026-06-02T06:30:00Z'));
});

test('an unknown zone is a usage failure that says what is accepted', () => {
  expect(() => zoneClock('Europe/Nowhere')).toThrow('There is no time zone "Europe/Nowhere"');
});

test('the wall clock of an instant leads back to it, or to the other time that the clock showed the same', () => {
  const zones = [
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'America/Santiago',
  ];
  const clocks = new Map(zones.map((zone) => [zone, zoneClock(zone)]));
  const wallOf = (timeZone: string, instant: Date) => {
    const text = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(instant);
    return Date.parse(`${text.replace(' ', 'T')}Z`);
  };
  const seconds = fc.integer({ min: Date.parse('2015-01-01') / 1000, max: Date.parse('2035-01-01') / 1000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), seconds, (zone, second) => {
      const wall = wallOf(zone, new Date(second * 1000));
      const back = clocks.get(zone)!(wall);
      expect(wallOf(zone, new Date(back))).toBe(wall);
      expect(back).toBeLessThanOrEqual(second * 1000);
    }),
  );
});
