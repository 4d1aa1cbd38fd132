import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { RelayState } from '#mailflow/relay/relay-mail.js';
import { exchangeTrackingLog, openTracking } from '#sources/relay/exchange-tracking-log.js';
import type { RelayContext } from '#sources/relay/relay-reader.js';

import { CONTEXT, type ExchangeAnswer, exchangeFixture, readPieces, readText } from './read-exchange.js';

const FIELDS =
  'date-time,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,related-recipient-address,server-hostname,server-ip,message-subject,sender-address,return-path,total-bytes,source-context';

/** `3 RECEIVE ann,bob`, `5 DEFER ann 451 4.3.2 x`: seconds, event, recipients, reply; a `/` before a related recipient. */
function line(words: string): string {
  const [seconds = '', event = '', to = '', ...rest] = words.split(' ');
  const [recipients = '', related = ''] = to.split('/');
  const address = (list: string): string =>
    list
      .split(',')
      .map((name) => (name === '' || name === '-' ? '' : `${name}@fabrikam.example`))
      .join(';');
  const at = new Date(Date.UTC(2026, 5, 2, 8) + Number(seconds) * 1000).toISOString();
  return [
    at,
    'SMTP',
    event,
    '7001',
    '<m1@contoso.example>',
    '5f0c3c1e-0000-4000-8000-000000000001',
    address(recipients),
    rest.join(' '),
    address(related),
    event === 'SEND' || event === 'DEFER' ? 'mx.fabrikam.example' : '',
    '',
    'x',
    'dan@contoso.example',
    '',
    '700',
    '',
  ].join(',');
}

const HEAD = `#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: ${FIELDS}\n`;

function readLines(...lines: readonly string[]): ExchangeAnswer {
  return readText(exchangeTrackingLog, `${HEAD}${lines.map(line).join('\n')}\n`);
}

function fatesOf({ mails }: ExchangeAnswer): readonly (readonly [string, RelayState])[] {
  return mails.map(({ recipient, state }) => [recipient.replace('@fabrikam.example', ''), state]);
}

describe('what became of each recipient', () => {
  test.each<[readonly string[], readonly (readonly [string, RelayState])[], string]>([
    [['1 RECEIVE ann'], [['ann', 'active']], 'no try is told of: a queue that cannot connect logs none'],
    [['1 RECEIVE ann', '2 DEFER ann 451 x'], [['ann', 'deferred']], 'a try failed'],
    [['1 RECEIVE ann', '2 SEND ann 250 x'], [['ann', 'delivered']], 'passed on'],
    [
      ['1 RECEIVE ann', '2 DEFER ann 451 x', '9 SEND ann 250 x'],
      [['ann', 'delivered']],
      'late, but passed on',
    ],
    [['1 RECEIVE ann', '2 DELIVER ann'], [['ann', 'delivered']], 'into a mailbox'],
    [['1 RECEIVE ann', '2 FAIL ann 550 5.1.1 x'], [['ann', 'bounced']], 'refused'],
    [['2 FAIL ann 550 4.4.7 QUEUE.Expired; message expired'], [['ann', 'expired']], 'given up'],
    [['1 RECEIVE ann', '2 DROP ann'], [['ann', 'bounced']], 'deleted by an agent'],
    [
      ['1 RECEIVE ann,bob', '2 SEND bob 250 x'],
      [
        ['bob', 'delivered'],
        ['ann', 'active'],
      ],
      'one of two',
    ],
    [
      ['1 RECEIVE ann,bob', '2 DEFER ann,bob 451 x', '3 SEND ann 250 x'],
      [
        ['ann', 'delivered'],
        ['bob', 'deferred'],
      ],
      'one reply for both of a row',
    ],
    [['1 RECEIVE ANN', '2 SEND ann 250 x'], [['ANN', 'delivered']], 'addresses differ in case'],
    [
      ['1 RECEIVE all', '2 EXPAND gus,hal/all', '3 SEND gus 250 x'],
      [
        ['gus', 'delivered'],
        ['hal', 'active'],
      ],
      'a group',
    ],
    [
      ['1 RECEIVE old', '2 RESOLVE new/old', '3 SEND new 250 x'],
      [['new', 'delivered']],
      'another address of a mailbox',
    ],
    [['1 RECEIVE ann', '2 RESOLVE ann/ann'], [['ann', 'active']], 'an address that resolves to itself'],
    [
      ['1 RECEIVE old', '2 REDIRECT old/new', '3 DEFER new 451 x'],
      [['new', 'deferred']],
      'sent on elsewhere',
    ],
    [['1 RECEIVE ann', '2 POISONMESSAGE -'], [['ann', 'on-hold']], 'set aside, for all that the message has'],
    [['1 RECEIVE ann', '2 POISONMESSAGE ann', '3 RESUBMIT ann'], [['ann', 'active']], 'and let go'],
    [
      ['1 RECEIVE ann', '2 DEFER ann 451 x', '3 RESUBMIT ann'],
      [['ann', 'deferred']],
      'tried before, though queued anew',
    ],
    [['1 RECEIVE ann', '2 INITMESSAGECREATED ann'], [], 'waits for a moderator, in no queue'],
    [['1 RECEIVE ann', '2 BADMAIL -'], [['ann', 'bounced']], 'for all that the message has'],
    [['1 HAREDIRECT ann', '2 HARECEIVE ann', '3 AGENTINFO ann', '4 SUBMIT ann'], [], 'copies and notices'],
    [['1 NOVELTY ann'], [], 'a word of a later version'],
    [['1 receive ann', '2 defer ann 451 x'], [['ann', 'deferred']], 'in small letters'],
    [['5 DEFER ann 451 x'], [['ann', 'deferred']], 'the log begins after the arrival'],
    [['5 FAIL - 550 x'], [], 'an outcome of nobody in particular'],
  ])('%j: %j, %s', (lines, fates) => {
    expect(fatesOf(readLines(...lines))).toEqual(fates);
  });
});

