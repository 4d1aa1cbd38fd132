import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { exchangeMessages } from '#sources/relay/exchange-messages.js';
import type { RelayContext } from '#sources/relay/relay-reader.js';

import { exchangeFixture, readText } from './read-exchange.js';

const COLUMNS = [
  'Identity',
  'FromAddress',
  'Recipients',
  'Status',
  'Size',
  'DateReceived',
  'LastError',
  'Queue',
  'InternetMessageId',
  'ExpirationTime',
] as const;
type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

const USUAL: Cells = {
  Identity: 'MBX01\\17\\5001',
  FromAddress: 'dan@contoso.example',
  Recipients: 'ann@fabrikam.example',
  Status: 'Ready',
  Size: '2 KB (2,048 bytes)',
  DateReceived: '2026-06-02T08:00:00Z',
  LastError: '',
  Queue: 'MBX01\\17',
  InternetMessageId: '<m1@contoso.example>',
};

function table(...rows: readonly Cells[]): string {
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
  const body = rows.map((row) => line(COLUMNS.map((name) => ({ ...USUAL, ...row })[name] ?? '')));
  return line([...COLUMNS]) + body.join('');
}

function mailOf(row: Cells, context: Partial<RelayContext> = {}): RelayMail | undefined {
  return readText(exchangeMessages, table(row), context).mails[0];
}

describe('state', () => {
  test.each<[Cells, RelayMail['state'], string]>([
    [{ Status: 'Ready' }, 'active', 'never tried'],
    [{ Status: 'Ready', LastError: '451 4.3.2 x' }, 'deferred', 'ready again after a try that failed'],
    [{ Status: 'Retry' }, 'deferred', 'the queue could not connect, which leaves no error at the message'],
    [{ Status: 'RETRY' }, 'deferred', 'whatever its case'],
    [{ Status: 'Active', LastError: '451 4.3.2 x' }, 'active', 'in the middle of a try'],
    [{ Status: 'Suspended' }, 'on-hold', 'by an admin'],
    [{ Status: 'PendingSuspend' }, 'active', 'goes on unless the try in hand fails'],
    [{ Status: 'PendingRemove' }, 'active', 'goes on unless the try in hand fails'],
    [{ Status: 'Locked' }, 'active', 'waits for its first try'],
    [{ Status: 'Locked', LastError: '452 4.3.1 x' }, 'deferred', 'was tried'],
    [{ Status: '' }, 'active', 'not exported'],
    [
      { Status: 'Wiederholen', LastError: '451 4.3.2 x' },
      'deferred',
      'a word of another language: the error tells',
    ],
    [{ Queue: 'MBX01\\Poison' }, 'on-hold', 'nothing leaves the poison queue by itself'],
  ])('%j is %s: %s', (row, state) => {
    expect(mailOf(row)?.state).toBe(state);
  });

  test('a status that is in no list is remarked upon', () => {
    const { report } = readText(exchangeMessages, table({ Status: 'Wiederholen' }, { Status: '6' }));
    expect(report.notes).toEqual([
      expect.stringContaining('so that their last error decides whether they were tried: 2.'),
    ]);
  });
});

