import fc from 'fast-check';
import { expect, test } from 'vitest';

import { indexPhrases } from '#mailflow/bounce/phrase-index.js';

function hits(phrases: readonly string[], text: string): string[] {
  const finder = indexPhrases(phrases);
  finder.read(text, [0, text.length]);
  return phrases.filter((_, id) => finder.occurs(id));
}

test.each([
  [['mailbox full'], 'The MAILBOX  is-full', [], 'other words between'],
  [['mailbox full'], 'Mailbox\tFULL!', ['mailbox full'], 'case, blanks and marks do not count'],
  [['spam'], 'see www.spamhaus.example', [], 'whole words only'],
  [['spam*'], 'see www.spamhaus.example', ['spam*'], 'an open end'],
  [['spam'], 'notspam', [], 'no start inside a word'],
  [['doesnt exist'], "it doesn't exist, it doesn’t", ['doesnt exist'], 'apostrophes are nothing'],
  [['boite pleine'], 'Boîte pleine', ['boite pleine'], 'accents are nothing'],
  [['a b', 'b', 'b c', 'a b c'], 'a b c', ['a b', 'b', 'b c', 'a b c'], 'overlapping phrases'],
  [['a b a b c'], 'a b a b a b c', ['a b a b c'], 'falling back to a shorter start'],
  [['full'], 'full', ['full'], 'the whole text'],
  [['full', 'full'], 'full', ['full', 'full'], 'the same phrase twice'],
  [['attr1'], 'ATTR17', [], 'a longer number is another word'],
  [['boite pleine'], 'Boi\u0302te pleine', ['boite pleine'], 'accents that stand apart'],
  [['boîte'], 'BOÎTE', ['boîte'], 'accents in the phrase'],
  [['ящик переполнен'], 'Ящик переполнен.', ['ящик переполнен'], 'Cyrillic letters have case'],
  [['受信拒否'], '「受信拒否」', ['受信拒否'], 'brackets of another script'],
  [['größe', 'spam'], 'SPAM, Größe, GRÖßE', ['größe', 'spam'], 'the capital of ß is not S'],
  [['alıcı yok', 'mail'], 'MAIL: ALıCı YOK', ['alıcı yok', 'mail'], 'the capital of the Turkish ı is not I'],
  [['😀 full'], '😀 FULL', ['😀 full'], 'a character outside the basic plane'],
  [['😀 full'], '😁 full', [], 'is not its neighbour'],
])('%j in %s', (phrases, text, expected) => {
  expect(hits(phrases, text)).toEqual(expected);
});

test('pieces of a text are read as one, and only they', () => {
  const finder = indexPhrases(['mailbox full', 'not']);
  const text = 'mailbox not full';
  expect(finder.read(text, [0, 7, 12, 16])).toBe(1);
  expect([...finder.found.slice(0, 1)]).toEqual([0]);
});

test('what a text taught the finder changes no later answer', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', "a'b", ' '), { maxLength: 6 });
  const phrases = fc.array(fc.constantFrom('a', 'b', 'ab', 'a b', 'b a b', 'ab a', 'a*', 'a b a*'), {
    minLength: 1,
  });
  fc.assert(
    fc.property(phrases, fc.array(words, { minLength: 2 }), (list, texts) => {
      const taught = indexPhrases(list);
      for (const pieces of texts) {
        const text = pieces.join(' ');
        taught.read(text, [0, text.length]);
        expect(list.filter((_, id) => taught.occurs(id))).toEqual(hits(list, text));
      }
    }),
  );
});

test('of more alphabets than there is room for, each step is found out anew', () => {
  const letters = Array.from({ length: 5000 }, (_, at) => String.fromCharCode(0x4e00 + at));
  const finder = indexPhrases([...letters.map((letter) => `${letter}${letter}`), letters.join('')]);
  const text = `${letters.join('')} ${letters[7]}${letters[7]}`;
  expect(finder.read(text, [0, text.length])).toBe(2);
  expect(finder.read(text, [0, text.length])).toBe(2);
  expect([...finder.found.slice(0, 2)]).toEqual([5000, 7]);
});

test('nothing of the last reading is left in the next', () => {
  const finder = indexPhrases(['full', 'empty']);
  expect(finder.read('full', [0, 4])).toBe(1);
  expect(finder.read('', [0, 0])).toBe(0);
  expect([finder.occurs(0), finder.occurs(1)]).toEqual([false, false]);
});

test('finds what a plain search over words finds', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'abc'), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(
        words.map((list) => list.join(' ')),
        { minLength: 1, maxLength: 8 },
      ),
      fc.array(words),
      (phrases, text) => {
        const plain = ` ${text.flat().join(' ')} `;
        expect(hits(phrases, plain)).toEqual(phrases.filter((phrase) => plain.includes(` ${phrase} `)));
      },
    ),
  );
});
