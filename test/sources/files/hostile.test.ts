import { Readable } from 'node:stream';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readCsvRows, readHeadRows, type RowChunk } from '#sources/rows/csv-rows.js';
import { JsonRowSplitter } from '#sources/rows/json-rows.js';

import { countsByStatus, readInput, readPaths } from './read-export.js';

const HEADER =
  '"MessageTraceId","MessageId","Received","SenderAddress","RecipientAddress","Subject","Status","Size"\r\n';

function listRow(subject: string, recipient = 'a@contoso.example', status = 'Delivered'): string {
  const cells = [
    '5f0c3c1e-0000-4000-8000-000000000001',
    '<1@contoso.example>',
    '2026-06-02T17:04:11Z',
    's@fabrikam.example',
    recipient,
    subject,
    status,
    '1',
  ];
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

describe('hostile cells come through as they are', () => {
  test.each([
    ['\u001b]0;owned\u0007', 'terminal escapes'],
    ['=cmd|calc!A1', 'a formula'],
    ['\u202egnp.exe', 'bidi controls'],
    ['line one\r\nline two', 'a line break'],
    [',";\t', 'every delimiter'],
    ['"""', 'quotes only'],
    ['\ud800 lone', 'half a pair becomes the replacement mark'],
  ])('%j: %s', async (subject) => {
    const { entries } = await readInput(HEADER + listRow(subject));
    expect(entries[0]?.subject).toBe(subject.replace('\ud800', '\ufffd'));
  });

  test('a NUL is dropped', async () => {
    const { entries } = await readInput(HEADER + listRow('a\0b'));
    expect(entries[0]?.subject).toBe('ab');
  });

  test('a cell is cut at 64 KiB', async () => {
    const { entries } = await readInput(HEADER + listRow('x'.repeat(100_000)));
    expect(entries[0]?.subject).toHaveLength(65_536);
  });

  test('names of object properties are only names', async () => {
    const row =
      '{"__proto__":{"status":"Delivered"},"constructor":1,"id":"1","recipientAddress":"a@contoso.example","receivedDateTime":"2026-06-02T17:04:11Z","status":"failed"}';
    const { entries } = await readInput(row);
    expect(entries.map((entry) => entry.status)).toEqual(['failed']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('a status is kept verbatim, a type name is a missing value', async () => {
    const { entries } = await readInput(
      HEADER + listRow('System.Object[]', 'a@contoso.example', 'Zurückgestellt (neu)'),
    );
    expect(entries[0]).toMatchObject({ subject: null, status: 'Zurückgestellt (neu)' });
  });
});

describe('rows that cannot be read are counted and named', () => {
  test.each([
    ['no recipient', listRow('x', ''), '1 row of standard input (at line 3: it names no recipient)'],
    ['no date', listRow('x').replace('2026-06-02T17:04:11Z', 'soon'), '(at line 3: its date cannot be read)'],
    [
      'too few cells',
      '"5f0c3c1e","<2@contoso.example>","2026-06-02T17:04:11Z"\r\n',
      '(at line 3: it is cut short)',
    ],
    [
      'cells moved by a bare comma',
      listRow('x').replace('"x"', 'x, y'),
      '(at line 3: it has more cells than the header)',
    ],
    ['two of one kind', listRow('x', '') + listRow('y', ''), '2 rows of standard input (first at line 3:'],
    ['501 cells', `${',x'.repeat(500)}\r\n`, '(at line 3: it is too long, or a quote never ends)'],
    [
      'a quote closed in the next row',
      `"5f0c","<2>","2026-06-02T17:04:11Z","s","r","open,"Delivered","1"\r\n`,
      'its quotes are broken',
    ],
  ])('%s', async (_why, bad, what) => {
    const { entries, gaps } = await readInput(HEADER + listRow('before') + bad + listRow('after'));
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ reason: 'unreadable-rows', retryAfterSeconds: null });
    expect(gaps[0]?.what).toContain(what);
    expect(entries[0]?.subject).toBe('before');
  });

  test('a quote that never ends costs its own row only', async () => {
    const open = '"5f0c","<2@x>","2026-06-02T17:04:11Z","s","open@contoso.example","never closed\r\n';
    const rest = Array.from({ length: 5_000 }, (_, place) =>
      listRow(`row ${place}`).replaceAll('"', ''),
    ).join('');
    const { entries, gaps } = await readInput(HEADER + listRow('before') + open + rest);
    expect(entries).toHaveLength(5_001);
    expect(gaps[0]?.what).toContain(
      '1 row of standard input (at line 3: it is too long, or a quote never ends)',
    );
  });

  test('a row of two megabytes is left out and the next ones are read', async () => {
    const { entries, gaps } = await readInput(
      HEADER + listRow('before') + listRow('x'.repeat(2_000_000)) + listRow('after'),
    );
    expect(entries.map((entry) => entry.subject?.slice(0, 20))).toEqual(['before', 'after']);
    expect(gaps).toHaveLength(1);
  });

  test('ten thousand rows with an open quote end in reasonable time, each accounted for or in one dropped stretch', async () => {
    const open = '"a@contoso.example\r\n'.repeat(10_000);
    const { entries, gaps } = await readInput(HEADER + listRow('before') + open);
    expect(entries.length).toBeGreaterThan(0);
    expect(gaps).toHaveLength(1);
  });

  test('the line of a row counts the line breaks inside cells before it', async () => {
    const { gaps } = await readInput(HEADER + listRow('one\ntwo\nthree') + listRow('x', ''));
    expect(gaps[0]?.what).toContain('at line 5:');
  });

  test('and goes on counting after a row that was left out', async () => {
    const text = Readable.from(['a,b\n"c\n', `${'d,e\n'.repeat(300_000)}f,g\n`]);
    const chunks: RowChunk[] = [];
    const start = { skip: 0, firstLine: 1 };
    for await (const chunk of readCsvRows(text, { delimiter: ',', newline: '\n' }, start)) chunks.push(chunk);
    expect(chunks.flatMap((chunk) => chunk.leftOut)).toEqual([2]);
    const last = chunks.filter((chunk) => chunk.rows.length > 0).at(-1);
    expect([last?.firstLine, last?.rows.length, last?.rows.at(-1)]).toEqual([3, 300_001, ['f', 'g']]);
  });

  test('an empty cell after the last one is harmless', async () => {
    const { entries, gaps } = await readInput(HEADER + listRow('x').replace('\r\n', ',""\r\n'));
    expect([entries.length, gaps.length]).toEqual([1, 0]);
  });

  test('the header of an appended file and blank lines are no rows', async () => {
    const { entries, gaps } = await readInput(
      `${HEADER}${listRow('one')}\r\n\ufeff${HEADER}${listRow('two')}\r\n`,
    );
    expect([entries.length, gaps.length]).toEqual([2, 0]);
  });

  test('a file without one readable row is refused', async () => {
    await expect(readInput(HEADER + listRow('x', ''))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('at line 2: it names no recipient') as string,
    });
  });
});

describe('how a file is cut into blocks does not matter', () => {
  const content =
    HEADER + Array.from({ length: 40 }, (_, place) => listRow(`"Grüße", ${place}\r\n;€😀`)).join('');

  test.each(['utf8', 'utf16le'] as const)('%s', async (encoding) => {
    const bytes = Buffer.from(content, encoding);
    const whole = await readInput(bytes);
    expect(countsByStatus(whole.entries)).toEqual(new Map([['Delivered', 40]]));
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const standardInput = Readable.from(blocksOf(bytes, lengths));
        expect(await readPaths(['-'], { standardInput })).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  test('JSON gives the same rows', () => {
    const values = fc.array(fc.record({ id: fc.string(), note: fc.json(), deep: fc.object() }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('page', 'array', 'lines'),
        (rows, size, form) => {
          const splitter = new JsonRowSplitter();
          const text = jsonText(rows, form);
          const found: unknown[] = [];
          for (let at = 0; at < text.length; at += size) {
            for (const row of splitter.push(text.slice(at, at + size))) found.push(JSON.parse(row.text));
          }
          expect(found).toEqual(JSON.parse(JSON.stringify(rows)));
          expect([splitter.isCut, splitter.hasNextLink, splitter.cutRowLine]).toEqual([
            false,
            form === 'page',
            null,
          ]);
        },
      ),
    );
  });
});

test('any text is cut into rows without an error, and CSV that was quoted comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
      const clean = rows.map((row) => row.map((cell) => cell.replaceAll('\r', '')));
      const text = clean
        .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'))
        .join('\r\n');
      expect(readHeadRows(text, { delimiter: ';', newline: '\n' }, true)).toEqual(clean);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ') }), (text) => {
      expect(Array.isArray(readHeadRows(text, { delimiter: ',', newline: '\n' }, true))).toBe(true);
    }),
  );
});

function jsonText(rows: readonly unknown[], form: 'page' | 'array' | 'lines'): string {
  if (form === 'lines') return rows.map((row) => JSON.stringify(row)).join('\n');
  const list = JSON.stringify(rows, null, 1);
  return form === 'array' ? list : `{"@odata.context":"x","value":${list},"@odata.nextLink":"y"}`;
}

function* blocksOf(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
