/** Whatever is thrown at it, the reader of notices answers. No time is asserted: a hang would be the runner's to see. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Notice } from '#mailflow/bounce/notice/notice.js';
import { NOTICE_KINDS } from '#mailflow/bounce/notice/notice.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import { VERDICT_CLASSES, VERDICT_STATES } from '#mailflow/bounce/verdict.js';

const FOLDER = fileURLToPath(new URL('../../../corpus/mail/', import.meta.url));
const SEEDS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.eml'))
  .map((name): [string, Buffer] => [name, readFileSync(FOLDER + name)]);

function expectAnswer(notice: Notice): void {
  expect(NOTICE_KINDS).toContain(notice.kind);
  for (const verdict of [notice.verdict, ...notice.recipients.map((one) => one.verdict)]) {
    expect(VERDICT_CLASSES).toContain(verdict.class);
    expect(VERDICT_STATES).toContain(verdict.state);
    expect(verdict.state === 'deferred').toBe(verdict.class === 'transient');
    expect(verdict.remedy).not.toBe('');
  }
}

test('any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => expectAnswer(readNotice(bytes))));
});

test('any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => expectAnswer(readNotice(text))),
  );
});

test('lines of notices in any order', () => {
  const lines = [...new Set(SEEDS.flatMap(([, bytes]) => bytes.toString('latin1').split('\n')))];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (some) =>
      expectAnswer(readNotice(some.join('\n'))),
    ),
    { numRuns: 300 },
  );
});

test.each(SEEDS)('%s backwards, and with bytes changed', (_name, bytes) => {
  expectAnswer(readNotice(Uint8Array.from(bytes).reverse()));
  const place = fc.nat(bytes.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 20 }), (changes) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of changes) changed[at] = value;
      expectAnswer(readNotice(changed));
    }),
    { numRuns: 20 },
  );
});

test.each(SEEDS.filter((_seed, index) => index % 8 === 0))('%s cut at every length', (_name, bytes) => {
  for (let length = 0; length <= bytes.length; length += 1)
    expectAnswer(readNotice(bytes.subarray(0, length)));
});

const HEAD = 'From: MAILER-DAEMON@contoso.example\nSubject: Undeliverable\n';
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=x\n\n`;
const PLAIN = `${HEAD}Content-Type: text/plain\n\n`;
const REPORT = `${HEAD}Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n`;
const MEGABYTE = 1_048_576;
const filled = (unit: string): string => unit.repeat(Math.ceil(MEGABYTE / unit.length));
const nested = (levels: number): string =>
  Array.from(
    { length: levels },
    (_none, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`,
  ).join('');

test.each<[string, string]>([
  ['100,000 parts', MIXED + '--x\n\na\n'.repeat(100_000)],
  ['10,000 levels', HEAD + nested(10_000)],
  ['10,000 levels in an attached mail', `${MIXED}--x\nContent-Type: message/rfc822\n\n${nested(10_000)}`],
  ['a line of a megabyte', PLAIN + filled('a')],
  ['a line of a megabyte in the header', `${HEAD}To: ${filled('a')}\n\nb`],
  ['a million colons', `${HEAD}To: ${filled(':')}\n\nb`],
  ['groups of addresses without end', `${HEAD}To: ${filled('a:b;')}\n\nb`],
  ['a header without end', HEAD + filled('a:\n')],
  ['a folded field without end', HEAD + filled(' a\n')],
  ['a boundary that never closes', MIXED + filled('--x\n')],
  ['lines like boundaries', MIXED + filled('--y\n')],
  [
    'boundaries inside one another',
    `${MIXED}--x\nContent-Type: multipart/mixed; boundary=xx\n\n${filled('--xx\n--x\n')}`,
  ],
  ['blank lines', PLAIN + filled('\n')],
  ['blanks', PLAIN + filled(' ')],
  ['escapes that are none', `${HEAD}Content-Transfer-Encoding: quoted-printable\n\n${filled('= ')}`],
  ['encoded words that never close', `${HEAD}Subject: ${filled('=?utf-8?q?')}\n\nb`],
  ['parameters that never close', `${HEAD}Content-Type: text/plain${filled('; a*1="')}\n\nb`],
  ['tags that never close', `${HEAD}Content-Type: text/html\n\n${filled('<style>')}`],
  ['comments that never close', `${HEAD}Content-Type: text/html\n\n${filled('<!--')}`],
  [
    'recipients in a report',
    REPORT + filled('Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n'),
  ],
  [
    'a folded diagnosis',
    `${REPORT}Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp;\n${filled(' 550\n')}`,
  ],
  ['recipients in prose', PLAIN + filled('<a@b.example>:\n550 no\n\n')],
  ['replies in prose', PLAIN + filled('550 5.1.1 550 ')],
  ['quotation marks', PLAIN + filled('> > > a\n')],
  ['labels', PLAIN + filled('recipient : ')],
  ['JSON that never closes', PLAIN + filled('{"a":')],
])('%s', (_name, text) => {
  expectAnswer(readNotice(text));
});

test('what is beyond the limits is noted', () => {
  expect(readNotice(MIXED + '--x\n\na\n'.repeat(1001)).notes).toEqual(['too-many-parts']);
  expect(readNotice(HEAD + nested(30)).notes).toEqual(['too-deep']);
  const recipient = 'Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n';
  const many = readNotice(REPORT + recipient.repeat(1001));
  expect(many.notes).toEqual(['too-many-recipients']);
  expect(many.recipients).toHaveLength(1000);
});
