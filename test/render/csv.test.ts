import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';

import { createCsvWriter } from '#render/csv.js';
import type { CellValue, Column } from '#render/writer.js';

import { buildCommandsIn, HOSTILE_TEXTS, hostileText, invisibleIn, strayEmojiParts } from './hostile.js';
import { FAILED_TAIL, TAIL } from './pages.js';

type Row = readonly CellValue[];

const COLUMNS: readonly Column<Row>[] = ['first', 'second', 'third'].map((key, index) => ({
  key,
  title: key,
  value: (row) => row[index] ?? null,
}));

function csvOf(rows: readonly Row[], tail = TAIL): string {
  const writer = createCsvWriter<Row, null>({ columns: COLUMNS });
  return rows.map(writer.row).join('') + writer.end(tail);
}

function cellOf(value: CellValue): string {
  return csvOf([[value, 'x', 'y']]).slice('first,second,third\r\n'.length, -',x,y\r\n'.length);
}

/** RFC 4180 by the letter, and a delimiter of choice: what a spreadsheet with another list separator would see. */
function parseStrictly(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (at >= text.length) break;
        if (text[at] === '"') at += 1;
        cell += text.charAt(at);
      }
      at += 1;
    }
    for (; at < text.length && text[at] !== delimiter && !text.startsWith('\r\n', at); at += 1)
      cell += text.charAt(at);
    record.push(cell);
    if (text[at] === delimiter) at += 1;
    else {
      at += 2;
      records.push(record);
      record = [];
    }
  }
  return records;
}

const FORMULA = /^[\s\u00a0]*[=+\-@＝＋－＠]/u;

describe('CSV', () => {
  test.each<[CellValue, string, string]>([
    ['plain', 'plain', 'nothing to guard'],
    ['a,b', '"a,b"', 'the delimiter'],
    ['a"b', '"a""b"', 'the quote'],
    ['a\nb', '"a\nb"', 'a line feed stays a line feed'],
    ['a\r\nb', '"a\nb"', 'as does the other line end'],
    ['a\rb', String.raw`a\u{d}b`, 'a bare CR overwrites'],
    ['a\u0000b', String.raw`a\u{0}b`, 'NUL ends text for some readers'],
    ['a\u202eb', String.raw`a\u{202e}b`, 'bidi controls'],
    [' a', '" a"', 'spaces at the ends are data'],
    ['=1+1', `"'=1+1"`, 'a formula'],
    [' \u00a0=1', `"' \u00a0=1"`, 'spaces before it do not help'],
    ['＝1', `"'＝1"`, 'the full-width form'],
    ['-1', `"'-1"`, 'a text that looks like a number may go on as a formula'],
    ['\n=1', `"'\n'=1"`, 'each line of a cell'],
    ['a\n@x', `"a\n'@x"`, 'each line of a cell'],
    ['a;=1', `"a;'=1"`, 'the list separator of other locales'],
    ['::1', '"::1"', 'an address, and no command behind a quote'],
    ['a\n::error::x', `"a\n'::error::x"`, 'a command on a line of its own'],
    ['##[x]', String.raw`"#\u{23}[x]"`.replaceAll('"', ''), 'a command anywhere in a line'],
    ['a;"=1', `"a;'""=1"`, 'there, with a quote that ends ours'],
    [-5, '-5', 'a number is raw'],
    [Number.NaN, '', 'no number'],
    [true, 'true', 'a statement'],
    [null, '', 'nothing'],
    [new Date('2026-06-02T17:04:00Z'), '2026-06-02T17:04:00.000Z', 'a time'],
    [new Date(Number.NaN), '', 'no time'],
  ])('%j becomes %s: %s', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  test('has its header even without rows', () => {
    expect(csvOf([])).toBe('first,second,third\r\n');
  });

  test('writes nothing when the command failed before the first row', () => {
    expect(csvOf([], FAILED_TAIL)).toBe('');
  });

  test('hostile cells come back as cells, none of them a formula, in two readers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostileText, hostileText, hostileText), { minLength: 1 }), (rows) => {
        const text = csvOf(rows);
        const strict = parseStrictly(text, ',');
        const papa = Papa.parse<string[]>(text, {
          delimiter: ',',
          newline: '\r\n',
          skipEmptyLines: 'greedy',
        });
        expect(strict).toHaveLength(rows.length + 1);
        expect(papa.data).toEqual(strict.filter((record) => record.some((cell) => cell.trim() !== '')));
        for (const record of strict) expect(record).toHaveLength(3);
        const cells = strict.flat();
        expect(cells.filter((cell) => cell.split('\n').some((line) => FORMULA.test(line)))).toEqual([]);
        expect(
          parseStrictly(text, ';')
            .flat()
            .filter((cell) => FORMULA.test(cell)),
        ).toEqual([]);
        expect(invisibleIn(text.replaceAll('\r\n', '\n'))).toEqual([]);
        expect(strayEmojiParts(text)).toEqual([]);
        expect(buildCommandsIn(text)).toEqual([]);
      }),
      { numRuns: 1000, examples: HOSTILE_TEXTS.map((text) => [[[text, text, text]]]) },
    );
  });

  test.each(['\n', ' ', ';', '=', '"'])('takes a megabyte of %j in its stride', (part) => {
    expect(cellOf(part.repeat(1_000_000)).length).toBeGreaterThan(1_000_000);
  });
});
