import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createJsonWriter } from '#render/json.js';
import { jsonText } from '#render/json-text.js';
import { createNdjsonWriter } from '#render/ndjson.js';

import { buildCommandsIn, HOSTILE_TEXTS, hostileText, invisibleIn } from './hostile.js';
import { DRILL_HEAD, FAILED_TAIL, HEAD, TAIL } from './pages.js';

interface Row {
  readonly subject: string;
}

function jsonOf(rows: readonly unknown[], tail = TAIL): string {
  const writer = createJsonWriter<unknown, null>({ head: HEAD });
  return rows.map(writer.row).join('') + writer.end(tail);
}

function ndjsonOf(rows: readonly unknown[], tail = TAIL): string {
  const writer = createNdjsonWriter<unknown, null>({});
  return rows.map(writer.row).join('') + writer.end(tail);
}

/** What a reader should get: the same text, with U+FFFD for half characters. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

const asWellFormed = (text: string): string => (text.startsWith('\ufeff') ? '\ufeff' : '') + wellFormed(text);

describe('jsonText', () => {
  test.each<[unknown, string, string]>([
    ['\u007f\u0085', String.raw`"\u007f\u0085"`, 'JSON itself leaves DEL and C1 as they are'],
    ['\u2028\u202e\u200b\ufeff', String.raw`"\u2028\u202e\u200b\ufeff"`, 'not seen, yet at work'],
    ['\u{e0041}', String.raw`"\udb40\udc41"`, 'beyond the first plane: two escapes'],
    ['\ud800', '"\ufffd"', 'half a character'],
    [String.raw`\ud800`, String.raw`"\\ud800"`, 'its spelling is no half character'],
    ['\\\udc00', `"\\\\\ufffd"`, 'a back-slash before one'],
    ['##[x]', String.raw`"#\u0023[x]"`, 'a command to a build server anywhere in a line'],
    [new Date('2026-06-02T17:04:00Z'), '"2026-06-02T17:04:00.000Z"', 'times are ISO and UTC'],
    [new Date(Number.NaN), 'null', 'no time'],
    [Number.NaN, 'null', 'no number'],
    [undefined, 'null', 'nothing'],
    ['Grüße 会議', '"Grüße 会議"', 'letters stay readable'],
  ])('%j becomes %s: %s', (value, text) => {
    expect(jsonText(value)).toBe(text);
  });

  test('parses back to the same text, shows nothing invisible, and is one line', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (key, text) => {
        const line = jsonText({ [key]: text });
        expect(JSON.parse(line)).toEqual(Object.fromEntries([[asWellFormed(key), asWellFormed(text)]]));
        expect(invisibleIn(line)).toEqual([]);
        expect(line).not.toMatch(/\n|\ufe0f|\u200d/u);
        expect(buildCommandsIn(line)).toEqual([]);
      }),
      { numRuns: 5000, examples: HOSTILE_TEXTS.map((text) => [text, text]) },
    );
  });

  test('keeps a key named __proto__ as data', () => {
    const row: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    expect(jsonText(row)).toBe('{"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('JSON', () => {
  test('is one object with a row a line', () => {
    expect(jsonOf([{ a: 1 }, { a: 2 }])).toBe(
      [
        '{"schema":"mailcheck.trace/1","data":[',
        '{"a":1},',
        '{"a":2}',
        '],',
        '"generatedAt":"2026-06-02T17:30:00.000Z",',
        '"tenant":"contoso.example",',
        '"source":{"kind":"graph","asOf":"2026-06-02T17:29:00.000Z","requests":3},',
        '"window":null,',
        '"summary":null,',
        '"findings":[],',
        '"incomplete":[],',
        '"outcome":{"level":"ok","exitCode":0}}',
        '',
      ].join('\n'),
    );
  });

  test('has empty data and an error when the command failed before the first row', () => {
    const parsed: unknown = JSON.parse(jsonOf([], FAILED_TAIL));
    expect(parsed).toMatchObject({
      data: [],
      outcome: { level: 'unknown', exitCode: 3 },
      error: { kind: 'unreachable', message: 'nobody answers', remedy: 'Check the network.' },
    });
  });

  test('stays an object when the command failed after some rows', () => {
    expect(JSON.parse(jsonOf([{ a: 1 }], FAILED_TAIL))).toMatchObject({ data: [{ a: 1 }], error: {} });
  });

  test('has no error member when nothing failed', () => {
    expect(JSON.parse(jsonOf([]))).not.toHaveProperty('error');
  });

  test('puts the member in the place of the row', () => {
    const writer = createJsonWriter<Row, null>({ head: DRILL_HEAD, member: (row) => ({ was: row.subject }) });
    expect(JSON.parse(writer.row({ subject: 'x' }) + writer.end(TAIL))).toMatchObject({
      data: [{ was: 'x' }],
    });
  });

  test('any rows come back, whatever their text', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ subject: hostileText, size: fc.integer() })), (rows) => {
        const text = jsonOf(rows);
        const expected = rows.map((row) => ({ ...row, subject: asWellFormed(row.subject) }));
        expect(JSON.parse(text)).toHaveProperty('data', expected);
        expect(buildCommandsIn(text)).toEqual([]);
        expect(text.split('\n')).toHaveLength(rows.length === 0 ? 10 : rows.length + 11);
      }),
      { numRuns: 500 },
    );
  });
});

describe('NDJSON', () => {
  test('is a row a line, then how it ended', () => {
    expect(ndjsonOf([{ a: 1 }, { a: 2 }])).toBe(
      [
        '{"a":1}',
        '{"a":2}',
        '{"schema":"mailcheck.end/1","outcome":{"level":"ok","exitCode":0},"incomplete":[]}',
        '',
      ].join('\n'),
    );
  });

  test('ends with the error when the command failed', () => {
    expect(JSON.parse(ndjsonOf([], FAILED_TAIL))).toMatchObject({
      schema: 'mailcheck.end/1',
      error: { kind: 'unreachable' },
    });
  });

  test('a record is a line, whatever its text', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ subject: hostileText })), (rows) => {
        const lines = ndjsonOf(rows)
          .trimEnd()
          .split(/[\n\r\u0085\u2028\u2029]/u);
        const parsed = lines.slice(0, -1).map((line): unknown => JSON.parse(line));
        expect(parsed).toEqual(rows.map((row) => ({ subject: asWellFormed(row.subject) })));
      }),
      { numRuns: 500 },
    );
  });
});
