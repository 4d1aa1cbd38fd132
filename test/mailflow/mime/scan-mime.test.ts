import { expect, test } from 'vitest';

import { textOfPart } from '#mailflow/mime/part-text.js';
import type { MimeLimits, MimeMail } from '#mailflow/mime/scan-mime.js';
import { MIME_LIMITS, scanMime } from '#mailflow/mime/scan-mime.js';

import { utf8 } from './texts.js';

const scan = (text: string, limits: Partial<MimeLimits> = {}): MimeMail =>
  scanMime(utf8(text), { ...MIME_LIMITS, ...limits });
const bodies = (mail: MimeMail): string[] => mail.leaves.map(({ body }) => body);
const TWO = 'Content-Type: multipart/mixed; boundary=x\n\n';

test.each<[string, string[], string]>([
  ['Subject: a\n\nbody\n', ['body\n'], 'no parts: the mail is its own leaf'],
  [
    `${TWO}preamble\n--x\n\none\n--x\n\ntwo\n--x--\nepilogue`,
    ['one', 'two'],
    'preamble and epilogue are nothing',
  ],
  [`${TWO}--x\r\n\r\none\r\n--x--`, ['one'], 'the line end belongs to the delimiter'],
  [`${TWO}--x \t\n\none\n--x-- \n`, ['one'], 'blanks behind a delimiter'],
  [`${TWO}--x\nSubject: a\n--x\n\ntwo`, ['', 'two'], 'a part that is header only'],
  [`${TWO}--x\n\none`, ['one'], 'the end never comes'],
  [`${TWO}--x\n\none\n--xy\n--x y\n---x\n--x`, ['one\n--xy\n--x y\n---x', ''], 'only the whole line counts'],
  [
    `${TWO}--x\nContent-Type: multipart/alternative; boundary=xx\n\n--xx\n\none\n--xx\n\ntwo\n--xx--\n--x\n\nthree\n--x--`,
    ['one', 'two', 'three'],
    'nested, one boundary beginning like the other',
  ],
  [
    `${TWO}--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n\none\n--x\n\ntwo`,
    ['one', 'two'],
    'an outer delimiter closes what is open inside',
  ],
  [
    `${TWO}--x\nContent-Type: multipart/alternative; boundary=x--\n\n--x--\n\none\n--x----\n--x\n\ntwo`,
    ['one', 'two'],
    'a boundary that ends like a closing delimiter',
  ],
  [
    `${TWO}--x\nContent-Type: message/rfc822\n\n${TWO}--x\n\ninner\n--x--`,
    [TWO.slice(0, -1), 'inner'],
    'an attached message is not looked into; its boundary is that of the outer one here',
  ],
  [
    `${TWO}--x\nContent-Type: multipart/mixed; boundary=y\n\ntext\n--x--`,
    ['text'],
    'a multipart without parts is text',
  ],
  ['Content-Type: multipart/mixed; boundary=x\n\nno parts\n', ['no parts\n'], 'so is the mail itself'],
  ['\n\nFrom: a\n\nbody', ['body'], 'blank lines before the header'],
  ['From ann Wed Jun  3 14:05:12 2026\nSubject: a\n\nbody', ['body'], 'the From line of an mbox'],
  ['\ufeffSubject: a\n\nbody', ['body'], 'a byte-order mark'],
  ['no header at all\nsecond line', ['no header at all\nsecond line'], 'what begins with no field is body'],
  ['', [''], 'nothing'],
])('%j has leaves %j: %s', (text, expected) => {
  expect(bodies(scan(text))).toEqual(expected);
});

test.each<[string, Partial<MimeLimits>, string, number, string]>([
  [
    `${TWO}${'--x\n\na\n'.repeat(10)}`,
    { parts: 3 },
    'too-many-parts',
    3,
    'parts beyond the limit are left out',
  ],
  ['Subject: a\n\nbody', { bytes: 5 }, 'too-large', 1, 'bytes beyond the limit are not read'],
  [
    `Subject: ${'a'.repeat(50)}\n${'X: y\n'.repeat(50)}\nbody`,
    { headerBytes: 100 },
    'headers-too-long',
    1,
    'a header is cut',
  ],
  [
    `${TWO}--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\na\n--y--`,
    { depth: 1 },
    'too-deep',
    1,
    'what is nested deeper is one leaf',
  ],
  ['Content-Type: multipart/mixed; boundary=x\n\ntext', {}, 'no-boundary', 1, 'the boundary never comes'],
  [
    'Subject: a\n\n--y\nContent-Type: text/plain\n\none\n--y--',
    {},
    'boundary-guessed',
    1,
    'a boundary nobody named',
  ],
])('%j within %j is noted %s', (text, limits, note, leaves) => {
  const mail = scan(text, limits);
  expect(mail.notes).toContain(note);
  expect(mail.leaves).toHaveLength(leaves);
});

test('a boundary is not guessed from a mail that prose quotes', () => {
  const mail = scan(
    'Subject: a\n\nIt said:\n\nmuch\nmore\nprose\n--y\nContent-Type: text/plain\n\nquoted\n--y--',
  );
  expect(mail.leaves).toHaveLength(1);
  expect(mail.notes).toEqual([]);
});

test('behind a header that was cut the body is still found', () => {
  const mail = scan(`Subject: a\n${'X: y\n'.repeat(100)}\nbody`, { headerBytes: 50 });
  expect(bodies(mail)).toEqual(['body']);
});

test('a part reads as text by its encoding, charset and kind', () => {
  const mail = scan(
    `${TWO}--x\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<b>Gr=FC=DFe</b>\n--x--`,
  );
  expect(mail.leaves.map((part) => textOfPart(part, 100))).toEqual(['Grüße']);
  expect(mail.leaves.map((part) => textOfPart(part, 3))).toEqual(['Grü']);
});
