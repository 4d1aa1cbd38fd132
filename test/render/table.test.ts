import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { widthOf } from '#render/layout.js';
import { rowLines, type TableColumn } from '#render/row-table.js';
import { createTableWriter } from '#render/screen-writer.js';
import { summaryTable } from '#render/table.js';

import {
  buildCommandsIn,
  HOSTILE_TEXTS,
  hostileText,
  invisibleIn,
  strayEmojiParts,
  withoutOwnColour,
} from './hostile.js';
import { COLOUR_STYLE, DRILL_HEAD, FAILED_TAIL, HEAD, pageOf, TAIL, withVisibleMarks } from './pages.js';

interface Row {
  readonly receivedAt: Date | null;
  readonly recipient: string;
  readonly subject: string | null;
  readonly count: number;
  readonly held: boolean;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { key: 'recipient', title: 'Recipient', value: (row) => row.recipient },
  { key: 'receivedAt', title: 'Received', value: (row) => row.receivedAt },
  {
    key: 'held',
    title: 'Held',
    value: (row) => row.held,
    tone: (row) => (row.held ? 'warn' : null),
  },
  { key: 'count', title: 'Tries', value: (row) => row.count },
  { key: 'subject', title: 'Subject', value: (row) => row.subject },
];

const ROWS: readonly Row[] = [
  {
    receivedAt: new Date('2026-06-02T17:04:00Z'),
    recipient: 'anna.schmidt@contoso.example',
    subject: 'Re: \u001b[2JAngebot 会議資料の件 für das dritte Quartal, zweite Fassung',
    count: 12_345,
    held: true,
  },
  { receivedAt: null, recipient: '', subject: null, count: 0, held: false },
  {
    receivedAt: new Date('2026-06-02T09:59:00Z'),
    recipient: '::error::nobody@fabrikam.example',
    subject: '👩‍👩‍👧‍👦 مرحبا',
    count: 7,
    held: false,
  },
];

const hostileRow: fc.Arbitrary<Row> = fc.record({
  receivedAt: fc.option(fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01') })),
  recipient: hostileText,
  subject: fc.option(hostileText),
  count: fc.oneof(fc.integer(), fc.double()),
  held: fc.boolean(),
});

const DRAWINGS = [
  [
    'rowLines',
    (rows: readonly Row[], page: ReturnType<typeof pageOf>) => rowLines(COLUMNS, rows, page).join('\n'),
  ],
  [
    'summaryTable',
    (rows: readonly Row[], page: ReturnType<typeof pageOf>) => summaryTable(COLUMNS, rows, page),
  ],
] as const;

describe.each(DRAWINGS)('%s', (name, draw) => {
  test.each([40, 80, 120])('golden at %i columns, plain', async (width) => {
    await expect(`${draw(ROWS, pageOf(width))}\n`).toMatchFileSnapshot(`golden/${name}-${width}-plain.txt`);
  });

  test.each([40, 80, 120])('golden at %i columns, with marks and a zone', async (width) => {
    const text = draw(ROWS, pageOf(width, COLOUR_STYLE, 'Europe/Berlin'));
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot(`golden/${name}-${width}-marked.txt`);
  });

  test('colour changes no width', () => {
    expect(withoutOwnColour(draw(ROWS, pageOf(80, COLOUR_STYLE)))).toBe(draw(ROWS, pageOf(80)));
  });

  test('without rows there is no table', () => {
    expect(draw([], pageOf(80))).toBe('');
  });

  test('without a width nothing of a cell is cut', () => {
    expect(draw(ROWS, pageOf(Infinity))).toContain('für das dritte Quartal, zweite Fassung');
  });

  test('any rows: a line each, none wider than the page, nothing invisible, no command', () => {
    fc.assert(
      fc.property(
        fc.array(hostileRow, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 130 }),
        (rows, width) => {
          const text = draw(rows, pageOf(width, COLOUR_STYLE));
          const plain = withoutOwnColour(text);
          const lines = plain.split('\n');
          expect(lines).toHaveLength(rows.length + 2);
          expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
          expect(invisibleIn(plain)).toEqual([]);
          expect(strayEmojiParts(plain)).toEqual([]);
          expect(buildCommandsIn(plain)).toEqual([]);
        },
      ),
      {
        numRuns: 500,
        examples: HOSTILE_TEXTS.map((text): [Row[], number] => [
          ROWS.map((row) => ({ ...row, recipient: text, subject: text })),
          80,
        ]),
      },
    );
  });
});