describe('lines that come late, twice or against the clock', () => {
  test.each<[readonly string[], readonly (readonly [string, RelayState])[], string]>([
    [
      ['1 RECEIVE ann', '9 SEND ann 250 x', '5 DEFER ann 451 x'],
      [['ann', 'delivered']],
      'the deferral was before',
    ],
    [
      ['1 RECEIVE ann', '5 SEND ann 250 x', '9 DEFER ann 451 x'],
      [
        ['ann', 'delivered'],
        ['ann', 'deferred'],
      ],
      'the deferral came after: it was taken in again, as a server does that gets its own mail back',
    ],
    [
      ['1 RECEIVE ann', '2 SEND ann 250 x', '2 SEND ann 250 x'],
      [['ann', 'delivered']],
      'the same line twice',
    ],
    [
      ['1 RECEIVE ann', '1 RECEIVE ann', '2 DEFER ann 451 x', '2 DEFER ann 451 x'],
      [['ann', 'deferred']],
      'twice, held',
    ],
    [['2 SEND ann 250 x', '1 RECEIVE ann'], [['ann', 'delivered']], 'the newest first'],
    [['5 DEFER ann 451 x', '1 RECEIVE ann'], [['ann', 'deferred']], 'the newest first, held'],
    [
      ['5 DEFER ann 451 x', '3 SEND ann 250 x'],
      [['ann', 'deferred']],
      'what one server sent, another then deferred',
    ],
    [
      ['1 RECEIVE all', '2 EXPAND gus/all', '1 RECEIVE all'],
      [['gus', 'active']],
      'a group opens no second time',
    ],
  ])('%j: %j, %s', (lines, fates) => {
    expect(fatesOf(readLines(...lines))).toEqual(fates);
  });

  test('the arrival is the first that is told, wherever it stands', () => {
    const { mails } = readLines('9 DEFER ann 451 x', '5 RECEIVE ann', '1 RECEIVE ann', '7 RECEIVE ann');
    expect(mails).toEqual([
      expect.objectContaining({
        arrivedAt: new Date('2026-06-02T08:00:01Z'),
        lastAttemptAt: new Date('2026-06-02T08:00:09Z'),
      }),
    ]);
  });

  test('an older deferral does not replace the reply of the newest', () => {
    const { mails } = readLines('1 RECEIVE ann', '9 DEFER ann 452 new', '5 DEFER ann 451 old');
    expect(mails[0]?.reply).toBe('452 new');
  });
});

