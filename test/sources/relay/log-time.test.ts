import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { linesBehindTime, openLogClock } from '#sources/relay/log-time.js';

function read(line: string, asOf = '2026-06-15T12:00:00Z', timeZone = 'UTC'): string | null {
  const time = openLogClock({ asOf: new Date(asOf), timeZone }).read(line);
  return time === null ? null : `${new Date(time.timeMs).toISOString()}>${line.slice(time.end)}`;
}

describe('times that tell their year', () => {
  test.each<[string, string | null, string]>([
    ['2026-06-02T10:00:00Z x', '2026-06-02T10:00:00.000Z>x', 'UTC'],
    ['2026-06-02T10:00:00+02:00 x', '2026-06-02T08:00:00.000Z>x', 'rsyslog'],
    ['2026-06-02T10:00:00.123456+02:00 x', '2026-06-02T08:00:00.123Z>x', 'rsyslog, microseconds'],
    ['2026-06-02T10:00:00-0330 x', '2026-06-02T13:30:00.000Z>x', 'journalctl -o short-iso'],
    ['2026-06-02T10:00:00,5+0000 x', '2026-06-02T10:00:00.500Z>x', 'a comma before the fraction'],
    ['2026-06-02 10:00:00 x', '2026-06-02T10:00:00.000Z>x', 'Exim'],
    ['2026-06-02 10:00:00 +0200 x', '2026-06-02T08:00:00.000Z>x', 'Exim with log_timezone'],
    ['2026-06-02 10:00:00.250 +0200 x', '2026-06-02T08:00:00.250Z>x', 'Exim with milliseconds'],
    ['2026-06-02 10:00:00 -x', '2026-06-02T10:00:00.000Z>-x', 'a sign that begins no zone'],
    ['2026-12-31T23:59:60Z x', '2027-01-01T00:00:00.000Z>x', 'a leap second'],
    ['2028-02-29T00:00:00Z x', '2028-02-29T00:00:00.000Z>x', 'a leap day'],
    ['2026-02-29T00:00:00Z x', null, 'a day that is none'],
    ['2026-06-02T24:00:00Z x', null, 'an hour that is none'],
    ['2026-06-02T10:00:00Zx', null, 'no blank behind'],
    ['2026-06-02', null, 'a day alone'],
    ['2026-0a-02T10:00:00Z x', null, 'a letter among the digits'],
    ['', null, 'nothing'],
  ])('%s', (line, expected) => {
    expect(read(line)).toBe(expected);
  });
});

describe('times that tell no year are the newest that are not after the reading', () => {
  test.each<[string, string, string, string | null, string]>([
    ['Jun 15 11:59:59 x', '2026-06-15T12:00:00Z', 'UTC', '2026-06-15T11:59:59.000Z>x', 'just now'],
    ['Jun 01 11:59:59 x', '2026-06-15T12:00:00Z', 'UTC', '2026-06-01T11:59:59.000Z>x', 'a nought before'],
    ['Jun  1 11:59:59.25 x', '2026-06-15T12:00:00Z', 'UTC', '2026-06-01T11:59:59.000Z>x', 'a fraction'],
    [
      'Jun 15 12:00:09 x',
      '2026-06-15T12:00:00Z',
      'UTC',
      '2026-06-15T12:00:09.000Z>x',
      'a clock that is ahead',
    ],
    ['Jun 17 12:00:09 x', '2026-06-15T12:00:00Z', 'UTC', '2025-06-17T12:00:09.000Z>x', 'last year'],
    ['Dec 31 23:59:59 x', '2027-01-01T00:00:01Z', 'UTC', '2026-12-31T23:59:59.000Z>x', 'before New Year'],
    ['Jan  1 00:00:00 x', '2027-01-01T00:00:01Z', 'UTC', '2027-01-01T00:00:00.000Z>x', 'after New Year'],
    [
      'Jan  1 00:30:00 x',
      '2026-12-31T15:45:00Z',
      'Asia/Tokyo',
      '2026-12-31T15:30:00.000Z>x',
      'New Year in the east',
    ],
    [
      'Dec 31 20:00:00 x',
      '2027-01-01T03:00:00Z',
      'America/New_York',
      '2027-01-01T01:00:00.000Z>x',
      'in the west',
    ],
    ['Feb 29 10:00:00 x', '2027-06-15T12:00:00Z', 'UTC', '2024-02-29T10:00:00.000Z>x', 'the last leap day'],
    [
      'Mar 29 02:30:00 x',
      '2026-06-15T12:00:00Z',
      'Europe/Berlin',
      '2026-03-29T01:30:00.000Z>x',
      'skipped by summer time',
    ],
    [
      'Oct 25 02:30:00 x',
      '2026-11-15T12:00:00Z',
      'Europe/Berlin',
      '2026-10-25T00:30:00.000Z>x',
      'twice in autumn: the first',
    ],
    [
      'Jul 15 12:00:00 x',
      '2026-11-15T12:00:00Z',
      'Europe/Berlin',
      '2026-07-15T10:00:00.000Z>x',
      'summer time',
    ],
    ['Feb 30 10:00:00 x', '2026-06-15T12:00:00Z', 'UTC', null, 'a day that no year has'],
    ['Foo  1 10:00:00 x', '2026-06-15T12:00:00Z', 'UTC', null, 'no month'],
    ['anF 01 10:00:00 x', '2026-06-15T12:00:00Z', 'UTC', null, 'the middle of two months'],
    ['Jun  1 10:00:00', '2026-06-15T12:00:00Z', 'UTC', null, 'nothing behind'],
  ])('%s as of %s in %s', (line, asOf, timeZone, expected) => {
    expect(read(line, asOf, timeZone)).toBe(expected);
  });

  test('a whole year, hour by hour, comes out in its order', () => {
    const asOf = new Date('2027-01-01T00:00:00Z');
    const clock = openLogClock({ asOf, timeZone: 'UTC' });
    for (let timeMs = Date.parse('2026-01-03T00:00:00Z'); timeMs < asOf.getTime(); timeMs += 3_600_000) {
      const [, day = '', month = '', , time = ''] = new Date(timeMs).toUTCString().split(' ');
      expect(clock.read(`${month} ${day.replace(/^0/, ' ')} ${time} x`)?.timeMs).toBe(timeMs);
    }
  });

  test('one clock reads a log of many days as many clocks do', () => {
    const stamps = fc
      .date({
        min: new Date('2026-05-01T00:00:00Z'),
        max: new Date('2026-06-15T00:00:00Z'),
        noInvalidDate: true,
      })
      .map((date) => `${date.toISOString().slice(0, 19)}+00:00 line`);
    fc.assert(
      fc.property(fc.array(stamps), (lines) => {
        const clock = openLogClock({ asOf: new Date('2026-06-15T12:00:00Z'), timeZone: 'UTC' });
        for (const line of [...lines, ...lines].sort()) {
          expect(clock.read(line)?.timeMs).toBe(Date.parse(line.slice(0, 25)));
        }
      }),
    );
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void read(line)));
    fc.assert(fc.property(fc.string(), (text) => void linesBehindTime(text)));
  });
});
