/** What real servers wrote. Where two of their programs tell of one moment, both have to be read alike. */
import { describe, expect, test } from 'vitest';

import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { eximLog } from '#sources/relay/exim-log.js';
import { eximQueue } from '#sources/relay/exim-queue.js';
import { opensmtpdLog } from '#sources/relay/opensmtpd-log.js';
import { opensmtpdQueue } from '#sources/relay/opensmtpd-queue.js';
import { postfixJson } from '#sources/relay/postfix-json.js';
import { postfixLog } from '#sources/relay/postfix-log.js';
import { postfixMailq } from '#sources/relay/postfix-mailq.js';
import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';

import { countStates, readText, recording } from './read-relay.js';

const RECORDINGS = [
  ['postfix-queue.ndjson', 'postfix-json'],
  ['postfix-suspended.ndjson', 'postfix-json'],
  ['postfix-mailq.out', 'postfix-mailq'],
  ['postfix.log', 'postfix-log'],
  ['postfix-rfc3339.log', 'postfix-log'],
  ['exim-queue.out', 'exim-queue'],
  ['exim-main.log', 'exim-log'],
  ['exim-all-selectors.log', 'exim-log'],
  ['opensmtpd-queue.out', 'opensmtpd-queue'],
  ['opensmtpd.log', 'opensmtpd-log'],
] as const;

describe('each recording is accepted by its own format and by no other', () => {
  test.each(RECORDINGS)('%s', (file, name) => {
    for (const length of [1000, 4096, Infinity]) {
      const beginning = recording(file).slice(0, length);
      expect(
        RELAY_FORMATS.filter((format) => format.accepts(beginning)).map((format) => format.name),
      ).toEqual([name]);
    }
  });

  test('names and titles are told apart', () => {
    expect(new Set(RELAY_FORMATS.map(({ name }) => name)).size).toBe(RELAY_FORMATS.length);
    expect(new Set(RELAY_FORMATS.map(({ title }) => title)).size).toBe(RELAY_FORMATS.length);
  });
});

describe('nothing in a recording is broken', () => {
  test.each(RECORDINGS)('%s', (file, name) => {
    const format = RELAY_FORMATS.find((candidate) => candidate.name === name);
    const { report } = readText(format ?? postfixJson, recording(file));
    expect(report).toMatchObject({ broken: 0, firstBroken: [] });
    expect(report.records).toBe(recording(file).split('\n').length - 1);
  });
});

/** The lines up to a time, as `11:11:01`. */
function until(log: string, time: string): string {
  const lines = log.split('\n').filter((line) => (/\d\d:\d\d:\d\d/.exec(line)?.[0] ?? '~') <= time);
  return `${lines.join('\n')}\n`;
}

function keyOf({ queueId, recipient, state, nextHop, reply }: RelayMail): string {
  return [queueId, recipient, state, nextHop, reply].join(' | ');
}

function held(mails: readonly RelayMail[]): readonly RelayMail[] {
  return mails.filter(({ state }) => ['active', 'deferred', 'on-hold'].includes(state));
}

