import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { safeLine, safeText } from '#render/safe-text.js';

import { buildCommandsIn, HOSTILE_TEXTS, hostileText, invisibleIn, strayEmojiParts } from './hostile.js';

describe('safeText', () => {
  test.each([
    ['\u001b[2J', String.raw`\u{1b}[2J`, 'clears the screen'],
    ['\u009b2J', String.raw`\u{9b}2J`, 'the one-byte form of the same'],
    ['a\rb', String.raw`a\u{d}b`, 'goes back and overwrites'],
    ['a\tb\nc', String.raw`a\u{9}b\u{a}c`, 'a record is one line'],
    ['\u0085\u2028\u2029', String.raw`\u{85}\u{2028}\u{2029}`, 'line ends of other worlds'],
    ['a\u202eb', String.raw`a\u{202e}b`, 'turns the reading order round'],
    [
      '\u2066\u2069\u200e\u200f\u061c',
      String.raw`\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}`,
      'bidi isolates and marks',
    ],
    ['a\u00adb\u200bc\ufeff', String.raw`a\u{ad}b\u{200b}c\u{feff}`, 'takes no room'],
    ['a\u200db\u200cc', String.raw`a\u{200d}b\u{200c}c`, 'joins nothing outside an emoji'],
    ['\u{e0041}', String.raw`\u{e0041}`, 'a tag hides text'],
    ['a\ufe01', String.raw`a\u{fe01}`, 'a variation selector can carry a byte'],
    ['a\ufe0f', String.raw`a\u{fe0f}`, 'no picture before it'],
    ['\ud800x', String.raw`\u{d800}x`, 'half a character'],
    ['\uffff', String.raw`\u{ffff}`, 'no character at all'],
    ['\u0301a', String.raw`\u{301}a`, 'would sit on the cell before'],
    ['##[group]x', String.raw`#\u{23}[group]x`, 'counts anywhere in a line'],
    ['##vso[task]x', String.raw`#\u{23}vso[task]x`, 'counts anywhere in a line'],
  ])('%j becomes %s: %s', (remote, shown) => {
    expect(safeText(remote)).toBe(shown);
  });

  test.each([
    ['مرحبا بالعالم', 'Arabic'],
    ['שלום עולם', 'Hebrew'],
    ['Grüße, naïve e\u0301', 'accents, composed or not'],
    ['会議資料 каша ไทย हिन्दी', 'other scripts'],
    ['👩‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇩🇪', 'pictures of several code points'],
    [`a${'\u0301'.repeat(16)}`, 'as many marks as are allowed'],
    ['std::vector and ::1', 'colons that are no command within a line'],
  ])('%j stays: %s', (text) => {
    expect(safeText(text)).toBe(text);
  });

  test('spells out the seventeenth mark on one base', () => {
    const text = safeText(`a${'\u0301'.repeat(18)}b`);
    expect(text).toBe(`a${'\u0301'.repeat(16)}${String.raw`\u{301}\u{301}`}b`);
  });

  test('cuts an endless chain of joined pictures', () => {
    expect(safeText(Array.from({ length: 9 }, () => '👩').join('\u200d'))).toContain(String.raw`\u{200d}`);
  });

  test('keeps line feeds where a text has lines of its own, and marks a bare CR', () => {
    expect(safeText('a\r\nb\nc\rd', { newlines: 'keep' })).toBe(`a\nb\nc${String.raw`\u{d}`}d`);
  });

  test('lets nothing invisible out', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = safeText(text);
        expect(invisibleIn(safe)).toEqual([]);
        expect(strayEmojiParts(safe)).toEqual([]);
        expect(safe).not.toContain('\n');
        expect(safe).not.toMatch(/\p{M}{17}/u);
      }),
      { numRuns: 5000, examples: HOSTILE_TEXTS.map((text) => [text]) },
    );
  });

  test('is at rest: what is safe is not changed again', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(safeText(safeText(text))).toBe(safeText(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['\u0301', 'marks'],
    ['\u001b', 'controls'],
    ['👩\u200d', 'joined pictures'],
    ['#', 'number signs'],
    ['\ufe0f', 'selectors'],
  ])('takes a megabyte of %j in its stride: %s', (part) => {
    expect(safeText(part.repeat(1_000_000 / part.length)).length).toBeGreaterThan(100_000);
  });
});

describe('safeLine', () => {
  test.each([
    ['::error::x', String.raw`\u{3a}:error::x`, 'a command'],
    [' \u00a0 ::error::x', ` \u00a0 ${String.raw`\u{3a}`}:error::x`, 'the runner trims before it looks'],
    ['##[error]x', String.raw`#\u{23}[error]x`, 'the older form'],
    ['## x', String.raw`\u{23}# x`, 'the start of the older form'],
    ['x ##vso[a]b', String.raw`x #\u{23}vso[a]b`, 'Azure looks anywhere'],
    ['a::b', 'a::b', 'no command within a line'],
    [':x', ':x', 'one colon is none'],
  ])('%j becomes %j: %s', (line, safe) => {
    expect(safeLine(line)).toBe(safe);
  });

  test('no line is left that a runner would obey', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(buildCommandsIn(safeLine(safeText(text)))).toEqual([]);
      }),
      { numRuns: 3000, examples: HOSTILE_TEXTS.map((text) => [text]) },
    );
  });
});
