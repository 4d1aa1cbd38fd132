import fc from 'fast-check';
import { expect, test } from 'vitest';

import { looksLikeMail } from '#mailflow/mime/looks-like-mail.js';
import { MboxSplitter, splitMbox } from '#mailflow/mime/mbox.js';

import { utf8 } from './texts.js';

const texts = (mails: readonly Uint8Array[]): string[] => mails.map((mail) => new TextDecoder().decode(mail));
const FROM = 'From ann@contoso.example Wed Jun  3 14:05:12 2026\n';

test.each<[string, string[], string]>([
  [`${FROM}a: 1\n\none\n\n${FROM}a: 2\n\ntwo\n`, ['a: 1\n\none\n\n', 'a: 2\n\ntwo\n'], 'two mails'],
  [
    `${FROM}a: 1\n\none\n${FROM}two\n`,
    [`a: 1\n\none\n${FROM}two\n`],
    'no blank line before: the line is text',
  ],
  [`${FROM}\nFrom now on we meet at noon\n`, ['\nFrom now on we meet at noon\n'], 'a sentence has no clock'],
  [`a: 1\n\n${FROM}b\n`, [`a: 1\n\n${FROM}b\n`], 'a file that does not begin so is one mail'],
  [`${FROM}a\r\n\r\n${FROM}b`, ['a\r\n\r\n', 'b'], 'CRLF'],
  ['', [], 'nothing is no mail'],
])('%j splits into %j: %s', (text, expected) => {
  expect(texts(splitMbox(utf8(text)))).toEqual(expected);
});

test('blocks of any size give the same mails as the whole', () => {
  const lines = fc.constantFrom(FROM, '\n', 'From a\n', 'text\n', '\r\n', 'x'.repeat(400), FROM.trimEnd());
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 30 }), fc.integer({ min: 1, max: 80 }), (parts, size) => {
      const bytes = utf8(parts.join(''));
      const splitter = new MboxSplitter(Infinity);
      const mails: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size)
        mails.push(...splitter.write(bytes.slice(at, at + size)));
      mails.push(...splitter.end());
      expect(texts(mails)).toEqual(texts(splitMbox(bytes)));
    }),
  );
});

test('of each mail only so much is kept, and an endless one need not be read on', () => {
  const splitter = new MboxSplitter(5);
  splitter.write(utf8('a: 1\n\nlong body'));
  expect(splitter.isSated).toBe(true);
  expect(texts(splitter.end())).toEqual(['a: 1\n']);
  const several = new MboxSplitter(2);
  expect(texts([...several.write(utf8(`${FROM}abc\n\n${FROM}def`)), ...several.end()])).toEqual(['ab', 'de']);
  expect(several.isSated).toBe(false);
});

test.each<[string, boolean, string]>([
  ['From: a@b.example\nSubject: c\n\n', true, 'two fields of mail'],
  ['Received: by mx\n\tfor you\nDate: now\n', true, 'folded'],
  [`${FROM}Subject: a\nTo: b\n`, true, 'the From line of an mbox'],
  ['Subject: a\n\nTo: b\n', false, 'one field is not enough'],
  ['550 5.1.1 User unknown\nFrom: a\nTo: b\n', false, 'a reply first'],
  ['Date: a\nLevel: b\nText: c\n', false, 'some other text with colons'],
  ['', false, 'nothing'],
])('%j looks like mail: %s (%s)', (text, expected) => {
  expect(looksLikeMail(utf8(text))).toBe(expected);
});