describe('values', () => {
  test.each<[Cells, Partial<RelayMail>, string]>([
    [{}, { queueId: '5001', sizeBytes: 2048, sender: 'dan@contoso.example' }, 'the usual'],
    [{ FromAddress: '<>' }, { sender: '' }, 'a DSN'],
    [{ FromAddress: '' }, { sender: null }, 'an empty cell says nothing'],
    [{ Identity: '' }, { queueId: '<m1@contoso.example>' }, 'without an identity the Message-ID has to do'],
    [{ Identity: '5001' }, { queueId: '5001' }, 'a number alone'],
    [{ Size: '12,3 KB (12.595 bytes)' }, { sizeBytes: 12595 }, 'German'],
    [{ Size: '12,3 Ko (12\u202f595 octets)' }, { sizeBytes: 12595 }, 'French'],
    [{ Size: '12595' }, { sizeBytes: 12595 }, 'a number of bytes'],
    [{ Size: '12.3 KB' }, { sizeBytes: null }, 'rounded: not the number'],
    [{ Size: 'System.Object' }, { sizeBytes: null }, 'a type'],
    [
      { Queue: 'MBX01\\mail.fabrikam.example' },
      { nextHop: 'mail.fabrikam.example' },
      'a queue named after its hop',
    ],
    [
      { Queue: '', Identity: 'MBX01\\fabrikam.example\\9' },
      { nextHop: 'fabrikam.example' },
      'told by the identity',
    ],
    [{ Queue: 'MBX01\\17' }, { nextHop: null }, 'a number is no hop'],
    [{ Queue: 'MBX01\\Submission' }, { nextHop: null }, 'nor is the name of a stage'],
    [
      { LastError: '[{LED=451 4.4.0 x};{MSG=};{FQDN=mx.fabrikam.example};{IP=198.51.100.7};{LRT=}]' },
      { nextHop: 'mx.fabrikam.example', lastAttemptAt: null },
      'the record names the host',
    ],
    [
      { LastError: '[{LED=451 4.4.0 x};{MSG=};{FQDN=};{IP=198.51.100.7};{LRT=6/2/2026 8:30:00 AM}]' },
      { nextHop: '198.51.100.7', lastAttemptAt: new Date('2026-06-02T08:30:00Z') },
      'or its address',
    ],
    [
      { LastError: '[{LRT=02/06/2026 08:30:00};{LED=451 4.4.0 x};{FQDN=};{IP=}]' },
      { lastAttemptAt: new Date('2026-06-02T08:30:00Z') },
      'a try in February would lie before the arrival',
    ],
    [
      { LastError: '[{LED=451 4.4.0 x};{LRT=02.06.2026 08:30:00}]' },
      { lastAttemptAt: new Date('2026-06-02T08:30:00Z') },
      'dots: the day comes first',
    ],
    [
      { LastError: '[{LED=451 4.4.0 x};{LRT=6/2/2026 11:30:00 AM}]' },
      { lastAttemptAt: null },
      'a try after the look: written in local time, so it is not known',
    ],
    [
      { DateReceived: '2026-01-15T08:00:00Z', LastError: '[{LED=451 4.4.0 x};{LRT=03/04/2026 08:30:00}]' },
      { lastAttemptAt: null },
      'March or April: both lie between arrival and now',
    ],
    [{ LastError: 'System.String[]' }, { reply: null, state: 'active' }, 'a type is no reply'],
    [{ InternetMessageId: '' }, { messageId: null }, 'no Message-ID'],
  ])('%j gives %j: %s', (row, expected) => {
    expect(mailOf(row)).toMatchObject(expected);
  });

  test('a reply is cut at 16 Ki characters', () => {
    expect(mailOf({ LastError: `451 ${'x'.repeat(40_000)}` })?.reply).toHaveLength(16_384);
  });
});

