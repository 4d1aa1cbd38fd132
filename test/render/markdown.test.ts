import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  createMarkdownWriter,
  markdownCode,
  markdownSentence,
  markdownTable,
  markdownText,
} from '#render/markdown.js';
import type { Column } from '#render/writer.js';

import { buildCommandsIn, HOSTILE_TEXTS, hostileText, invisibleIn, strayEmojiParts } from './hostile.js';
import { DRILL_HEAD, FAILED_TAIL, pageOf, TAIL } from './pages.js';

interface Row {
  readonly at: Date | null;
  readonly text: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'at', title: 'At', value: (row) => row.at },
  { key: 'text', title: 'Text', value: (row) => row.text },
  { key: 'count', title: 'Count', value: (row) => row.count },
];

/** Takes out code spans as CommonMark finds them: a run of back-ticks up to the next run of the same length. */
function outsideCode(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/gu, '');
}

describe('markdownSentence', () => {
  test.each([
    ['Look with `mailcheck trace`.', 'Look with `mailcheck trace`.', 'a stop behind a command is ours'],
    ['Run `a`, then `b`: done', 'Run `a`, then `b`: done', 'as is what parts two of them'],
    [':: x `a`', '`::` x `a`', 'at the beginning it is none'],
    ['`a`::b', '`a``::b`', 'nor where a word follows'],
  ])('%j becomes %j: %s', (text, expected) => {
    expect(markdownSentence(text)).toBe(expected);
  });
});

describe('markdownText', () => {
  test.each([
    ['Invoice 4711, second reminder', 'Invoice 4711, second reminder', 'words stay words'],
    ['Grüße an 会議 (Büro)', 'Grüße an 会議 (Büro)', 'of every script'],
    ['to a@contoso.example now', 'to `a@contoso.example` now', 'an address would become a link'],
    ['see www.evil.example', 'see `www.evil.example`', 'as would a host'],
    [
      'see www.evil.example, and [192.0.2.7].',
      'see `www.evil.example`, and `[192.0.2.7]`.',
      'its stop is ours',
    ],
    ['see https://evil.example', 'see `https://evil.example`', 'and a link is one'],
    ['@team #12 GH-12', '`@team` `#12` `GH-12`', 'mentions and references'],
    ['![x](y)', '`![x](y)`', 'an image would be fetched'],
    ['<img src=x>', '`<img` `src=x>`', 'HTML'],
    [
      'a|b `c`',
      String.raw`${'`a\\u{7c}b`'} ${'`\\u{60}c\\u{60}`'}`,
      'what could end a cell or a span becomes a mark',
    ],
    ['*a* _b_ ~~c~~ &amp;', '`*a*` `_b_` `~~c~~` `&amp;`', 'markup'],
    ['1. one', '`1.` one', 'a list'],
    ['wait for port 25. Then', 'wait for port 25. Then', 'which begins a line only'],
    ['Health > Service health', 'Health > Service health', 'a way through menus'],
    ['> quoted', '`>` quoted', 'but a quotation'],
    ['+19 s', '+19 s', 'a delay'],
    ['+ one', '`+` one', 'but a list'],
    ['95 % range', '95 % range', 'a share'],
    ['- one', '`-` one', 'a list'],
    ['abcdef0123', '`abcdef0123`', 'a commit'],
    ['', '', 'nothing'],
  ])('%j becomes %s: %s', (remote, text) => {
    expect(markdownText(remote)).toBe(text);
  });
});

test('markdownCode shows text as it is', () => {
  expect(markdownCode(' a  b|c` ')).toBe(String.raw`${'`'}a  b\u{7c}c\u{60}${'`'}`);
});

describe('markdownTable', () => {
  test('is a table that other readers know', () => {
    const rows = [
      { at: new Date('2026-06-02T17:04:00Z'), text: 'a@contoso.example', count: 1234 },
      { at: null, text: '', count: 5 },
    ];
    expect(markdownTable(COLUMNS, rows, pageOf(80))).toEqual([
      '| At | Text | Count |',
      '| --- | --- | ---: |',
      '| 2026-06-02 17:04 UTC | `a@contoso.example` | 1,234 |',
      '| - | - | 5 |',
    ]);
  });

  test('no link, image, mention, HTML or markup comes from data, and a record is a line of three cells', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const line = markdownTable(COLUMNS, [{ at: null, text, count: 1 }], pageOf(80))[2] ?? '';
        const outside = outsideCode(line);
        expect(outside).not.toMatch(/[*_[\]<>#@\\!~&$`{}]|:\/\/|www\.|\p{L}\.\p{L}/u);
        expect(line.match(/\|/gu)).toHaveLength(4);
        expect(outside.match(/\|/gu)).toHaveLength(4);
        expect(line).not.toContain('\n');
        expect(invisibleIn(line)).toEqual([]);
        expect(strayEmojiParts(line)).toEqual([]);
        expect(buildCommandsIn(line)).toEqual([]);
      }),
      { numRuns: 3000, examples: HOSTILE_TEXTS.map((text) => [text]) },
    );
  });
});

describe('createMarkdownWriter', () => {
  const base = {
    head: DRILL_HEAD,
    page: pageOf(80),
    limit: 1,
    rank: (row: Row) => row.count,
    columns: COLUMNS,
  };
  const row = { at: null, text: 'x', count: 1 };

  test('says DRILL in its first line, then shows the best rows', () => {
    const writer = createMarkdownWriter<Row, null>(base);
    writer.row(row);
    writer.row({ ...row, count: 2 });
    expect(writer.end(TAIL)).toBe(
      [
        'DRILL june-2026: simulated tenant',
        '',
        '| At | Text | Count |',
        '| --- | --- | ---: |',
        '| - | x | 2 |',
        '',
      ].join('\n'),
    );
  });

  test('leaves a failure to stderr', () => {
    expect(createMarkdownWriter<Row, null>(base).end(FAILED_TAIL)).toBe('');
  });
});
