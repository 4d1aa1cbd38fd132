import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { utcClock } from '#mailflow/time-zone.js';
import { type DateOrder, DateText } from '#sources/rows/date-text.js';

import { type Culture, CULTURES, formatDate } from '../../generator/culture.js';

function instantOf(text: string, order: DateOrder | null): string | null {
  const date = new DateText();
  if (!date.scan(text)) return null;
  const instant = date.instant(order, utcClock);
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
}

test.each<[string, DateOrder | null, string, string]>([
  ['2026-06-02T17:04:11Z', null, '2026-06-02T17:04:11.000Z', 'ISO'],
  ['2026-06-02T17:04:11.1234567Z', null, '2026-06-02T17:04:11.123Z', 'ticks are cut to thousandths'],
  ['2026-06-02T17:04:11.5Z', null, '2026-06-02T17:04:11.500Z', 'a short fraction is not thousandths'],
  ['2026-06-02T19:04:11+02:00', null, '2026-06-02T17:04:11.000Z', 'offset east'],
  ['2026-06-02T13:34:11-0330', null, '2026-06-02T17:04:11.000Z', 'offset west, no colon'],
  ['2026-06-02 17:04', null, '2026-06-02T17:04:00.000Z', 'no seconds, as Excel writes it'],
  ['6/2/2026 5:04:11 PM', 'mdy', '2026-06-02T17:04:11.000Z', 'en-US'],
  ['6/2/2026 12:04:11 AM', 'mdy', '2026-06-02T00:04:11.000Z', 'the hour after midnight is 12'],
  ['6/2/2026 12:04:11 PM', 'mdy', '2026-06-02T12:04:11.000Z', 'the hour after noon is 12'],
  ['2/06/2026 5:04:11\u202fpm', 'dmy', '2026-06-02T17:04:11.000Z', 'en-AU with a narrow blank'],
  ['02/06/2026 05:04:11 p.\u00a0m.', 'dmy', '2026-06-02T17:04:11.000Z', 'es-MX'],
  ['02.06.2026 17:04:11', null, '2026-06-02T17:04:11.000Z', 'dots: the day comes first without being told'],
  ['2026. 06. 02. 17:04:11', null, '2026-06-02T17:04:11.000Z', 'hu-HU begins with the year'],
  ['02-06-2026 17.04.11', 'dmy', '2026-06-02T17:04:11.000Z', 'da-DK: dots in the time'],
  ['26/06/02 17:04:11', 'ymd', '2026-06-02T17:04:11.000Z', 'a short year, once the order is told'],
  ['2024/2/29 오전 0:00:01', null, '2024-02-29T00:00:01.000Z', 'leap day, mark before the time'],
])('%s (%s) is %s: %s', (text, order, expected) => {
  expect(instantOf(text, order)).toBe(expected);
});

test.each<[string, DateOrder | null, string]>([
  ['03/04/2026 05:06:07', null, 'nobody said which is the day'],
  ['31.02.2026 10:00:00', null, 'no such day'],
  ['2025-02-29', null, 'no leap year'],
  ['2100-02-29', null, 'no leap year although divisible by four'],
  ['2026-13-01T00:00:00Z', null, 'no such month'],
  ['2026-06-02T24:00:00Z', null, 'no such hour'],
  ['13/2/2026 13:00:00 AM', 'dmy', 'no such hour of a morning'],
  ['192.0.2.1', null, 'an address'],
  ['System.Object[]', null, 'a type name'],
  ['Received', null, 'a column name'],
  ['', null, 'nothing'],
  ['1'.repeat(100), null, 'too long'],
  ['2026-06-02T17:04:11Z 1 2 3', null, 'more groups than a date has'],
  ['1969-06-02T17:04:11Z', null, 'before any trace'],
])('%s (%s) is no date: %s', (text, order) => {
  expect(instantOf(text, order)).toBeNull();
});

test('what .NET writes is read back, in every culture', () => {
  const order: Readonly<Partial<Record<Culture, DateOrder>>> = { 'en-US': 'mdy' };
  const instants = fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2099-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instants, fc.constantFrom(...(Object.keys(CULTURES) as Culture[])), (instant, culture) => {
      const whole = Math.floor(instant.getTime() / 1000) * 1000;
      const read = instantOf(formatDate(new Date(whole), culture), order[culture] ?? 'dmy');
      expect(Math.floor(Date.parse(read ?? '') / 1000) * 1000).toBe(whole);
    }),
  );
});

describe('any text', () => {
  test('is an instant or no date, never an error', () => {
    const date = new DateText();
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789/.-: APMTZ+下')) }),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('dmy', 'mdy', 'ymd', null), (text, order) => {
        if (date.scan(text)) expect(typeof date.instant(order, utcClock)).toBe('number');
      }),
    );
  });
});
