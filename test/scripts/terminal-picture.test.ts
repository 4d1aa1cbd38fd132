import { readFile } from 'node:fs/promises';

import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';

// Plain JavaScript of the workshop, without types.
const { pictureOf } = (await import(new URL('../../scripts/terminal-picture.mjs', import.meta.url).href)) as {
  readonly pictureOf: (screen: string, title: string) => string;
};

const SGR = (code: number, text: string, end: number): string => `\u001b[${code}m${text}\u001b[${end}m`;

describe('the picture of a screen', () => {
  const rows: [string, string, string][] = [
    ['plain words', 'all is well', 'all is well'],
    ['a colour', SGR(31, 'CRITICAL', 39), '<tspan class="r">CRITICAL</tspan>'],
    ['a colour within bold', `\u001b[1mQueue ${SGR(33, '3', 39)}\u001b[22m`, '<tspan class="b y">3</tspan>'],
    ['marks of XML', 'a < b & "c"', 'a &lt; b &amp; &quot;c&quot;'],
    ['wide characters take two columns', '会', 'textLength="16.8"'],
  ];
  test.each(rows)('%s', (_why, screen, expected) => {
    const picture = pictureOf(screen, 'a < title');
    expect(picture).toContain(expected);
    expect(textIn(picture)).toContain('a < title');
  });

  test.each([
    ['a cursor that moves', 'x\u001b[2Jy'],
    ['a colour that it has no ink for', SGR(35, 'x', 39)],
  ])('%s is no picture', (_why, screen) => {
    expect(() => pictureOf(screen, '')).toThrow(/control sequence|colour/u);
  });
});

test('that of the README is a screen of status, by a strict parser, with nothing loaded from elsewhere', async () => {
  const picture = await readFile(new URL('../../.github/status.svg', import.meta.url), 'utf8');
  const text = textIn(picture);
  for (const words of [
    'DRILL january-2026',
    'CRITICAL',
    'held (4.x)',
    'Mail flow',
    'Queue',
    'Do now',
    'Changes',
  ])
    expect(text).toContain(words);
  expect(picture).not.toMatch(/href|<script|<image|url\(/u);
  expect(text).not.toContain('@');
});

function textIn(xml: string): string {
  const parser = new SaxesParser();
  const texts: string[] = [];
  parser.on('text', (text) => texts.push(text));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return texts.join('');
}
