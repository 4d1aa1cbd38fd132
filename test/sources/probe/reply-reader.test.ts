import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createReplyReader, REPLY_LIMITS } from '#sources/probe/reply-reader.js';

type Progress = ReturnType<ReturnType<typeof createReplyReader>['push']>;

/** What comes of these pieces; reading stops where a connection would. */
function read(...pieces: readonly (string | Buffer)[]): {
  readonly last: Progress;
  readonly oddities: readonly string[];
} {
  const reader = createReplyReader();
  let last: Progress = { kind: 'more' };
  for (const piece of pieces) {
    last = reader.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
    if (last.kind !== 'more') break;
  }
  return { last, oddities: reader.oddities() };
}

describe('a whole reply', () => {
  test.each<[why: string, wire: string, code: number, lines: readonly string[], rest: string]>([
    ['one line', '220 mail.fabrikam.example ESMTP\r\n', 220, ['mail.fabrikam.example ESMTP'], ''],
    ['a code alone', '250\r\n', 250, [''], ''],
    [
      'several lines',
      '250-mail\r\n250-SIZE 100\r\n250 STARTTLS\r\n',
      250,
      ['mail', 'SIZE 100', 'STARTTLS'],
      '',
    ],
    ['more than it', '220 go\r\n250 injected\r\n', 220, ['go'], '250 injected\r\n'],
    ['a part of more than it', '220 go\r\n\0', 220, ['go'], '\0'],
    ['a failure', '550-5.7.1 No,\r\n550 5.7.1 never\r\n', 550, ['5.7.1 No,', '5.7.1 never'], ''],
  ])('%s', (_why, wire, code, lines, rest) => {
    const { last } = read(wire);
    expect(last).toMatchObject({ kind: 'whole', lines, reply: { replyCode: code } });
    expect(last.kind === 'whole' && last.rest.toString('latin1')).toBe(rest);
  });

  test('keeps its text with codes, as the rules of a bounce read it', () => {
    const { last } = read('550-5.7.1 No,\r\n550 5.7.1 never\r\n');
    expect(last).toMatchObject({
      reply: { text: '550-5.7.1 No,\n550 5.7.1 never', parsed: { replyCode: 550, enhancedStatus: '5.7.1' } },
    });
  });

  test('reads the same from one piece and from single bytes', () => {
    const line = fc
      .string({ unit: 'grapheme-ascii', maxLength: 60 })
      .map((text) => text.replace(/[\r\n]/g, ''));
    const replies = fc.tuple(
      fc.integer({ min: 200, max: 599 }),
      fc.array(line, { minLength: 1, maxLength: 8 }),
    );
    fc.assert(
      fc.property(replies, ([code, texts]) => {
        const wire = texts
          .map((text, index) => `${code}${index === texts.length - 1 ? ' ' : '-'}${text}\r\n`)
          .join('');
        const whole = read(wire);
        expect(read(...wire.split(''))).toEqual(whole);
        expect(whole.last).toMatchObject({ kind: 'whole', reply: { replyCode: code }, lines: texts });
      }),
    );
  });
});

describe('what is odd and still a reply', () => {
  test.each([
    ['220 a\n', ['bare-line-feeds']],
    ['220 a\0b\r\n', ['nul-bytes']],
    ['220 caf\u00e9\r\n', ['eight-bit-bytes']],
    ['220-a\n220 \0\r\n', ['bare-line-feeds', 'nul-bytes']],
    ['220 a\r\n', []],
  ])('%j', (wire, oddities) => {
    const result = read(wire);
    expect(result.last.kind).toBe('whole');
    expect(result.oddities).toEqual(oddities);
  });
});

describe('what is no reply', () => {
  const longLine = `220 ${'x'.repeat(REPLY_LIMITS.lineBytes - 5)}`;

  test.each<[why: string, wire: string, reason: string]>([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n', 'not-smtp'],
    ['no code', 'hello\r\n', 'not-smtp'],
    ['a code of four digits', '2200 hello\r\n', 'not-smtp'],
    ['a code that SMTP has not', '199 hello\r\n', 'not-smtp'],
    ['an empty line', '\r\n', 'not-smtp'],
    ['NUL bytes in place of a code', '\0\0\0 x\r\n', 'not-smtp'],
    ['mixed codes', '250-a\r\n550 b\r\n', 'mixed-codes'],
    ['a line one byte too long', `${longLine}x\r\n`, 'line-too-long'],
    ['a line without an end', 'x'.repeat(REPLY_LIMITS.lineBytes + 1), 'line-too-long'],
    ['a line too many', '220-x\r\n'.repeat(REPLY_LIMITS.lines + 1), 'too-many-lines'],
    ['long lines', `220-${'x'.repeat(1500)}\r\n`.repeat(60), 'reply-too-long'],
  ])('%s', (_why, wire, reason) => {
    expect(read(wire).last).toMatchObject({ kind: 'broken', reason });
    // Where the pieces end must not matter.
    const pieces = Array.from({ length: Math.ceil(wire.length / 700) }, (_, at) =>
      wire.slice(at * 700, at * 700 + 700),
    );
    expect(read(...pieces).last).toMatchObject({ kind: 'broken', reason });
  });

  test('the longest that is allowed still is one', () => {
    expect(read(`${longLine}\r\n`).last.kind).toBe('whole');
    expect(read('220-x\r\n'.repeat(REPLY_LIMITS.lines - 1), '220 x\r\n').last.kind).toBe('whole');
  });
});

test('whatever comes, it stops within the limits and keeps little', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('220-x\r\n', '220 x\r\n', '250-', '\n', 'x'.repeat(1024))
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const { last } = read(...pieces);
      if (last.kind === 'broken') expect(last.text.length).toBeLessThanOrEqual(200);
      if (last.kind !== 'whole') return;
      expect(last.reply.text.length).toBeLessThanOrEqual(REPLY_LIMITS.keptChars);
      expect(last.lines.length).toBeLessThanOrEqual(REPLY_LIMITS.lines);
      expect(last.reply.replyCode).toBeGreaterThanOrEqual(200);
    }),
  );
});

test('an endless reply is given up before more than the limit and one piece was taken', () => {
  for (const endless of ['220-x\r\n', 'x', '220-\0\0\0\r\n', '\0', '\n']) {
    const reader = createReplyReader();
    const piece = Buffer.from(endless.repeat(4096 / endless.length));
    let taken = 0;
    while (taken < 1_048_576) {
      taken += piece.length;
      if (reader.push(piece).kind === 'broken') break;
    }
    expect(taken).toBeLessThanOrEqual(REPLY_LIMITS.replyBytes + piece.length);
  }
});
