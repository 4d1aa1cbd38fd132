import { AUTHENTIC_DATA, encode } from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readMessage, writeQuestion } from '#sources/dns/message.js';
import { readAnswer } from '#sources/dns/read-answer.js';
import { readMailExchanger, readText, readTlsa, readV4, readV6 } from '#sources/dns/records.js';

const QUESTION = { name: 'mail.contoso.example', type: 'A' } as const;
const PLAIN = { extended: true, unchecked: false };

test('any bytes at all are read without a fault', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((tail) => Buffer.from([0, 7, 0x81, 0x80, ...tail]));
  fc.assert(
    fc.property(bytes, (message) =>
      ['message', 'foreign', 'odd'].includes(readMessage(message, QUESTION, 7).kind),
    ),
    { numRuns: 2000 },
  );
});

test('a true answer with one byte changed is read, or not, and never led outside its kinds', () => {
  const answer = encode({
    type: 'response',
    id: 7,
    questions: [{ type: 'A', name: QUESTION.name }],
    answers: [
      { type: 'CNAME', name: QUESTION.name, ttl: 5, data: 'other.example' },
      { type: 'A', name: 'other.example', ttl: 5, data: '192.0.2.25' },
      { type: 'MX', name: 'other.example', ttl: 5, data: { preference: 1, exchange: 'mx.example' } },
      {
        type: 'TLSA',
        name: 'other.example',
        ttl: 5,
        data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32) },
      },
      { type: 'TXT', name: 'other.example', ttl: 5, data: ['one', 'two'] },
    ],
  });
  const kinds = ['found', 'no-such-name', 'no-such-record', 'unanswered', 'refused'];
  const readers = [readV4, readV6, readMailExchanger, readTlsa, readText];
  fc.assert(
    fc.property(fc.nat(answer.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(answer);
      changed[at] = byte;
      const read = readMessage(changed, QUESTION, 7);
      if (read.kind !== 'message') return true;
      return readers.every((reader) =>
        kinds.includes(readAnswer<unknown>(read, QUESTION, { isTrusted: true, read: reader }).kind),
      );
    }),
    { numRuns: 3000 },
  );
});

test('what is cut in the middle is known by its header, before anybody reads it', () => {
  const cut = Buffer.from([0, 7, 0x83, 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 3]);
  expect(readMessage(cut, QUESTION, 7)).toEqual({ kind: 'truncated' });
  expect(readMessage(cut, QUESTION, 8)).toEqual({ kind: 'foreign' });
});

test('each question has a number of its own, that nobody can guess', () => {
  const ids = new Set(Array.from({ length: 200 }, () => writeQuestion(QUESTION, PLAIN).id));
  expect(ids.size).toBeGreaterThan(150);
});

test('what a resolver calls authentic counts where it is trusted', () => {
  const answer = encode({
    type: 'response',
    id: 7,
    flags: AUTHENTIC_DATA,
    questions: [QUESTION],
    answers: [{ ...QUESTION, ttl: 5, data: '192.0.2.25' }],
  });
  const read = readMessage(answer, QUESTION, 7);
  if (read.kind !== 'message') throw new Error('a sound answer is a message');
  const heardBy = (isTrusted: boolean) => readAnswer(read, QUESTION, { isTrusted, read: readV4 });
  expect(heardBy(true)).toMatchObject({ kind: 'found', isAuthenticated: true, ttlSeconds: 5 });
  expect(heardBy(false)).toMatchObject({ kind: 'found', isAuthenticated: false });
});
