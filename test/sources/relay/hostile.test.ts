import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitLines } from '#sources/relay/line-splitter.js';
import { postfixLog } from '#sources/relay/postfix-log.js';
import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';
import type { RelayFormat } from '#sources/relay/relay-reader.js';

import { CONTEXT, readPieces, readText, recording } from './read-relay.js';

const FILES: Readonly<Record<string, readonly string[]>> = {
  'postfix-json': ['postfix-queue.ndjson'],
  'postfix-mailq': ['postfix-mailq.out'],
  'postfix-log': ['postfix.log', 'postfix-rfc3339.log'],
  'exim-queue': ['exim-queue.out'],
  'exim-log': ['exim-main.log', 'exim-all-selectors.log'],
  'opensmtpd-queue': ['opensmtpd-queue.out'],
  'opensmtpd-log': ['opensmtpd.log'],
};

/** Formats of lines, each with its recordings. */
const CASES = RELAY_FORMATS.flatMap((format) =>
  (FILES[format.name] ?? []).map((file) => ({ format, file, text: recording(file) })),
);
const short = (text: string): string => `${text.split('\n').slice(0, 60).join('\n')}\n`;

/** The text in pieces of the lengths that are given, over and over. */
function* cut(text: string, lengths: readonly number[]): Generator<string> {
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield text.slice(at, at + length);
    at += length;
  }
}

