import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';

import { pad, truncate, widthOf, wrap } from '#render/layout.js';
import { safeText } from '#render/safe-text.js';

import { buildCommandsIn, HOSTILE_TEXTS, hostileText } from './hostile.js';

const safe = hostileText.map((text) => safeText(text));
const examplesAt = (columns: number): [string, number][] =>
  HOSTILE_TEXTS.map((text) => [safeText(text), columns]);

function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
}

describe('widthOf', () => {
  test.each([
    ['abc', 3, 'ASCII'],
    ['会議', 4, 'wide letters'],
    ['e\u0301', 1, 'a mark takes no column'],
    ['👩‍👩‍👧‍👦', 2, 'one picture'],
    ['\u001b[31mabc\u001b[39m', 3, 'colour takes no column'],
  ])('%j is %i wide: %s', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

test('the short cut for simple letters measures as Unicode does', () => {
  for (let code = 0x20; code < 0x2100; code += 1) {
    const letter = String.fromCharCode(code);
    expect([code, widthOf(letter)]).toEqual([code, stringWidth(letter)]);
    expect([code, widthOf(`a${letter}`)]).toEqual([code, stringWidth(`a${letter}`)]);
  }
});

describe.each([
  ['e\u0301', 'a mark'],
  ['e\u{1e000}\u{1e001}', 'marks of two code units each'],
  ['👩‍👩‍👧‍👦', 'a joined picture'],
  ['🇩🇪', 'a pair that parity decides'],
])('long texts of %j, %s', (grapheme) => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'are not taken apart at a window, shifted by %i',
    (shift) => {
      const text = 'x'.repeat(shift) + grapheme.repeat(200);
      const width = stringWidth(text);
      expect(widthOf(text)).toBe(width);
      expect(truncate(text, width)).toBe(text);
      const cut = truncate(`${text}会`, width + 1);
      expect(cut).toBe(`${text}…`);
    },
  );
});

describe('truncate', () => {
  test.each([
    ['abcdef', 6, 'abcdef', 'fits'],
    ['abcdef', 5, 'abcd…', 'cut'],
    ['会議資料', 5, '会議…', 'no half of a wide letter fits'],
    ['会議資料', 4, '会…', 'a column may stay free'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…', 'a picture is not taken apart'],
    ['abc', 1, '…', 'only the sign fits'],
    ['abc', 0, '', 'nothing fits'],
  ])('%j in %i columns: %j, %s', (text, columns, shown) => {
    expect(truncate(text, columns)).toBe(shown);
  });

  test('never wider, never through a grapheme', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 0, max: 60 }), (text, columns) => {
        const cut = truncate(text, columns);
        expect(widthOf(cut)).toBeLessThanOrEqual(columns);
        // Only an endless grapheme may be taken apart; there would be no end to the line otherwise.
        if (cut === text || cut === '' || graphemes(text).some((grapheme) => widthOf(grapheme) > 8)) return;
        const kept = graphemes(cut.slice(0, -1));
        expect(graphemes(text).slice(0, kept.length)).toEqual(kept);
      }),
      { numRuns: 3000, examples: examplesAt(9) },
    );
  });
});

describe('pad', () => {
  test.each([
    ['ab', 4, 'left', 'ab  '],
    ['ab', 4, 'right', '  ab'],
    ['会', 4, 'left', '会  '],
    ['\u001b[31mab\u001b[39m', 4, 'right', '  \u001b[31mab\u001b[39m'],
    ['abcde', 4, 'left', 'abcde'],
  ] as const)('%j to %i columns, %s', (text, columns, align, padded) => {
    expect(pad(text, columns, align)).toBe(padded);
  });
});

describe('wrap', () => {
  test.each([
    ['one two three', 7, '', ['one two', 'three'], 'at spaces'],
    ['one two three', 7, '  ', ['one two', '  three'], 'continued lines are indented'],
    ['  one two', 6, '  ', ['  one', '  two'], 'leading spaces stay'],
    ['abcdefgh ij', 4, '', ['abcd', 'efgh', 'ij'], 'a long word is broken'],
    ['a\nb', 9, '', ['a', 'b'], 'line feeds are kept'],
    ['', 9, '', [''], 'an empty text is an empty line'],
    ['会議資料', 5, '', ['会議', '資料'], 'wide letters'],
    ['one two', Infinity, '', ['one two'], 'no width, no wrapping'],
    ['held for 3 h 59 min', 15, '', ['held for 3 h', '59 min'], 'a number stays with its unit'],
    ['about 5 hours', 8, '', ['about 5', 'hours'], 'a word that begins as a unit does is none'],
  ])('%j in %i columns: %s', (text, columns, indent, lines) => {
    expect(wrap(text, columns, indent)).toEqual(lines);
  });

  test('a broken line does not begin with a command', () => {
    expect(buildCommandsIn(wrap('text ::error::x', 12).join('\n'))).toEqual([]);
    expect(buildCommandsIn(wrap('0123456789::error::x', 10).join('\n'))).toEqual([]);
  });

  test('no line is wider than asked, none is a command, and no letter is lost', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 10, max: 60 }), (text, columns) => {
        const lines = wrap(text, columns, '  ');
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        expect(buildCommandsIn(lines.join('\n'))).toEqual([]);
        const spelt = (shown: string): string =>
          shown
            .replaceAll(/[ \n]/gu, '')
            .replaceAll(String.raw`\u{3a}`, ':')
            .replaceAll(String.raw`\u{23}`, '#');
        expect(spelt(lines.join('\n'))).toBe(spelt(text));
      }),
      { numRuns: 3000, examples: examplesAt(12) },
    );
  });

  test('takes a megabyte without a space in its stride', () => {
    expect(wrap('x'.repeat(1_000_000), 80)).toHaveLength(12_500);
  });
});