test('the next hop is the other end of an SMTP session, not the server that writes', () => {
  const { mails } = readText(exchangeTrackingLog, exchangeFixture('tracking.log'));
  expect(mails.map(({ recipient, nextHop }) => [recipient, nextHop])).toEqual([
    ['reports@contoso.example', 'MBX02'],
    ['ann@fabrikam.example', 'fabrikam-example.mail.protection.outlook.com'],
    ['gus@fabrikam.example', 'mx.fabrikam.example'],
    ['ivy@fabrikam.example', null],
    ['bob@fabrikam.example', 'fabrikam-example.mail.protection.outlook.com'],
    ['joe@fabrikam.example', null],
    ['hal@fabrikam.example', null],
  ]);
});

describe('replies of a row', () => {
  test.each<[string, string, string]>([
    [
      "'[{LED=451 a};{MSG=}]';'[{LED=452 b''s};{MSG=}]'",
      "[{LED=451 a};{MSG=}]|[{LED=452 b's};{MSG=}]",
      'in quotes',
    ],
    ['451 a;452 b', '451 a|452 b', 'plain'],
    ['451 a; b;452 c', '451 a; b|452 c', 'with a semicolon that separates nothing'],
    ['451 a', '451 a|451 a', 'one for both'],
    ["'451 a; b", '451 a; b|451 a; b', 'a quote that never ends'],
    ["451 it's;452 b", "451 it's|452 b", 'a quote that is none'],
  ])('%s is %s: %s', (cell, replies) => {
    const { mails } = readLines(`1 DEFER ann,bob ${cell}`);
    expect(mails.map((mail) => mail.reply).join('|')).toBe(replies);
  });

  test('where the other side said nothing, the server gives its own reason', () => {
    const row = line('1 DEFER ann').replace(/,$/, ',ConfigUpdate');
    expect(readText(exchangeTrackingLog, `${HEAD}${row}\n`).mails[0]?.reply).toBe('ConfigUpdate');
  });
});

describe('an export of Get-MessageTrackingLog', () => {
  const read = (context: Partial<RelayContext>): ExchangeAnswer =>
    readText(exchangeTrackingLog, exchangeFixture('tracking.csv'), {
      asOf: new Date('2026-06-13T12:00:00Z'),
      ...context,
    });

  test('is in the zone that was given', () => {
    const { mails } = read({ timeZone: 'Europe/London' });
    expect(
      mails.map(({ recipient, state, lastAttemptAt }) => [recipient, state, lastAttemptAt?.toISOString()]),
    ).toEqual([
      ['ann@fabrikam.example', 'delivered', '2026-06-02T08:00:09.000Z'],
      ['bob@fabrikam.example', 'deferred', '2026-06-13T08:00:05.000Z'],
    ]);
  });

  test('is not read in an order that it contradicts', () => {
    const { mails, report } = read({ dateOrder: 'mdy' });
    expect(mails.map((mail) => mail.recipient)).toEqual(['ann@fabrikam.example']);
    expect(report.broken).toBe(2);
  });

  test('without recipients tells of messages', () => {
    const text = exchangeFixture('tracking.csv').replaceAll(
      /"(?:ann|bob)@fabrikam.example"/g,
      '"System.String[]"',
    );
    const { mails, report } = readText(exchangeTrackingLog, text);
    expect(mails.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['', 'delivered'],
      ['', 'deferred'],
    ]);
    expect(report.notes).toEqual([expect.stringContaining('no zone'), expect.stringContaining('recipients')]);
  });

  test('with days that prove nothing is refused rather than guessed', () => {
    const text = exchangeFixture('tracking.csv').replaceAll('13/06/2026', '03/06/2026');
    const { mails, report } = readText(exchangeTrackingLog, text);
    expect(mails).toEqual([]);
    expect(report).toMatchObject({ records: 4, broken: 4 });
  });
});