describe('recipients', () => {
  test.each<[string, readonly string[], string]>([
    ['ann@fabrikam.example', ['ann@fabrikam.example'], 'one'],
    ['ann@fabrikam.example;bob@fabrikam.example', ['ann@fabrikam.example', 'bob@fabrikam.example'], 'joined'],
    [
      'ann@fabrikam.example, bob@fabrikam.example',
      ['ann@fabrikam.example', 'bob@fabrikam.example'],
      'with commas',
    ],
    [
      'ann@fabrikam.example bob@fabrikam.example',
      ['ann@fabrikam.example', 'bob@fabrikam.example'],
      'with blanks',
    ],
    [
      'ann@fabrikam.example\nbob@fabrikam.example',
      ['ann@fabrikam.example', 'bob@fabrikam.example'],
      'with line ends',
    ],
    ['{ann@fabrikam.example}', ['ann@fabrikam.example'], 'as a list is shown on a screen'],
    ['ann@fabrikam.example;ANN@fabrikam.example', ['ann@fabrikam.example'], 'twice'],
    [
      'ann@fabrikam.example;2;2;[{LED=550 no bob@fabrikam.example here};{MSG=}];0;CN=x',
      ['ann@fabrikam.example'],
      'what a reply names is no recipient',
    ],
    ['', [''], 'none: the message counts once'],
    ['Microsoft.Exchange.Data.QueueViewer.RecipientInfo[]', [''], 'the type of a list'],
    ['System.Collections.ArrayList', [''], 'the type that a remote shell makes of it'],
    [
      'Microsoft.Exchange.Data.x@fabrikam.example',
      ['Microsoft.Exchange.Data.x@fabrikam.example'],
      'an address like a type',
    ],
    ['[{LED=a@b;c@d', [''], 'a record that never ends hides what follows'],
  ])('%j is %j: %s', (cell, recipients) => {
    const { mails } = readText(exchangeMessages, table({ Recipients: cell }));
    expect(mails.map((mail) => mail.recipient)).toEqual(recipients);
  });

  test('a recipient that has its mail already is not held', () => {
    const { mails } = readText(exchangeMessages, exchangeFixture('messages-ps5.json'));
    expect(mails.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['ann@fabrikam.example', 'delivered'],
      ['bob@fabrikam.example', 'deferred'],
    ]);
  });
});

describe('dates', () => {
  test.each<[string, Partial<RelayContext>, string | null, string]>([
    ['2026-06-02T10:00:00+02:00', {}, '2026-06-02T08:00:00.000Z', 'an offset'],
    [
      '02.06.2026 10:00:00',
      { timeZone: 'Europe/Berlin' },
      '2026-06-02T08:00:00.000Z',
      'the zone that was given',
    ],
    ['6/1/2026 5:04:11 PM', { dateOrder: 'mdy' }, '2026-06-01T17:04:11.000Z', 'the order that was given'],
    ['1/6/2026 5:04:11 PM', { dateOrder: 'dmy' }, '2026-06-01T17:04:11.000Z', 'the other order'],
    ['5/31/2026 5:04:11 PM', {}, '2026-05-31T17:04:11.000Z', 'no month has the number 31'],
    ['31/05/2026 17:04:11', {}, '2026-05-31T17:04:11.000Z', 'the same, the day first'],
    ['01/06/2026 17:04:11', {}, null, '6 January or 1 June: not guessed'],
    ['10/05/2026 17:04:11', {}, '2026-05-10T17:04:11.000Z', 'October has not been yet'],
    ['5/10/2026 17:04:11', {}, '2026-05-10T17:04:11.000Z', 'the same, the month first'],
    ['26/05/10 17:04:11', {}, null, 'a year of two digits'],
    ['1/1/0001 12:00:00 AM', {}, null, 'no date at all'],
    ['', {}, null, 'not exported'],
  ])('%j with %j is %s: %s', (date, context, expected) => {
    expect(mailOf({ DateReceived: date }, context)?.arrivedAt?.toISOString() ?? null).toBe(expected);
  });

  test('mail whose date is not known is held all the same, and said to be unread', () => {
    const { mails, report } = readText(
      exchangeMessages,
      table({ DateReceived: '01/06/2026 17:04:11' }, { DateReceived: '02/06/2026 07:04:11' }),
    );
    expect(mails.map((mail) => mail.arrivedAt)).toEqual([null, null]);
    expect(report).toMatchObject({ records: 2, broken: 2, newestAt: null });
    expect(report.notes).toContain(
      '2 of its dates may name the day or the month first and were not read; give --date-order dmy or --date-order mdy.',
    );
  });

  test.each<[string, string, string | null, string]>([
    ['2026-06-02T08:00:00Z', '2026-06-04T08:00:00Z', '2026-06-04T08:00:00.000Z', 'as the relay tells it'],
    ['25.5.2026 08:00:00', '4.6.2026 08:00:00', '2026-06-04T08:00:00.000Z', 'in the order of the other date'],
    ['2026-06-02T08:00:00Z', '', null, 'not exported'],
    ['2026-06-02T08:00:00Z', 'soon', null, 'no date'],
    ['2026-06-02T08:00:00Z', '2026-06-02T08:00:00Z', null, 'no later than the arrival'],
    ['', '2026-06-04T08:00:00Z', null, 'of mail whose arrival is not known'],
  ])('mail of %j that expires at %j: %j, %s', (DateReceived, ExpirationTime, expected) => {
    const found = mailOf({ DateReceived, ExpirationTime }, { timeZone: 'UTC' });
    expect(found?.expiresAt?.toISOString() ?? null).toBe(expected);
  });

  test('one date proves the order for those before it', () => {
    const { mails, report } = readText(
      exchangeMessages,
      table({ DateReceived: '01/06/2026 17:04:11' }, { DateReceived: '31/05/2026 07:04:11' }),
    );
    expect(mails.map((mail) => mail.arrivedAt?.toISOString())).toEqual([
      '2026-06-01T17:04:11.000Z',
      '2026-05-31T07:04:11.000Z',
    ]);
    expect(report.broken).toBe(0);
  });
});