describe('Postfix', () => {
  const json = readText(postfixJson, recording('postfix-queue.ndjson')).mails;

  test('each message of the JSON has its recipients, each once', () => {
    const lines = recording('postfix-queue.ndjson').trim().split('\n');
    const entries = lines.flatMap((line) => {
      const message = JSON.parse(line) as {
        queue_id: string;
        arrival_time: number;
        message_size: number;
        recipients: { address: string }[];
      };
      const addresses = new Set(message.recipients.map(({ address }) => address));
      return [...addresses].map((address) =>
        [message.queue_id, address, message.arrival_time * 1000, message.message_size].join(' '),
      );
    });
    expect(
      json.map((mail) => [mail.queueId, mail.recipient, Number(mail.arrivedAt), mail.sizeBytes].join(' ')),
    ).toEqual(entries);
    expect(countStates(json)).toEqual({ deferred: 19, 'on-hold': 1 });
  });

  test('the table tells the same as the JSON of the same moment', () => {
    expect(readText(postfixMailq, recording('postfix-mailq.out')).mails).toEqual(json);
  });

  test('the log up to that moment leaves held what the queue holds, but for what never was tried', () => {
    const log = readText(postfixLog, until(recording('postfix.log'), '11:11:01'));
    const tried = json.filter(({ state }) => state !== 'on-hold');
    expect(held(log.mails).map(keyOf).sort()).toEqual(tried.map(keyOf).sort());
    for (const mail of held(log.mails)) {
      const inQueue = tried.find((other) => other.queueId === mail.queueId);
      expect(mail).toMatchObject({
        sender: inQueue?.sender,
        sizeBytes: inQueue?.sizeBytes,
        arrivedAt: inQueue?.arrivedAt,
      });
      expect(mail.lastAttemptAt?.getTime()).toBeGreaterThanOrEqual(Number(mail.arrivedAt));
      expect(mail.messageId).toMatch(/^<\d+@contoso\.example>$/);
    }
    expect(log.report.notes).toEqual([
      '1 message of which the log names no recipient, for none was tried yet.',
    ]);
  });

  test('the whole log: all that was deferred expires with its last reply', () => {
    const { mails, report } = readText(postfixLog, recording('postfix.log'));
    expect(countStates(mails)).toEqual({ bounced: 4, delivered: 26, expired: 22 });
    expect(report.newestAt).toEqual(new Date('2026-11-26T11:15:05Z'));
    const multi = mails.find(({ recipient }) => recipient.startsWith('multi@'));
    expect(multi).toMatchObject({
      sender: 'kay@contoso.example',
      state: 'expired',
      nextHop: 'mail.fabrikam.example',
      lastAttemptAt: new Date('2026-11-26T11:11:45Z'),
      reply:
        '451-4.7.650 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation. 451 4.7.650 For e-mail delivery information, see https://aka.ms/postmaster (S775)',
    });
  });

  test('the form of RFC 3339 is read alike', () => {
    const context = { asOf: new Date('2030-01-01T00:00:00Z'), timeZone: 'America/New_York', dateOrder: null };
    expect(readText(postfixLog, recording('postfix-rfc3339.log'), context).mails).toEqual(
      readText(postfixLog, recording('postfix.log')).mails,
    );
  });

  test('a destination that is suspended: next hop and reason are those of the try before', () => {
    const { mails } = readText(postfixJson, recording('postfix-suspended.ndjson'));
    expect(mails.map(({ state, nextHop, reply }) => [state, nextHop, reply])).toEqual([
      ['active', null, null],
      ...Array.from({ length: 3 }, () => [
        'deferred',
        'old.fabrikam.example',
        'connect to old.fabrikam.example[192.0.2.26]:25: Connection refused',
      ]),
    ]);
  });
});

