import fc from 'fast-check';
import { expect, test } from 'vitest';

import { splitWords } from '#cli/split-words.js';

test.each<[string, readonly string[], string]>([
  ['postqueue -j', ['postqueue', '-j'], 'blanks part words'],
  ['  postqueue\t-j  ', ['postqueue', '-j'], 'however many there are'],
  [`ssh mx1 'postqueue -j'`, ['ssh', 'mx1', 'postqueue -j'], 'quotes keep words together'],
  [`a "b c" d`, ['a', 'b c', 'd'], 'of either kind'],
  [`a 'b"c' "d'e"`, ['a', 'b"c', "d'e"], 'one kind is text within the other'],
  [`a ''`, ['a', ''], 'an empty word is one'],
  [`a"b c"d`, ['ab cd'], 'a quote may begin within a word'],
  [`'/opt/my mail/q' -x`, ['/opt/my mail/q', '-x'], 'the program, too'],
  [String.raw`a\ b c`, ['a b', 'c'], 'a backslash before a blank'],
  [
    String.raw`C:\Postfix\bin\q.exe -j`,
    [String.raw`C:\Postfix\bin\q.exe`, '-j'],
    'paths of Windows need no doubling',
  ],
  [String.raw`a "b\"c"`, ['a', 'b"c'], 'a quote within its own kind'],
  [String.raw`a 'b\c'`, ['a', String.raw`b\c`], 'single quotes take it as it is'],
  ['echo $HOME *.log ~', ['echo', '$HOME', '*.log', '~'], 'nothing is expanded'],
  [
    `powershell -Command "Get-Queue | ConvertTo-Json"`,
    ['powershell', '-Command', 'Get-Queue | ConvertTo-Json'],
    'a pipe in quotes is for the program',
  ],
  [`a '|' b`, ['a', '|', 'b'], 'as is one by itself'],
  ['a b|c', ['a', 'b|c'], 'and one within a word'],
])('%s is %j: %s', (line, words) => {
  expect(splitWords(line)).toEqual({ ok: true, words });
});

test.each([
  ['', 'the name of a program'],
  ['   ', 'the name of a program'],
  [`''`, 'the name of a program'],
  [`a 'b`, "a closing '"],
  [`a "b`, 'a closing "'],
  ['postqueue -j | head', 'one program and its arguments: no shell reads it, so | means nothing'],
  ['a > b', 'one program and its arguments: no shell reads it, so > means nothing'],
  ['a 2>&1', 'one program and its arguments: no shell reads it, so 2>&1 means nothing'],
  ['a && b', 'one program and its arguments: no shell reads it, so && means nothing'],
  ['a ;', 'one program and its arguments: no shell reads it, so ; means nothing'],
  ['a\0b', 'text without NUL'],
  ['a'.repeat(8193), 'at most 8192 characters'],
])('%j wants %s', (line, expected) => {
  expect(splitWords(line)).toEqual({ ok: false, expected });
});

test('words that are quoted come back as they were', () => {
  const quoted = (word: string): string => `"${word.replace(/["\\]/gu, String.raw`\$&`)}"`;
  const words = fc.array(
    fc.string({ maxLength: 20 }).filter((word) => !word.includes('\0')),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(words, (given) => {
      fc.pre(given[0] !== '');
      expect(splitWords(given.map(quoted).join(' '))).toEqual({ ok: true, words: given });
    }),
  );
});
