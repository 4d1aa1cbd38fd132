import { describe, expect, test } from 'vitest';

import { exchangeMessages } from '#sources/relay/exchange-messages.js';
import { exchangeQueues } from '#sources/relay/exchange-queues.js';
import { exchangeTrackingLog } from '#sources/relay/exchange-tracking-log.js';

import { CONTEXT, cutAt, exchangeFixture, readPieces, readText } from './read-exchange.js';

const HEADER = '"Identity","FromAddress","Recipients","Status","DateReceived","Subject"\r\n';

function row(subject: string, id = '1'): string {
  const cells = [
    `M\\1\\${id}`,
    'a@contoso.example',
    'b@fabrikam.example',
    'Retry',
    '2026-06-02T08:00:00Z',
    subject,
  ];
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

describe('hostile cells come through as they are', () => {
  test.each([
    ['\u001b]0;owned\u0007', 'terminal escapes'],
    ['=cmd|calc!A1', 'a formula'],
    ['\u202egnp.exe', 'bidi controls'],
    ['line one\r\nline two', 'a line break'],
    [',";\t', 'every delimiter'],
    ['"""', 'quotes only'],
    ['::set-output name=x::y', 'a command to a pipeline'],
    ['#TYPE x', 'a remark'],
    ['__proto__', 'the name of a property'],
  ])('%j: %s', (subject) => {
    const { mails, report } = readText(exchangeMessages, HEADER + row(subject));
    expect(mails.map((mail) => mail.subject)).toEqual([subject]);
    expect(report.broken).toBe(0);
  });

  test('a NUL is dropped, a cell is cut at 64 Ki characters', () => {
    const { mails } = readText(exchangeMessages, HEADER + row('a\0b') + row('x'.repeat(100_000)));
    expect(mails.map((mail) => mail.subject?.length)).toEqual([2, 65_536]);
  });

  test('names of object properties are only names', () => {
    const text =
      '{"__proto__":{"FromAddress":"x@y"},"constructor":1,"FromAddress":"a@contoso.example","Identity":"M\\\\1\\\\2","Status":{"__proto__":{"value":"Suspended"}}}';
    const { mails } = readText(exchangeMessages, text);
    expect(mails).toEqual([expect.objectContaining({ sender: 'a@contoso.example', state: 'active' })]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('what is too much costs itself and nothing else', () => {
  test.each<[string, string]>([
    ['a row with a cell of ten million characters', row('x'.repeat(10_000_000))],
    ['a row of ten million quotes', `"${'"'.repeat(9_999_998)}"\r\n`],
    ['a row of 501 cells', `${',x'.repeat(500)}\r\n`],
    ['a row of ten thousand cells', `${',x'.repeat(9_999)}\r\n`],
    ['an object instead of a row', '{"FromAddress":"a@contoso.example"}\r\n'],
    ['a row in another delimiter', row('x').replaceAll('","', '";"')],
  ])('%s', (_what, bad) => {
    const text = HEADER + row('before', '1') + bad + row('after', '2');
    const { mails, report } = readText(exchangeMessages, text);
    expect(mails.map((mail) => mail.subject)).toEqual(['before', 'after']);
    expect(report).toMatchObject({ records: 3, broken: 1 });
    expect(
      readPieces(exchangeMessages.open(CONTEXT), cutAt(text, [70, 65_536, 1_048_577, 7_777_777])),
    ).toEqual({
      mails,
      queues: [],
      report,
    });
  });

  test('a quote that never ends costs its own row only', () => {
    const open = '"M\\1\\9","a@contoso.example","never closed\r\n';
    const rest = Array.from({ length: 5_000 }, (_, place) =>
      row('x', String(place)).replaceAll('"', ''),
    ).join('');
    const { mails, report } = readText(exchangeMessages, HEADER + row('before') + open + rest);
    expect(mails).toHaveLength(5_001);
    expect(report).toMatchObject({
      broken: 1,
      firstBroken: ['line 3: it is too long, or a quote never ends'],
    });
  });

  test('a header of ten thousand columns is read, and rows that wide are not', () => {
    const names = Array.from({ length: 10_000 }, (_, place) => `c${place}`).join(',');
    const { mails, report } = readText(
      exchangeMessages,
      `Identity,FromAddress,Status,${names}\nM\\1\\2,a@contoso.example,Retry${',x'.repeat(10_000)}\n`,
    );
    expect(mails).toEqual([]);
    expect(report).toMatchObject({ records: 1, broken: 1 });
  });

  test('a header whose CR LF is cut in two by the end of a block', () => {
    const names = 'Identity,FromAddress,Status,';
    const header = `${names}${'x'.repeat(65_535 - names.length)}\r\n`;
    const { mails, report } = readText(exchangeMessages, `${header}M\\1\\2,a@contoso.example,Retry,\r\n`);
    expect(mails.map((mail) => mail.queueId)).toEqual(['2']);
    expect(report.broken).toBe(0);
  });

  test('a header that never ends is none, and fills no memory', () => {
    const reader = exchangeMessages.open(CONTEXT);
    for (let block = 0; block < 100; block += 1) reader.text('Identity,'.repeat(10_000));
    expect(reader.end()).toEqual([]);
    expect(reader.report()).toMatchObject({ broken: 1 });
  });

  test.each<[string, string]>([
    ['an object of two megabytes', `{"FromAddress":"${'x'.repeat(2_000_000)}"}`],
    [
      'an object a hundred thousand levels deep',
      `{"FromAddress":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
    ['a number that is none', '{"FromAddress":"a@b","Identity":1e999999}'],
    ['text between the objects', 'garbage'],
  ])('%s', (_what, bad) => {
    const good = '{"FromAddress":"a@contoso.example","Identity":"M\\\\1\\\\2","Status":"Retry"}';
    const text = `[${good},\n${bad},\n${good}]`;
    const { mails } = readText(exchangeMessages, text);
    expect(mails.filter((mail) => mail.state === 'deferred')).toHaveLength(2);
    expect(readPieces(exchangeMessages.open(CONTEXT), cutAt(text, [5, 65_537, 1_100_000])).mails).toEqual(
      mails,
    );
  });

  test('remarks without end are no header', () => {
    expect(readText(exchangeTrackingLog, '#x\n'.repeat(400_000))).toMatchObject({ mails: [] });
  });

  test('a row of a log with a hundred thousand recipients, and again', () => {
    const recipients = Array.from({ length: 90_000 }, (_, place) => `r${place}@x`).join(';');
    const fields = '#Fields: date-time,source,event-id,message-id,recipient-address\n';
    const rows = ['RECEIVE', 'DEFER', 'DEFER'].map(
      (event, place) => `2026-06-02T08:00:0${place}.000Z,SMTP,${event},<m@contoso.example>,${recipients}\n`,
    );
    const { mails, report } = readText(exchangeTrackingLog, fields + rows.join(''));
    expect(mails).toHaveLength(90_000);
    expect(report.broken).toBe(0);
  });
});

describe('a broken file gives what can be read of it', () => {
  test.each([
    [exchangeMessages, 'messages.csv', 'FromAddress'],
    [exchangeQueues, 'queues.csv', 'MessageCount'],
    [exchangeTrackingLog, 'tracking.csv', 'EventId'],
    [exchangeTrackingLog, 'tracking.log', 'event-id'],
  ] as const)('%#: without its most needed column nothing, and it says so', (format, name, column) => {
    const { mails, queues, report } = readText(format, exchangeFixture(name).replaceAll(column, 'x'));
    expect([mails, queues]).toEqual([[], []]);
    expect(report.broken).toBe(1);
    expect(report.firstBroken[0]).toContain('was expected');
  });

  test.each([
    [exchangeMessages, 'messages.csv', '|'],
    [exchangeQueues, 'queues.csv', ' '],
  ] as const)('%#: in a delimiter that no shell uses nothing, and it says so', (format, name, delimiter) => {
    const { mails, queues, report } = readText(
      format,
      exchangeFixture(name).replaceAll('","', `"${delimiter}"`),
    );
    expect([mails, queues]).toEqual([[], []]);
    expect(report.broken).toBe(1);
  });

  test('with tabs it is read', () => {
    const { queues } = readText(exchangeQueues, exchangeFixture('queues.csv').replaceAll('","', '"\t"'));
    expect(queues).toHaveLength(5);
  });
});