describe('Exim', () => {
  const asOf = { asOf: new Date('2026-11-26T11:21:23Z'), timeZone: 'UTC', dateOrder: null };
  const listed = readText(eximQueue, recording('exim-queue.out'), asOf).mails;

  test('the list: arrival to the second from the id, whatever the age says', () => {
    expect(countStates(listed)).toEqual({ active: 16, delivered: 3, 'on-hold': 2 });
    const arrivals = new Map(
      recording('exim-main.log')
        .split('\n')
        .filter((line) => line.includes(' <= '))
        .map((line) => [line.slice(20, 36), new Date(`${line.slice(0, 10)}T${line.slice(11, 19)}Z`)]),
    );
    for (const { queueId, arrivedAt } of listed) expect(arrivedAt).toEqual(arrivals.get(queueId));
  });

  test('the log up to that moment leaves held what the list holds', () => {
    const log = readText(eximLog, until(recording('exim-main.log'), '11:21:23'));
    // The list names the address as it was given, the log the one that was made of it, as it is and quoted.
    const given = (recipient: string): string =>
      recipient === 'defer451+l@fabrikam.example' ? 'list@contoso.example' : recipient;
    const names = held(log.mails).map(({ queueId, recipient }) => `${queueId} ${given(recipient)}`);
    expect(names.sort()).toEqual(
      held(listed)
        .map(({ queueId, recipient }) => `${queueId} ${recipient}`)
        .sort(),
    );
    expect(countStates(held(log.mails))).toEqual({ deferred: 16, 'on-hold': 2 });
  });

  test('that it is not yet time for a try does not hide why the last one failed', () => {
    const log = readText(eximLog, until(recording('exim-main.log'), '11:21:05'));
    const mail = log.mails.find(({ recipient }) => recipient === 'defer451@fabrikam.example');
    expect(mail).toEqual({
      queueId: '1xWXXE-0004cS-39',
      messageId: '<1795692064976419683@contoso.example>',
      sender: 'kay@contoso.example',
      recipient: 'defer451@fabrikam.example',
      subject: null,
      sizeBytes: 324,
      arrivedAt: new Date('2026-11-26T11:21:04Z'),
      lastAttemptAt: new Date('2026-11-26T11:21:05Z'),
      nextHop: 'mail.fabrikam.example',
      state: 'deferred',
      reply:
        '451 4.3.2 Temporary server error. Please try again later ATTR2 [MAIL01.fabrikam.example 2026-11-26T11:20:31.000Z 08DE2C0A1B2C3D4E]',
    });
  });

  test('the whole log: what is given up has the reply of its last try, a DSN that nobody takes stays frozen', () => {
    const { mails } = readText(eximLog, recording('exim-main.log'));
    expect(countStates(mails)).toEqual({ bounced: 3, delivered: 18, expired: 16, 'on-hold': 2 });
    expect(
      mails.filter(({ state }) => state === 'on-hold').map(({ sender, reply }) => [sender, reply]),
    ).toEqual([
      ['kay@contoso.example', 'lookup of host "nx.fabrikam.invalid" failed in nx router'],
      ['', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
    ]);
    const replies = mails.filter(({ state }) => state === 'expired').map(({ reply }) => reply);
    expect(replies).toContain(
      '451-4.7.650 The mail server [192.0.2.25] has been temporarily rate limited due to IP reputation.\n451 4.7.650 For e-mail delivery information, see https://aka.ms/postmaster (S775)',
    );
    expect(replies.filter((reply) => reply?.includes('retry'))).toEqual([]);
  });

  test('with every selector: zone, milliseconds, process, subject and recipients at arrival', () => {
    const { mails } = readText(eximLog, recording('exim-all-selectors.log'), {
      asOf: asOf.asOf,
      timeZone: 'Asia/Tokyo',
      dateOrder: null,
    });
    expect(countStates(mails)).toEqual({ expired: 11, delivered: 8, bounced: 2, deferred: 1, active: 1 });
    expect(mails[0]).toMatchObject({
      subject: 'hello',
      arrivedAt: new Date('2026-11-26T11:22:15.770Z'),
      nextHop: 'mail.fabrikam.example',
      state: 'expired',
    });
    expect(mails.at(-1)).toMatchObject({
      recipient: 'gone550@fabrikam.example',
      state: 'active',
      sender: '',
    });
  });
});

describe('OpenSMTPD', () => {
  const listed = readText(opensmtpdQueue, recording('opensmtpd-queue.out')).mails;

  test('the list', () => {
    expect(countStates(listed)).toEqual({ 'on-hold': 1, deferred: 11, active: 1 });
    expect(listed[0]).toEqual({
      queueId: '01db097cf451065d',
      messageId: null,
      sender: '',
      recipient: 'defer451+c@fabrikam.example',
      subject: null,
      sizeBytes: null,
      arrivedAt: new Date('2026-11-26T11:15:23Z'),
      lastAttemptAt: null,
      nextHop: null,
      state: 'on-hold',
      reply:
        '451 4.3.2 Temporary server error. Please try again later ATTR2 [MAIL01.fabrikam.example 2026-11-26T11:20:31.000Z 08DE2C0A1B2C3D4E]',
    });
  });

  test('the log leaves held what the list holds', () => {
    const log = readText(opensmtpdLog, recording('opensmtpd.log')).mails;
    const names = ({ queueId, sender, recipient }: RelayMail): string =>
      [queueId, sender, recipient].join(' ');
    expect(held(log).map(names).sort()).toEqual(held(listed).map(names).sort());
    expect(countStates(log)).toEqual({ bounced: 4, delivered: 8, deferred: 13 });
    // The list shows control characters in a form of its own.
    const tried = listed.filter(({ reply, recipient }) => reply !== null && !recipient.startsWith('esc@'));
    for (const { queueId, reply } of tried) {
      expect(log.find((mail) => mail.queueId === queueId)).toMatchObject({
        reply,
        nextHop: 'mail.fabrikam.example',
      });
    }
  });
});
