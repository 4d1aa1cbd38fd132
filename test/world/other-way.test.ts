import fc from 'fast-check';
import { expect, test } from 'vitest';

import { viaExchange } from '../../src/world/other-way.js';

test.each<[readonly string[], string, string]>([
  [['trace'], 'mailcheck trace --via exchange', 'the flag is added'],
  [
    ['trace', '--via', 'graph', '--since', '2d'],
    'mailcheck trace --since 2d --via exchange',
    'in place of another',
  ],
  [
    ['trace', '--via=auto', '--since=2d'],
    'mailcheck trace --since=2d --via exchange',
    'also where it is one word',
  ],
  [
    ['trace', '--graph-url', 'https://x', 'y'],
    'mailcheck trace y --via exchange',
    'an address of Graph would be idle',
  ],
  [
    ['trace', 'show', '<a1@contoso.example>'],
    "mailcheck trace show '<a1@contoso.example>' --via exchange",
    'a shell would read brackets',
  ],
  [
    ['trace', '--sender', "o'neill@x.example"],
    String.raw`mailcheck trace --sender 'o'\''neill@x.example' --via exchange`,
    'and quotes',
  ],
  [
    ['trace', '--recipient', '*@x.example'],
    "mailcheck trace --recipient '*@x.example' --via exchange",
    'and stars',
  ],
  [['trace', '--subject', ''], "mailcheck trace --subject '' --via exchange", 'an empty word stays one'],
  [
    ['trace', '--subject', 'a\u001b[2Jb'],
    'the same command with --via exchange',
    'no control character is put into a command',
  ],
  [
    ['trace', '--subject', 'a\u202eb'],
    'the same command with --via exchange',
    'nor what turns the line round',
  ],
])('%j: %s: %s', (argv, expected) => {
  expect(viaExchange(argv, false)).toBe(expected);
});

test('where personal data is withheld, nothing that was typed is said', () => {
  expect(viaExchange(['trace', '--sender', 'ann@contoso.example'], true)).toBe(
    'the same command with --via exchange',
  );
});

/** What a POSIX shell makes of the words that stand in our quotes. */
function words(line: string): readonly string[] {
  const found = line.match(/(?:'[^']*'|\\'|[^\s'\\])+/gu) ?? [];
  return found.map((word) =>
    word.replaceAll(/'([^']*)'|\\(')/gu, (_all, inner?: string, quote?: string) => inner ?? quote ?? ''),
  );
}

test('a shell reads back what was typed', () => {
  const word = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => !text.startsWith('-'));
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      expect(words(viaExchange(argv, false))).toEqual(['mailcheck', ...argv, '--via', 'exchange']);
    }),
  );
});