describe('columns', () => {
  const letters = ['a', 'b', 'c', 'd'].map((key) => ({ key, title: key, value: () => 'x'.repeat(30) }));

  test.each([
    [20, 1, 'the first stays whatever happens'],
    [26, 2, 'two readable ones'],
    [54, 4, 'all, cut'],
    [140, 4, 'all, whole'],
  ])('at %i columns of page %i are shown: %s', (width, shown) => {
    const [heading = ''] = rowLines(letters, [{}], pageOf(width));
    expect(heading.split(/ +/u)).toEqual(['a', 'b', 'c', 'd'].slice(0, shown));
  });

  test('numbers stand right, texts left, unless a column says otherwise', () => {
    const columns = [
      { key: 'text', title: 'Text', value: () => 'x' },
      { key: 'count', title: 'Count', value: () => 1 },
      { key: 'code', title: 'Code', value: () => '550', align: 'right' as const },
      { key: 'zeal', title: 'Zeal', value: () => 2, align: 'left' as const },
    ];
    expect(rowLines(columns, [{}], pageOf(80))[2]).toBe('x         1   550  2');
  });

  test('instants with different offsets carry each their own', () => {
    const columns = [{ key: 'at', title: 'At', value: (at: Date) => at }];
    const winterAndSummer = [new Date('2026-01-01T00:00:00Z'), new Date('2026-07-01T00:00:00Z')];
    expect(rowLines(columns, winterAndSummer, pageOf(80, undefined, 'Europe/Berlin')).slice(2)).toEqual([
      '2026-01-01 01:00 +01:00',
      '2026-07-01 02:00 +02:00',
    ]);
  });
});

test('a summary of very many rows is drawn as a list, line for line the same', () => {
  const many = Array.from({ length: 600 }, (_, index) => ({ ...ROWS[0]!, count: index }));
  expect(summaryTable(COLUMNS, many, pageOf(80)).split('\n')).toEqual(rowLines(COLUMNS, many, pageOf(80)));
});

describe('createTableWriter', () => {
  const base = {
    head: HEAD,
    page: pageOf(80),
    limit: 2,
    rank: (row: number) => row,
    columns: [{ key: 'n', title: 'N', value: (row: number) => row }],
  };

  test('shows the best rows by the default view', () => {
    const writer = createTableWriter<number, null>(base);
    expect([5, 9, 7].map(writer.row).join('')).toBe('');
    expect(writer.end(TAIL)).toBe('N\n─\n9\n7\n');
  });

  test('gives its view the kept rows, the tail and the page', () => {
    const writer = createTableWriter<number, null>({
      ...base,
      view: { table: (kept, tail, page) => `${kept.join(',')} ${tail.outcome.level} ${page.widthColumns}` },
    });
    [1, 2, 3].forEach((row) => writer.row(row));
    expect(writer.end(TAIL)).toBe('3,2 ok 80\n');
  });

  test('says DRILL in its first line', () => {
    const writer = createTableWriter<number, null>({ ...base, head: DRILL_HEAD });
    expect(writer.end(TAIL)).toBe('DRILL june-2026: simulated tenant\n');
  });

  test('leaves a failure to stderr', () => {
    const writer = createTableWriter<number, null>({ ...base, head: DRILL_HEAD });
    writer.row(1);
    expect(writer.end(FAILED_TAIL)).toBe('');
  });
});
