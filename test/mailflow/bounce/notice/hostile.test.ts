/** Whatever is thrown at it, the reader of notices answers. No time is asserted: a hang would be the runner's to see. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Notice } from '#mailflow/bounce/notice/notice.js';
import { NOTICE_KINDS } from '#mailflow/bounce/notice/notice.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import { VERDICT_CLASSES, VERDICT_STATES } from '#mailflow/bounce/verdict.js';

import { HOSTILE_MAILS } from '../../../stress/hostile-mails.mjs';

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

test.each(HOSTILE_MAILS)('a mebibyte of $name', ({ make }) => {
  expectAnswer(readNotice(make(1_048_576)));
});

const HEAD = 'From: MAILER-DAEMON@contoso.example\nSubject: Undeliverable\n';
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=x\n\n`;
const REPORT = `${HEAD}Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n`;
const nested = (levels: number): string =>
  Array.from(
    { length: levels },
    (_none, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`,
  ).join('');

test('100,000 parts and 10,000 levels', () => {
  expectAnswer(readNotice(MIXED + '--x\n\na\n'.repeat(100_000)));
  expectAnswer(readNotice(HEAD + nested(10_000)));
});

test('what is beyond the limits is noted', () => {
  expect(readNotice(MIXED + '--x\n\na\n'.repeat(1001)).notes).toEqual(['too-many-parts']);
  expect(readNotice(HEAD + nested(30)).notes).toEqual(['too-deep']);
  const recipient = 'Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n';
  const many = readNotice(REPORT + recipient.repeat(1001));
  expect(many.notes).toEqual(['too-many-recipients']);
  expect(many.recipients).toHaveLength(1000);
});