describe.each(CASES)('$file', ({ format, text }) => {
  test('any cutting into pieces gives the same', () => {
    const beginning = short(text);
    const whole = readText(format, beginning);
    expect(whole.mails.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1 }), (lengths) => {
        fc.pre(lengths.some((length) => length > 0));
        expect(readPieces(format, cut(beginning, lengths))).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  test('letter by letter, with the line ends of another system, a byte order mark and NULs', () => {
    const beginning = short(text);
    const other = `\ufeff${beginning.replaceAll('\n', '\r\n').replaceAll(':', '\0:\0')}`;
    expect(readPieces(format, cut(other, [1]))).toEqual(readText(format, beginning));
  });

  test('a last line without its line break is a line', () => {
    expect(readText(format, text.trimEnd())).toEqual(readText(format, text.replace(/\n+$/, '\n')));
  });

  test('whatever is cut out, put in or doubled: it does not throw, and counts each line', () => {
    const edits = fc.array(fc.tuple(fc.nat(text.length), fc.nat(300), fc.string({ unit: 'binary' })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(edits, (list) => {
        let changed = text;
        for (const [at, length, put] of list)
          changed = changed.slice(0, at) + put + changed.slice(at + length);
        const { mails, report } = readText(format, changed);
        const lines = changed
          .replace(/^\ufeff/, '')
          .replaceAll('\0', '')
          .split('\n');
        expect(report.records).toBe(lines.length - (lines.at(-1) === '' ? 1 : 0));
        expect(report.broken).toBeLessThanOrEqual(report.records);
        expect(report.firstBroken.length).toBe(Math.min(5, report.broken));
        for (const { arrivedAt, lastAttemptAt, recipient } of mails) {
          expect(recipient).not.toBe('');
          expect(arrivedAt?.getTime()).not.toBeNaN();
          expect(lastAttemptAt?.getTime()).not.toBeNaN();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('cut anywhere, it is still accepted as its own once its first entry is whole', () => {
    const isEntry = (line: string): boolean => format.accepts(`${line}\n`);
    const first = text.split('\n').findIndex(isEntry);
    const head = text
      .split('\n')
      .slice(0, first + 1)
      .join('\n').length;
    for (const length of [head + 1, head + 7, head + 100, head + 1000]) {
      const accepting = RELAY_FORMATS.filter(({ accepts }) => accepts(text.slice(0, length)));
      expect(accepting.map(({ name }) => name)).toEqual([format.name]);
    }
  });
});

const BY_NAME = RELAY_FORMATS.filter(({ name }) => name in FILES).map(
  (format) => [format.name, format] as const,
);

describe.each(BY_NAME)('%s', (_, format: RelayFormat) => {
  test('nothing gives nothing', () => {
    expect(readText(format, '')).toEqual({
      mails: [],
      report: { records: 0, broken: 0, firstBroken: [], notes: [], newestAt: null },
    });
    expect(format.accepts('')).toBe(false);
  });

  test.each([
    ['<html><body>It works!</body></html>\n', 'a page'],
    ['{"value":[{"id":"1"}]}\n', 'JSON of something else'],
    ['"MessageTraceId","Status"\r\n"1","Delivered"\r\n', 'an export of traces'],
    ['From: kay@contoso.example\nSubject: x\n\nOct 10 10:00:00 x\n', 'a mail'],
    ['Nov 26 10:00:00 relay sshd[1]: Accepted publickey\n', 'a log of something else'],
    ['\u0000\u0001\u0002\u0003', 'bytes'],
    ['/var/spool/mqueue is empty\n\t\tTotal requests: 0\n', 'another mail system'],
  ])('does not accept %j: %s', (text) => {
    expect(format.accepts(text)).toBe(false);
  });

  test('does not throw on any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (pieces) => {
        readPieces(format, pieces);
        format.accepts(pieces.join('\n'));
      }),
    );
  });

  test.each(['x', ' ', '(', '|', '"', '<', 'a@', ': ', ' T="', ' result="', '\\', '[', '{"queue_id":'])(
    'ten million characters of %j on one line are one broken line',
    (unit) => {
      const megabyte = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const reader = format.open(CONTEXT);
      for (let count = 0; count < 10; count += 1) expect(reader.text(megabyte)).toEqual([]);
      expect([...reader.text('\n'), ...reader.end()]).toEqual([]);
      expect(reader.report()).toMatchObject({ records: 1, broken: 1 });
    },
  );
});

test('what stands behind a line that is too long is read', () => {
  const beginning = recording('postfix.log');
  const { mails, report } = readText(postfixLog, `${'x'.repeat(3_000_000)}\n${beginning}`);
  expect(mails).toEqual(readText(postfixLog, beginning).mails);
  expect(report.firstBroken).toEqual(['line 1: a shorter line was expected']);
});

describe('lines', () => {
  const split = (pieces: readonly string[], longest?: number): readonly string[] => {
    const lines: string[] = [];
    const splitter = splitLines((line, isCut) => lines.push(isCut ? `${line}…` : line), longest);
    for (const piece of pieces) splitter.push(piece);
    splitter.end();
    return lines;
  };

  test.each([
    [['a\nb\n'], ['a', 'b'], 'two lines'],
    [['a\nb'], ['a', 'b'], 'the last without its break'],
    [['a\r\n', 'b\r', '\nc\r\n'], ['a', 'b', 'c'], 'a break that is cut in two'],
    [['\n\n'], ['', ''], 'empty lines'],
    [['a\rb\n'], ['a\rb'], 'a carriage return within a line'],
    [['\ufeffa\n\ufeffb'], ['a', '\ufeffb'], 'a byte order mark stands at the beginning only'],
    [['', '\ufeffa'], ['a'], 'behind a piece that is empty'],
    [['a\0b\n\0\0'], ['ab'], 'NULs'],
    [[], [], 'nothing'],
  ])('%j are %j: %s', (pieces, lines) => {
    expect(split(pieces)).toEqual(lines);
  });

  test.each([
    [['123456\n'], ['12345…'], 'one piece'],
    [['123', '456\n'], ['12345…'], 'two pieces'],
    [['12345\n'], ['12345'], 'just fits'],
    [['1234', '5', '\n6'], ['12345', '6'], 'just fits, in pieces'],
    [['1234567890', '123\nab\n'], ['12345…', 'ab'], 'what comes behind is whole again'],
    [['123456'], ['12345…'], 'without its break'],
  ])('of at most 5 characters, %j are %j: %s', (pieces, lines) => {
    expect(split(pieces, 5)).toEqual(lines);
  });

  test('pieces do not matter', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', '\0', '\ufeff') });
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.nat(9), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        (text, lengths, longest) => {
          fc.pre(lengths.some((length) => length > 0));
          expect(split([...cut(text, lengths)], longest)).toEqual(split([text], longest));
        },
      ),
    );
  });
});
