import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseFilter } from '#simulator/graph/filter.js';

const LENIENT = { lenientFilter: true };
const STRICT = { lenientFilter: false };

function equalsOf(text: string): Record<string, string> | string {
  const reading = parseFilter(text, LENIENT);
  return reading.ok ? Object.fromEntries(reading.value.equals) : reading.message;
}

describe('the last value of each property wins', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["senderAddress eq 'a@b'", { senderAddress: 'a@b' }, 'the plain case'],
    ["senderAddress eq 'a' or senderAddress eq 'b'", { senderAddress: 'b' }, 'or is not evaluated'],
    ["senderAddress in ('a', 'b', 'c')", { senderAddress: 'c' }, 'in is not evaluated'],
    ["senderAddress ne 'a'", { senderAddress: 'a' }, 'ne is read as eq'],
    ["not (status eq 'failed')", { status: 'failed' }, 'not is passed over'],
    ["status eq 'failed' and id eq 'x'", { status: 'failed', id: 'x' }, 'properties are joined by and'],
    ["(status eq 'failed') or (id eq 'x')", { status: 'failed', id: 'x' }, 'even when or was written'],
    ["senderAddress eq 'o''neill@b'", { senderAddress: "o'neill@b" }, 'a doubled quote is one quote'],
    ["subject eq 'or' and status eq 'failed'", { status: 'failed' }, 'a word inside a string is no operator'],
    ["startswith(senderAddress,'a')", {}, 'a function on an address is forgotten'],
    ['id eq 5f0c3c1e', { id: '5f0c3c1e' }, 'a GUID may stand without quotes'],
    ["endsWith(recipientAddress,'@b') and status eq 'failed'", { status: 'failed' }, 'the rest still holds'],
  ])('%s is %j: %s', (text, expected) => {
    expect(equalsOf(text)).toEqual(expected);
  });
});

test.each([
  ["contains(subject,'x')", 'contains'],
  ["startsWith(subject,'x')", 'startswith'],
  ["endsWith(subject, 'x')", 'endswith'],
  ["subject eq 'x'", 'eq'],
  ["subject eq 'y' and contains(subject,'x')", 'contains'],
])('subject: %s tests by %s', (text, expected) => {
  const reading = parseFilter(text, LENIENT);
  expect(reading.ok && reading.value.subject).toEqual({ test: expected, value: 'x' });
});

test.each([
  [
    'receivedDateTime ge 2026-06-01T00:00:00Z and receivedDateTime le 2026-06-02T00:00:00Z',
    'the documented form',
  ],
  [
    'receivedDateTime ge 2026-06-01T00:00:00.000Z and receivedDateTime le 2026-06-02T00:00:00.0Z',
    'fractions',
  ],
  ['receivedDateTime gt 2026-06-01T00:00:00Z and receivedDateTime lt 2026-06-02T00:00:00Z', 'gt and lt'],
])('bounds: %s: %s', (text) => {
  const reading = parseFilter(text, LENIENT);
  expect(reading.ok && [reading.value.from, reading.value.to]).toEqual([
    new Date('2026-06-01T00:00:00Z'),
    new Date('2026-06-02T00:00:00Z'),
  ]);
});

test.each([
  ["sender eq 'a'", 'a property that does not exist'],
  ["senderAddress eq 'a", 'a string without end'],
  ['receivedDateTime ge yesterday', 'a date that is none'],
  ['', 'nothing at all'],
  ['senderAddress eq', 'a value is missing'],
])('refused: %s: %s', (text) => {
  expect(parseFilter(text, LENIENT).ok).toBe(false);
});

test.each([
  "senderAddress eq 'a' or senderAddress eq 'b'",
  "senderAddress in ('a')",
  "senderAddress ne 'a'",
  "startswith(senderAddress,'a')",
])('the documented service refuses: %s', (text) => {
  expect(parseFilter(text, STRICT).ok).toBe(false);
});

test('any text is read or refused, never thrown at', () => {
  const piece = fc.constantFrom(
    'senderAddress',
    ' ',
    'eq',
    "'",
    "''",
    '(',
    ')',
    ',',
    'or',
    'in',
    'subject',
    'ge',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((parts) => parts.join(' ')),
      ),
      (text) => {
        expect(typeof parseFilter(text, LENIENT).ok).toBe('boolean');
      },
    ),
  );
});
