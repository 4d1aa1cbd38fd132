import { describe, expect, test } from 'vitest';

import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { eximQueue } from '#sources/relay/exim-queue.js';
import { opensmtpdQueue } from '#sources/relay/opensmtpd-queue.js';
import { postfixJson } from '#sources/relay/postfix-json.js';
import { postfixMailq } from '#sources/relay/postfix-mailq.js';
import type { RelayContext, RelayFormat } from '#sources/relay/relay-reader.js';

import { readText } from './read-relay.js';

function told(format: RelayFormat, text: string, context?: RelayContext): readonly string[] {
  return readText(format, text, context).mails.map(({ queueId, sender, recipient, state, nextHop, reply }) =>
    [queueId, sender, recipient, state, nextHop, reply].join('|'),
  );
}

describe('postqueue -j', () => {
  const line = (changes: Record<string, unknown> = {}): string =>
    JSON.stringify({
      queue_name: 'deferred',
      queue_id: '4A1B2C3D4E',
      arrival_time: 1795687200,
      message_size: 10,
      forced_expire: false,
      sender: 'kay@contoso.example',
      recipients: [{ address: 'a@contoso.example', delay_reason: 'mail transport unavailable' }],
      ...changes,
    });

  test.each([
    ['maildrop', 'active'],
    ['incoming', 'active'],
    ['active', 'active'],
    ['deferred', 'deferred'],
    ['hold', 'on-hold'],
    ['corrupt', 'on-hold'],
  ])('in the queue %s it is %s', (queue_name, state) => {
    expect(told(postfixJson, line({ queue_name }))).toEqual([
      `4A1B2C3D4E|kay@contoso.example|a@contoso.example|${state}||mail transport unavailable`,
    ]);
  });

  test.each<[string, Partial<RelayMail>, string]>([
    [line({ sender: 'MAILER-DAEMON' }), { sender: '' }, 'a DSN'],
    [line({ sender: undefined }), { sender: null }, 'no sender'],
    [line({ arrival_time: 'soon' }), { arrivedAt: null }, 'a time that is none'],
    [line({ arrival_time: 1e300 }), { arrivedAt: null }, 'a time beyond the calendar'],
    [line({ arrival_time: -1 }), { arrivedAt: null }, 'a time before the first'],
    [line({ message_size: 1.5 }), { sizeBytes: null }, 'a size that is none'],
    [line({ recipients: [{ address: 'a@contoso.example' }] }), { nextHop: null, reply: null }, 'no reason'],
    [
      line({ recipients: [{ address: 'a@contoso.example', delay_reason: 7 }] }),
      { reply: null },
      'a reason that is no text',
    ],
    [line({ later: { key: [1] } }), { recipient: 'a@contoso.example' }, 'a key of a later version'],
    [
      line({ __proto__: { x: 1 } }),
      { recipient: 'a@contoso.example' },
      'a key that means something elsewhere',
    ],
  ])('%s', (text, expected) => {
    const { mails, report } = readText(postfixJson, text);
    expect(report.broken).toBe(0);
    expect(mails).toMatchObject([expected]);
  });

  test.each([
    ['{', 'cut'],
    ['[]', 'a list'],
    ['null', 'nothing'],
    ['"x"', 'text'],
    ['x', 'no JSON'],
    [line({ queue_id: undefined }), 'no id'],
    [line({ queue_id: 5 }), 'an id that is no text'],
    [line({ queue_name: 'limbo' }), 'a queue that Postfix has not'],
    [line({ queue_name: undefined }), 'no queue'],
    [line({ recipients: 'a@contoso.example' }), 'recipients that are no list'],
    [line({ recipients: [{ address: null }] }), 'an address that is no text'],
    [line({ recipients: ['a@contoso.example'] }), 'a recipient that is no object'],
    ['['.repeat(200_000), 'nested deeply'],
    [`{"queue_id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'nested deeply and closed'],
  ])('broken: %#', (text) => {
    const { mails, report } = readText(postfixJson, `${line()}\n${text}\n\n${line()}\n`);
    expect(mails).toHaveLength(2);
    expect(report).toMatchObject({ broken: 1, records: 4 });
    expect(report.firstBroken).toEqual([expect.stringMatching(/^line 2: .+ was expected$/)]);
  });

  test('recipients that can be read are, beside one that cannot', () => {
    const { mails, report } = readText(
      postfixJson,
      line({ recipients: [{ address: '' }, { address: 'a@contoso.example' }, {}] }),
    );
    expect(mails.map(({ recipient }) => recipient)).toEqual(['a@contoso.example']);
    expect(report.broken).toBe(1);
  });

  test('a message to 20,000 recipients is one line', () => {
    const recipients = Array.from({ length: 20_000 }, (_, at) => ({
      address: `person${at}@contoso.example`,
      delay_reason: 'host mx.contoso.example[192.0.2.1] said: 451 4.3.2 later (in reply to RCPT TO command)',
    }));
    expect(told(postfixJson, line({ recipients }))).toHaveLength(20_000);
  });
});

describe('mailq of Postfix', () => {
  const HEAD = '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n';
  const table = (text: string): string => `${HEAD}${text}\n-- 1 Kbytes in 1 Request.\n`;

  test.each([
    {
      text: 'Mail queue is empty\n',
      mails: [],
      why: 'nothing is held',
    },
    {
      text: table(
        '4A1B2C3D4E*      10 Thu Nov 26 10:00:00  kay@contoso.example\n                                         a@contoso.example\n',
      ),
      mails: ['4A1B2C3D4E|kay@contoso.example|a@contoso.example|active||'],
      why: 'being tried',
    },
    {
      text: table(
        '4A1B2C3D4E!      10 Thu Nov 26 10:00:00  MAILER-DAEMON\n                                         a@contoso.example\n',
      ),
      mails: ['4A1B2C3D4E||a@contoso.example|on-hold||'],
      why: 'a DSN on hold',
    },
    {
      text: table(
        '4A1B2C3D4E#      10 Thu Nov 26 10:00:00  kay@contoso.example\n(mail transport unavailable)\n                                         a@contoso.example\n',
      ),
      mails: ['4A1B2C3D4E|kay@contoso.example|a@contoso.example|deferred||mail transport unavailable'],
      why: 'to be given up at the next look',
    },
    {
      text: table(
        '9A1C2D3E  *      10 Thu Nov 26 10:00:00  kay@contoso.example\n                                         a@contoso.example\n',
      ),
      mails: ['9A1C2D3E|kay@contoso.example|a@contoso.example|active||'],
      why: 'a short id of older versions, with blanks before the mark',
    },
    {
      text: table(
        '3xYzBCDFGHJ0kLm*      10 Thu Nov 26 10:00:00  kay@contoso.example\n                                         a@contoso.example\n',
      ),
      mails: ['3xYzBCDFGHJ0kLm|kay@contoso.example|a@contoso.example|active||'],
      why: 'a long id',
    },
    {
      text: table(
        '4A1B2C3D4E       10 Thu Nov 26 10:00:00  kay@contoso.example\n(one)\n                                         a@contoso.example\n                                         b@contoso.example\n  (two (with (brackets)))\n                                         c@contoso.example\n',
      ),
      mails: [
        '4A1B2C3D4E|kay@contoso.example|a@contoso.example|deferred||one',
        '4A1B2C3D4E|kay@contoso.example|b@contoso.example|deferred||one',
        '4A1B2C3D4E|kay@contoso.example|c@contoso.example|deferred||two (with (brackets))',
      ],
      why: 'one reason above two recipients, then another',
    },
    {
      text: table(
        '4A1B2C3D4E       10 Thu Nov 26 10:00:00  kay@contoso.example\n(one)\n                                         a@contoso.example\n\n4A1B2C3D4F       10 Thu Nov 26 10:00:00  kay@contoso.example\n                                         b@contoso.example\n',
      ),
      mails: [
        '4A1B2C3D4E|kay@contoso.example|a@contoso.example|deferred||one',
        '4A1B2C3D4F|kay@contoso.example|b@contoso.example|deferred||',
      ],
      why: 'a reason is that of its own message only',
    },
    {
      text: table(
        '4A1B2C3D4E       10 Thu Nov 26 10:00:00  "kay, (o)" <x>@contoso.example\n                                         "(a) b, c"@contoso.example\n',
      ),
      mails: ['4A1B2C3D4E|"kay, (o)" <x>@contoso.example|"(a) b, c"@contoso.example|deferred||'],
      why: 'addresses with quotation marks, commas and brackets',
    },
    {
      text: `postqueue: warning: Mail system is down -- accessing queue directly\n${table(
        '4A1B2C3D4E       10 Thu Nov 26 10:00:00  kay@contoso.example\r\n                                         a@contoso.example\r\n',
      )}`,
      mails: ['4A1B2C3D4E|kay@contoso.example|a@contoso.example|deferred||'],
      why: 'a warning before, and the line ends of another system',
    },
  ])('$why', ({ text, mails }) => {
    expect(postfixMailq.accepts(text)).toBe(true);
    expect(told(postfixMailq, text)).toEqual(mails);
    expect(readText(postfixMailq, text).report.broken).toBe(0);
  });

  test('what waits in the folder of sendmail is counted, for it names nobody', () => {
    const { mails, report } = readText(
      postfixMailq,
      table('4A1B2C3D4E       10 Thu Nov 26 10:00:00 (maildrop queue, sender UID 1000)\n'),
    );
    expect(mails).toEqual([]);
    expect(report.notes).toEqual([
      '1 in the maildrop queue, of which Postfix tells neither sender nor recipients.',
    ]);
  });

  test('a message that cannot be read takes its recipients with it', () => {
    const { mails, report } = readText(
      postfixMailq,
      table(
        '4A1B2C3D4E       10 Thu Foo 26 10:00:00  kay@contoso.example\n                                         a@contoso.example\n\nnonsense\n                                         b@contoso.example\n',
      ),
    );
    expect(mails.map(({ recipient, arrivedAt }) => [recipient, arrivedAt])).toEqual([
      ['a@contoso.example', null],
    ]);
    expect(report.firstBroken).toEqual([
      'line 2: a date that exists was expected',
      'line 5: a message with its id, size, date and sender was expected',
    ]);
  });

  test('dates are in the zone of the relay, of the year before after New Year', () => {
    const { mails } = readText(
      postfixMailq,
      table(
        '4A1B2C3D4E       10 Thu Dec 31 23:30:00  kay@contoso.example\n                                         a@contoso.example\n',
      ),
      { asOf: new Date('2027-01-01T01:00:00Z'), timeZone: 'America/New_York', dateOrder: null },
    );
    // Half past eleven in New York is yet to come; more than a clock can be wrong, it is not.
    expect(mails[0]?.arrivedAt).toEqual(new Date('2027-01-01T04:30:00Z'));
  });
});

describe('exim -bp', () => {
  const asOf = { asOf: new Date('2026-11-26T12:00:00Z'), timeZone: 'UTC', dateOrder: null };

  test.each([
    {
      text: '25m  2.9K 1xWXXE-0004cS-39 <kay@contoso.example>\n          a@contoso.example\n',
      mails: ['1xWXXE-0004cS-39|kay@contoso.example|a@contoso.example|deferred||'],
      why: 'one that waits',
    },
    {
      text: ' 3d   12M 1xWXXE-0004cS-39 <> *** frozen ***\n          a@contoso.example\n',
      mails: ['1xWXXE-0004cS-39||a@contoso.example|on-hold||'],
      why: 'a frozen DSN',
    },
    {
      text: ' 2h   293 1xWXXE-000000004cS-39aB <kay@contoso.example>\n        D a@contoso.example\n       +D b@contoso.example\n          c@contoso.example\n',
      mails: [
        '1xWXXE-000000004cS-39aB|kay@contoso.example|a@contoso.example|delivered||',
        '1xWXXE-000000004cS-39aB|kay@contoso.example|b@contoso.example|delivered||',
        '1xWXXE-000000004cS-39aB|kay@contoso.example|c@contoso.example|deferred||',
      ],
      why: 'a long id since 4.97, and recipients that have it already',
    },
    {
      text: '120h  2.9K 1xWXXE-0004cS-39 <kay@contoso.example> (kay)\n          D@contoso.example\n          "D e"@contoso.example\n',
      mails: [
        '1xWXXE-0004cS-39|kay@contoso.example|D@contoso.example|deferred||',
        '1xWXXE-0004cS-39|kay@contoso.example|"D e"@contoso.example|deferred||',
      ],
      why: 'the name of a user, and addresses that begin with the mark of a delivery',
    },
    {
      text: ' 5m   10 1xWXXE-0004cS-39 <"a> *** frozen ***"@evil.example>\n          a@contoso.example\n',
      mails: ['1xWXXE-0004cS-39|"a> *** frozen ***"@evil.example|a@contoso.example|deferred||'],
      why: 'a sender that imitates the mark of a frozen message',
    },
    {
      text: ' 5m       1xWXXE-0004cS-39 <kay@contoso.example>\n          a@contoso.example\n',
      mails: ['1xWXXE-0004cS-39|kay@contoso.example|a@contoso.example|deferred||'],
      why: 'a size that Exim could not read',
    },
  ])('$why', ({ text, mails }) => {
    expect(eximQueue.accepts(text)).toBe(true);
    expect(told(eximQueue, text, asOf)).toEqual(mails);
    expect(readText(eximQueue, text, asOf).report.broken).toBe(0);
  });

  test.each([
    ['0m', '1xWXXE', '2026-11-26T11:21:04.000Z', 'the id tells the second'],
    ['9d', '1xWXXE', '2026-11-26T11:21:04.000Z', 'though the list was read long after it was made'],
    ['25m', 'TPVR2Q', '2026-11-26T11:35:00.000Z', 'an id of a system that counts in another base'],
    ['3h', '000000', '2026-11-26T09:00:00.000Z', 'an id that tells no time'],
    ['2d', 'zzzzzz', '2026-11-24T12:00:00.000Z', 'an id that tells a time to come'],
  ])('age %s, id %s: %s, %s', (age, id, arrivedAt) => {
    const { mails } = readText(
      eximQueue,
      ` ${age}   10 ${id}-0004cS-39 <>\n          a@contoso.example\n`,
      asOf,
    );
    expect(mails[0]?.arrivedAt?.toISOString()).toBe(arrivedAt);
  });

  test.each([
    ['293', 293],
    ['2.9K', 2970],
    ['137K', 140_288],
    ['12M', 12_582_912],
    ['1.5G', 1_610_612_736],
  ])('size %s', (size, sizeBytes) => {
    const { mails } = readText(
      eximQueue,
      `25m  ${size} 1xWXXE-0004cS-39 <>\n          a@contoso.example\n`,
      asOf,
    );
    expect(mails[0]?.sizeBytes).toBe(sizeBytes);
  });

  test('a message that cannot be read takes its recipients with it', () => {
    const { mails, report } = readText(
      eximQueue,
      ' 1m  10 1xWXXE-0004cS-39 *** spool format error: size=0 ***\n          a@contoso.example\n',
      asOf,
    );
    expect(mails).toEqual([]);
    expect(report.broken).toBe(1);
  });
});

describe('smtpctl show queue', () => {
  const line = (changes: Record<number, string> = {}): string =>
    [
      '0e139648730fa6c1',
      'inet4',
      'mta',
      '',
      'kay@contoso.example',
      'list@contoso.example',
      'a@contoso.example',
      '1795687200',
      '1796032800',
      '1795690000',
      '3',
      'pending',
      '387',
      '451 4.3.2 later',
    ]
      .map((field, at) => changes[at] ?? field)
      .join('|');

  test.each<[string, string, string | null, string]>([
    [line(), 'deferred', '451 4.3.2 later', 'tried, and to be tried again'],
    [line({ 11: 'inflight' }), 'active', '451 4.3.2 later', 'being tried'],
    [line({ 10: '0', 13: '' }), 'active', null, 'never tried'],
    [line({ 3: 'auth,suspend' }), 'on-hold', '451 4.3.2 later', 'suspended by a person'],
    [line({ 3: 'auth,hold' }), 'deferred', '451 4.3.2 later', 'held by the program, for the way out is busy'],
    [line({ 11: 'offline', 12: '' }), 'deferred', '451 4.3.2 later', 'the server does not run'],
    [line({ 13: '451 a|b|c' }), 'deferred', '451 a|b|c', 'a reply with the mark that parts fields'],
  ])('%s', (text, state, reply) => {
    expect(opensmtpdQueue.accepts(text)).toBe(true);
    const { mails } = readText(opensmtpdQueue, text);
    expect(mails).toMatchObject([
      {
        recipient: 'a@contoso.example',
        state,
        reply,
        arrivedAt: new Date('2026-11-26T10:00:00Z'),
        lastAttemptAt: new Date('2026-11-26T10:46:40Z'),
      },
    ]);
  });

  test.each([
    ['@', '', 'a DSN has no sender'],
    ['a|b@contoso.example', 'a|b@contoso.example', 'the mark that parts fields in an address'],
    ['"a|b"@contoso.example', '"a|b"@contoso.example', 'the same in quotation marks'],
  ])('sender %s is %s: %s', (written, sender) => {
    const { mails } = readText(opensmtpdQueue, line({ 4: written, 5: '"x|y"@contoso.example' }));
    expect(mails).toMatchObject([{ sender, recipient: 'a@contoso.example' }]);
  });

  test.each([
    ['x', 'no envelope'],
    [line({ 7: 'soon' }), 'a time that is none'],
    [line({ 11: 'lost' }), 'a state that the program has not'],
    [line({ 4: 'nobody', 5: 'nobody', 6: 'nobody' }), 'no address'],
    [line().slice(0, 60), 'cut'],
  ])('broken: %s', (text) => {
    const { mails, report } = readText(opensmtpdQueue, `${text}\n`);
    expect(mails).toEqual([]);
    expect(report.broken).toBe(1);
  });
});