describe('records that cannot be read', () => {
  test.each<[string, string, string]>([
    ['names nothing', table({ Identity: '', InternetMessageId: '' }), 'line 2: it names no message'],
    ['is cut short', `${table({})}"MBX01\\17\\5002","dan@contoso.example"\r\n`, 'line 3: it is cut short'],
    [
      'has more cells',
      table({}).trimEnd().concat(',"x","y"\r\n'),
      'line 2: it has more cells than the header',
    ],
    ['has broken quotes', `${table({})}"a"b","c"\r\n`, 'line 3: its quotes are broken'],
    ['is no JSON', '{"FromAddress":"a@b", "Identity": x}', 'line 1: it is no JSON'],
    ['is no object', '[1, 2, {"FromAddress":"a@b", "Identity": ""}]', 'line 1: it names no message'],
    [
      'ends too early',
      '[{"FromAddress":"a@b",\n "Identity":"M\\\\1\\\\2"',
      'line 1: the text ends too early',
    ],
  ])('%s', (_why, text, first) => {
    expect(readText(exchangeMessages, text).report).toMatchObject({ broken: 1, firstBroken: [first] });
  });

  test('two headers one after the other: each has its own order of columns', () => {
    const text = `${table({})}"Identity","Status","DateReceived","FromAddress"\r\n"MBX02\\1\\77","Retry","2026-06-02T08:10:00Z","kim@contoso.example"\r\n`;
    const { mails, report } = readText(exchangeMessages, text);
    expect(mails.map(({ queueId, sender }) => [queueId, sender])).toEqual([
      ['5001', 'dan@contoso.example'],
      ['77', 'kim@contoso.example'],
    ]);
    expect(report).toMatchObject({ records: 2, broken: 0 });
  });
});

test('copies in shadow queues are no mail of this server, and it is said', () => {
  const { mails, report } = readText(exchangeMessages, exchangeFixture('messages.csv'));
  expect(mails.map(({ queueId, state }) => [queueId, state])).toEqual([
    ['52950001', 'deferred'],
    ['52950001', 'deferred'],
    ['52950002', 'active'],
    ['52950003', 'on-hold'],
    ['52950004', 'on-hold'],
    ['52950006', 'deferred'],
  ]);
  expect(report.notes).toContain(
    'Messages of shadow queues, left out because they are copies of what another server holds: 1.',
  );
});

test('what Microsoft answers is judged transient and the fault of its service', () => {
  const { mails } = readText(exchangeMessages, exchangeFixture('messages.csv'));
  const verdict = classify({ text: mails[0]?.reply ?? '', event: 'Defer' });
  expect(verdict).toMatchObject({ class: 'transient', party: 'service' });
});