describe('several logs in one input', () => {
  const raw = exchangeFixture('tracking.log');
  const old = exchangeFixture('tracking-2010.log');
  const exported = exchangeFixture('tracking.csv');
  const apart = [raw, old, exported].map((text) => readText(exchangeTrackingLog, text).mails);

  test.each<[string, string]>([
    ['raw, older, exported', raw + old + exported],
    ['exported, raw, older', exported + raw + old],
  ])('%s: each is read by its own fields', (_order, text) => {
    const { mails, report } = readText(exchangeTrackingLog, text);
    expect(report.broken).toBe(0);
    expect(new Set(mails)).toEqual(new Set(apart.flat()));
  });
});

describe('what is kept', () => {
  const messages = (count: number, event: string): string =>
    Array.from({ length: count }, (_, place) =>
      line(`${place} ${event} ann 451 x`).replaceAll('000000000001', String(place).padStart(12, '0')),
    ).join('\n');

  test('above the limit the oldest that were never tried are let go, and it is said', () => {
    const limits = { mostOpen: 10, mostClosed: 10 };
    const text = `${HEAD}${messages(6, 'DEFER')}\n${messages(26, 'RECEIVE')}\n`;
    const { mails, report } = readPieces(openTracking(CONTEXT, limits), [text]);
    expect(mails.filter((mail) => mail.state === 'deferred')).toHaveLength(6);
    expect(mails.length).toBeLessThanOrEqual(10);
    expect(mails.length + report.broken).toBe(26);
    expect(report.notes).toEqual([expect.stringContaining(`forgotten: ${report.broken}.`)]);
    expect(report.firstBroken[0]).toBe('too much was open at once to keep it');
  });

  test.each([
    [3, [], 'among the last ones'],
    [8, [], 'in the half that is kept whole'],
    [9, ['held'], 'long ago: a late line is taken for a new one'],
  ])('a late line after %i other outcomes opens %j: it was closed %s', (others, opened) => {
    const outcomes = Array.from({ length: others }, (_, place) => line(`9 SEND other${place} 250 x`));
    const lines = [line('8 SEND held 250 x'), ...outcomes, line('7 DEFER held 451 x')];
    const reader = openTracking(CONTEXT, { mostOpen: 10, mostClosed: 10 });
    const { mails } = readPieces(reader, [`${HEAD}${lines.join('\n')}\n`]);
    const held = mails.filter((mail) => mail.state === 'deferred');
    expect(held.map((mail) => mail.recipient)).toEqual(opened.map((name) => `${name}@fabrikam.example`));
  });

  test('without limits reached, every message is told once, as a plain count has it', () => {
    const event = fc.constantFrom('RECEIVE', 'DEFER', 'SEND', 'FAIL');
    const step = fc.tuple(event, fc.nat(5));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lines = steps.map(([word, who], place) => `${place} ${word} r${who} 450 x`);
        const last = new Map(steps.map(([word, who]) => [`r${who}`, word]));
        const held = fatesOf(readLines(...lines)).filter(
          ([, state]) => state === 'active' || state === 'deferred',
        );
        const expected = [...last]
          .filter(([, word]) => word === 'RECEIVE' || word === 'DEFER')
          .map(([who]) => who);
        expect(held.map(([who]) => who).sort()).toEqual(expected.sort());
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  [line('1 DEFER ann').replace('2026-06-02T', 'yesterday '), 'line 4: its date cannot be read'],
  [line('1 DEFER ann').replace('DEFER', ''), 'line 4: it names no event'],
  [line('1 DEFER ann').replace(/7001,.*0001,/, ',,,'), 'line 4: it names no message'],
  [line('1 DEFER ann').slice(0, 60), 'line 4: it is cut short'],
  [`${line('1 DEFER ann')},x`, 'line 4: it has more cells than the header'],
])('%j is broken: %s', (row, problem) => {
  const { mails, report } = readText(exchangeTrackingLog, `${HEAD}${row}\n${line('2 DEFER bob 451 x')}\n`);
  expect(mails.map((mail) => mail.recipient)).toEqual(['bob@fabrikam.example']);
  expect(report).toMatchObject({ records: 2, broken: 1, firstBroken: [problem] });
});
