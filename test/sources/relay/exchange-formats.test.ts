import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { exchangeMessages } from '#sources/relay/exchange-messages.js';
import { exchangeQueues } from '#sources/relay/exchange-queues.js';
import { exchangeTrackingLog } from '#sources/relay/exchange-tracking-log.js';
import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';

import { CONTEXT, cutAt, exchangeFixture, readPieces, readText } from './read-exchange.js';

const FORMATS = [exchangeMessages, exchangeQueues, exchangeTrackingLog];

describe('no format takes what is for another', () => {
  test.each<[string, string | null, string]>([
    ['messages.csv', 'exchange-messages', 'after a #TYPE line'],
    ['messages-german.csv', 'exchange-messages', 'separated by semicolons'],
    ['messages-ps5.json', 'exchange-messages', 'in a wrapper'],
    ['messages-ps7.json', 'exchange-messages', 'one object alone'],
    ['queues.csv', 'exchange-queues', 'counts'],
    ['queues.json', 'exchange-queues', 'counts as JSON'],
    ['tracking.log', 'exchange-tracking-log', 'a line of fields'],
    ['tracking-2010.log', 'exchange-tracking-log', 'without network-message-id'],
    ['tracking.csv', 'exchange-tracking-log', 'Timestamp, EventId, Source'],
    [
      'extended-report.csv',
      null,
      'a report of Exchange Online has the events too, but names its time otherwise',
    ],
    ['trace-list.csv', null, 'a trace names SenderAddress, not FromAddress'],
    ['smtp-receive.log', null, 'a log of sessions, not of messages'],
  ])('%s is for %s: %s', (name, format) => {
    const beginning = exchangeFixture(name).slice(0, 4096);
    const takers = RELAY_FORMATS.filter(({ accepts }) => accepts(beginning)).map((taker) => taker.name);
    expect(takers).toEqual(format === null ? [] : [format]);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['a mark alone', '\ufeff'],
    ['a queue of Postfix', '{"queue_name": "deferred", "queue_id": "ABC", "sender": "a@contoso.example"}\n'],
    ['a trace as JSON', '{"value":[{"receivedDateTime":"2026-06-02T08:00:00Z","status":"pending"}]}'],
    ['names within a text', '{"subject":"\\"FromAddress\\": \\"DateReceived\\": \\"Identity\\":"}'],
    ['a log of Postfix', 'Jun  2 08:00:00 mx1 postfix/smtp[1]: ABC: to=<a@contoso.example>, status=deferred'],
    ['a digest of queues', '"GroupByValue","MessageCount","DeferredMessageCount"\n'],
    ['one long line', 'x'.repeat(65_536)],
    ['remarks only', '##########\n'.repeat(6000)],
  ])('nor %s', (_what, beginning) => {
    expect(FORMATS.filter(({ accepts }) => accepts(beginning))).toEqual([]);
  });

  test('nor what other relays write', () => {
    const folder = new URL('../../recordings/relay/', import.meta.url);
    const names = readdirSync(folder).filter((name) => /\.(?:log|out|ndjson)$/.test(name));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const beginning = readFileSync(new URL(name, folder), 'utf8').slice(0, 65_536);
      expect(FORMATS.filter(({ accepts }) => accepts(beginning))).toEqual([]);
    }
  });

  test('a byte-order mark changes nothing', () => {
    expect(exchangeQueues.accepts(`\ufeff${exchangeFixture('queues.csv')}`)).toBe(true);
    expect(exchangeQueues.accepts(`\ufeff${exchangeFixture('queues.json')}`)).toBe(true);
  });
});

const FIXTURES = (
  [
    [exchangeMessages, 'messages.csv'],
    [exchangeMessages, 'messages-german.csv'],
    [exchangeMessages, 'messages-ps5.json'],
    [exchangeMessages, 'messages-ps7.json'],
    [exchangeQueues, 'queues.csv'],
    [exchangeQueues, 'queues.json'],
    [exchangeTrackingLog, 'tracking.log'],
    [exchangeTrackingLog, 'tracking-2010.log'],
    [exchangeTrackingLog, 'tracking.csv'],
  ] as const
).map(([format, name]) => ({ format, name }));

describe.each(FIXTURES)('$format.name of $name', ({ format, name }) => {
  const text = exchangeFixture(name);
  const whole = readText(format, text);

  test('is read without a broken record', () => {
    expect(whole.report.firstBroken).toEqual([]);
    expect(whole.mails.length + whole.queues.length).toBeGreaterThan(0);
  });

  test('any cutting into pieces gives the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (places) => {
        expect(readPieces(format.open(CONTEXT), cutAt(text, places))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('so does every character alone', () => {
    expect(readPieces(format.open(CONTEXT), text.split(''))).toEqual(whole);
  });

  test('line ends of Windows and of Unix give the same', () => {
    expect(readText(format, text.replaceAll('\n', '\r\n'))).toEqual(whole);
  });

  test('NUL between the characters gives the same', () => {
    expect(readText(format, text.replaceAll(/[a-z]/g, '$&\0'))).toEqual(whole);
  });

  test('cut off anywhere it gives no more than the whole, and never throws', () => {
    fc.assert(
      fc.property(fc.nat(text.length), (end) => {
        const part = readText(format, text.slice(0, end));
        expect(part.report.records).toBeLessThanOrEqual(whole.report.records);
        expect(part.queues.length).toBeLessThanOrEqual(whole.queues.length);
        for (const { recipient } of part.mails) expect(text).toContain(recipient);
      }),
      { numRuns: 100 },
    );
  });

  test('changed anywhere it never throws', () => {
    const place = fc.tuple(
      fc.nat(text.length),
      fc.constantFrom('"', ',', '\n', '\r', '\0', '{', '}', '\\', ';', "'", '#'),
    );
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), (changes) => {
        const changed = changes.reduce(
          (before, [at, mark]) => before.slice(0, at) + mark + before.slice(at + 1),
          text,
        );
        expect(() => readText(format, changed)).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });
});

test.each(FORMATS)('$name never throws on any text, and cuts of it give the same', (format) => {
  const word = fc.constantFrom(
    'Identity',
    'FromAddress',
    'Status',
    'MessageCount',
    'Timestamp',
    'EventId',
    'Source',
    'Recipients',
    'MessageId',
    '#Fields: ',
    'date-time',
    'event-id',
    'recipient-address',
    ',',
    ';',
    '\n',
    '"',
    '{',
    '}',
    '[',
    ']',
    ':',
    '\\',
    'DEFER',
    '2026-06-02T08:00:00.000Z',
    '[{LED=451 4.3.2};{LRT=6/2/2026 8:00:00 AM}]',
    'a@contoso.example',
    '\u202e',
    '=1+1',
    '__proto__',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 80 }), fc.array(fc.nat(), { maxLength: 5 }), (words, places) => {
      const text = words.join('');
      expect(readPieces(format.open(CONTEXT), cutAt(text, places))).toEqual(readText(format, text));
    }),
    { numRuns: 300 },
  );
});

test.each(FORMATS)('$name takes an empty input for an empty queue', (format) => {
  for (const text of ['', '\ufeff', '\r\n', ' \n\n']) {
    expect(readText(format, text)).toMatchObject({
      mails: [],
      queues: [],
      report: { records: 0, broken: 0 },
    });
  }
});

test.each(FORMATS)('$name says what it expected of a table that is another', (format) => {
  const { report } = readText(format, 'Name,Colour\nx,red\n');
  expect(report.broken).toBe(1);
  expect(report.firstBroken[0]).toMatch(/^line 1: a header with .* was expected$/);
});
