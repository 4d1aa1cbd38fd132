import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import {
  type Decoder,
  field,
  finiteNumber,
  instant,
  list,
  nonEmptyText,
  orNull,
  record,
  sameAgain,
  text,
} from '#sources/decode.js';

const place = { document: 'the answer', path: '', requestId: 'req-1' };

function outcome<T>(decoder: Decoder<T>, value: unknown): T | string {
  try {
    return decoder(value, place);
  } catch (error) {
    return error instanceof Failure ? `${error.kind}: ${error.message}` : 'not a Failure';
  }
}

describe('the same again', () => {
  test('reads what it reads, and makes nothing twice for one text in a row', () => {
    const remembering = sameAgain(instant);
    const [noon, again, later] = ['T12:00:00Z', 'T12:00:00Z', 'T12:00:01Z'].map((time) =>
      remembering(`2026-06-02${time}`, place),
    );
    expect(again).toBe(noon);
    expect(later).toStrictEqual(new Date('2026-06-02T12:00:01Z'));
    expect(outcome(remembering, 'yesterday')).toBe(outcome(instant, 'yesterday'));
    expect(remembering('2026-06-02T12:00:01Z', place)).toBe(later);
  });
});

describe('an instant', () => {
  test.each([
    ['2026-06-02T17:04:11Z', '2026-06-02T17:04:11.000Z', 'the plain case'],
    ['2026-06-02T17:04:11.1234567Z', '2026-06-02T17:04:11.123Z', 'the seven digits of .NET'],
    ['2026-06-02T17:04:11', '2026-06-02T17:04:11.000Z', 'no offset is UTC, in whichever zone this runs'],
    ['2026-06-02T17:04:11+02:00', '2026-06-02T15:04:11.000Z', 'an offset'],
    ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000Z', 'a leap second'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 'a leap day'],
    ['2026-01-31T23:59:59Z', '2026-01-31T23:59:59.000Z', 'the last second of a month'],
    ['1999-12-28T00:00:00Z', '1999-12-28T00:00:00.000Z', 'another century'],
  ])('%s is %s: %s', (given, expected) => {
    expect(instant(given, place).toISOString()).toBe(expected);
  });

  test.each([
    '',
    'yesterday',
    '2026-06-02',
    '2026-13-02T17:04:11Z',
    '2026-00-02T17:04:11Z',
    '2026-06-00T17:04:11Z',
    '2026-06-02T25:04:11Z',
    '2026-06-02T17:60:11Z',
    '2026-06-02T1:704:11Z',
    '6/2/2026 5:04:10 PM',
    1_780_000_000,
    null,
    undefined,
    `2026-06-02T17:04:11.${'9'.repeat(99)}Z`,
  ])('%j is none', (given) => {
    expect(outcome(instant, given)).toMatch(/^protocol: In the answer, an instant/);
  });
});

test('an instant is what Date makes of it', () => {
  const time = fc.date({
    min: new Date('1000-01-01T00:00:00Z'),
    max: new Date('2999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(time, (at) => {
      const whole = `${at.toISOString().slice(0, 19)}Z`;
      expect(instant(whole, place)).toEqual(new Date(whole));
    }),
  );
});

describe('the path of what does not fit', () => {
  const rows: Decoder<readonly string[]> = (value, at) =>
    field(
      record(value, at),
      'value',
      list((item, where) => field(record(item, where), 'status', text, where)),
      at,
    );

  test.each([
    [{ value: [{ status: 'a' }, { status: 'b' }] }, ['a', 'b']],
    [
      { value: [{ status: 'a' }, { status: 7 }] },
      'protocol: In the answer, text was expected at value[1].status.',
    ],
    [{ value: [null] }, 'protocol: In the answer, an object was expected at value[0].'],
    [{ value: {} }, 'protocol: In the answer, a list was expected at value.'],
    [{}, 'protocol: In the answer, a list was expected at value.'],
    [[], 'protocol: In the answer, an object was expected as a whole.'],
    ['x', 'protocol: In the answer, an object was expected as a whole.'],
  ])('%j', (given, expected) => {
    expect(outcome(rows, given)).toEqual(expected);
  });
});

test.each<[string, Decoder<unknown>, unknown, unknown]>([
  ['null where it may be', orNull(text), null, null],
  ['absence where it may be', orNull(text), undefined, null],
  [
    'empty text where a name must be',
    nonEmptyText,
    '',
    'protocol: In the answer, text that is not empty was expected as a whole.',
  ],
  [
    'a number beyond all numbers',
    finiteNumber,
    Infinity,
    'protocol: In the answer, a number was expected as a whole.',
  ],
  ['a negative number', finiteNumber, -1, -1],
])('%s', (_why, decoder, given, expected) => {
  expect(outcome(decoder, given)).toEqual(expected);
});

test('keys that reach for the prototype are only keys', () => {
  const hostile: unknown = JSON.parse('{"__proto__":{"status":"x"},"constructor":"y"}');
  expect(field(record(hostile, place), 'constructor', text, place)).toBe('y');
  expect(outcome((value, at) => field(record(value, at), 'status', text, at), hostile)).toMatch(/^protocol/);
  expect(outcome((value, at) => field(record(value, at), 'toString', text, at), {})).toMatch(/^protocol/);
});

test('whatever comes, it is a value or a Failure that carries the request id', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const decoder of [
        text,
        instant,
        finiteNumber,
        list(text),
        orNull(nonEmptyText),
      ] as readonly Decoder<unknown>[]) {
        try {
          decoder(value, place);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Failure', kind: 'protocol', requestId: 'req-1' });
        }
      }
    }),
  );
});
