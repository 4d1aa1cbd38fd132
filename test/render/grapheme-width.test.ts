/** Our own measure against the package whose rules it follows, over all of Unicode and over clusters made at random. */
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';

import { graphemeWidth } from '#render/grapheme-width.js';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

// All that has a meaning, in blocks; between them nothing is assigned, and beyond them is private use.
test.each([
  [0x20, 0x2fff],
  [0x3000, 0x33ff],
  [0xa000, 0xabff],
  [0xd780, 0xffff],
  [0x10000, 0x1ffff],
  [0x3fff0, 0x4000f],
  [0xe0000, 0xe0fff],
  [0x10fff0, 0x10ffff],
])('code points %i to %i are as wide as string-width says', (first, last) => {
  const others: string[] = [];
  for (let code = first; code <= last; code += 1) {
    const letter = String.fromCodePoint(code);
    if (graphemeWidth(letter) !== stringWidth(letter)) others.push(code.toString(16));
  }
  // Without its Escape a sequence is none.
  expect(others.filter((code) => code !== '1b' && code !== '9b')).toEqual([]);
});

// What makes clusters long and odd: joiners, selectors, keycaps, flags, marks, and the parts of Korean syllables.
const pieces = fc.constantFrom(
  ...[
    'a',
    '会',
    '1',
    '#',
    '\u20e3',
    '\ufe0f',
    '\ufe0e',
    '\u200d',
    '👩',
    '❤',
    '🏽',
    '🇩',
    '🇪',
    '\u0301',
    '\u0e33',
  ],
  ...[
    '\u0903',
    'ｶ',
    '\uff9e',
    'ー',
    '\u1100',
    '\u1161',
    '\u11a8',
    '\ua960',
    '\ud7b0',
    '\ud7cb',
    '각',
    '\u00ad',
  ],
  ...['\ud800', '\u3164', '\u0600', '\u{1f9d1}', '\u{e0067}', '\u{e007f}', '\u094d', 'क', 'ष', '\u0e01'],
);

test('clusters are as wide as string-width says', () => {
  const odd = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(odd, (text) => {
      for (const grapheme of graphemesOf(text))
        expect([grapheme, graphemeWidth(grapheme)]).toEqual([grapheme, stringWidth(grapheme)]);
    }),
    { numRuns: 5_000 },
  );
});
