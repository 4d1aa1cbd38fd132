import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openFileTraceSource } from '#sources/files/file-trace-source.js';

import { encodeText } from '../../generator/encoding.js';
import { expectedCounts, PLAIN_STYLE, writeExport } from '../../generator/exports.js';
import { population } from '../../generator/population.js';
import { answerOf, countsByStatus, readInput, readPaths } from './read-export.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function saved(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const ID = '5f0c3c1e-0000-4000-8000-000000000001';
const LIST = 'MessageTraceId,Received,SenderAddress,RecipientAddress,Subject,Status\n';
const listRow = (received: string, recipient = 'a@contoso.example', status = 'Delivered') =>
  `${ID},${received},s@fabrikam.example,${recipient},Hello,${status}\n`;

describe('a culture that only the file can tell', () => {
  const listOf = (...dates: string[]) => LIST + dates.map((date) => listRow(date)).join('');

  test.each([
    ['a day above 12 anywhere proves it', ['03/04/2026 10:00:00', '25/03/2026 10:00:00'], '2026-04-03'],
    [
      'so does one in the place of the month',
      ['3/4/2026 10:00:00 AM', '2/25/2026 10:00:00 AM'],
      '2026-03-04',
    ],
    [
      'rows go back in time under one reading only',
      ['02/03/2026 10:00:00', '01/03/2026 10:00:00', '12/02/2026 10:00:00'],
      '2026-03-02',
    ],
    [
      'and under the other',
      ['3/2/2026 1:00:00 AM', '3/1/2026 1:00:00 AM', '2/12/2026 1:00:00 AM'],
      '2026-03-02',
    ],
  ])('%s', async (_why, dates, first) => {
    const { entries } = await readPaths([await saved('culture.csv', listOf(...dates))]);
    expect(entries).toHaveLength(dates.length);
    expect(entries[0]?.receivedAt.toISOString().slice(0, 10)).toBe(first);
  });

  test.each([
    [
      'one day is either',
      ['03/04/2026 10:00:00', '03/04/2026 09:00:00'],
      '"03/04/2026 10:00:00" may name the day or the month first',
    ],
    [
      'neighbouring days too',
      ['05/04/2026 10:00:00', '04/04/2026 10:00:00'],
      'may name the day or the month first',
    ],
    ['a short year', ['26/06/02 10:00:00'], 'has a year of two digits'],
  ])('is refused with the flag that helps: %s', async (_why, dates, message) => {
    await expect(readPaths([await saved('ambiguous.csv', listOf(...dates))])).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message) as string,
      remedy: expect.stringContaining('--date-order dmy') as string,
    });
  });

  test('a file that mixes both is refused', async () => {
    const path = await saved('mixed.csv', listOf('25/03/2026 10:00:00', '03/25/2026 10:00:00'));
    await expect(readPaths([path])).rejects.toMatchObject({ kind: 'input' });
  });

  test.each([
    ['dmy', '2026-04-03'],
    ['mdy', '2026-03-04'],
  ] as const)('--date-order %s settles it', async (dateOrder, day) => {
    const path = await saved('told.csv', listOf('03/04/2026 10:00:00'));
    const { entries } = await readPaths([path], { dateOrder });
    expect(entries[0]?.receivedAt.toISOString()).toBe(`${day}T10:00:00.000Z`);
  });
});

describe('zones', () => {
  const summary = 'Date,Sender Address,Recipient Address,Subject,Status\n';
  const row = '2026-07-15 12:00:00,s@fabrikam.example,a@contoso.example,Hello,Delivered\n';

  test('a Summary without a zone is taken as the default, and says so', async () => {
    const { entries, notes } = await readInput(summary + row);
    expect(entries[0]?.receivedAt.toISOString()).toBe('2026-07-15T12:00:00.000Z');
    expect(notes.join()).toContain('do not name a zone and were taken as UTC; give --file-time-zone');
  });

  test('a header that states its offset needs no assumption', async () => {
    const { entries, notes } = await readInput(summary.replace('Date', 'Date (UTC+05:30)') + row);
    expect(entries[0]?.receivedAt.toISOString()).toBe('2026-07-15T06:30:00.000Z');
    expect(notes.join()).not.toContain('zone');
  });

  test('a PowerShell list is UTC whatever the zone, and says so', async () => {
    const { entries, notes } = await readInput(LIST + listRow('2026-07-15 12:00:00'), {
      fileTimeZone: 'Europe/Berlin',
    });
    expect(entries[0]?.receivedAt.toISOString()).toBe('2026-07-15T12:00:00.000Z');
    expect(notes.join()).toContain('is written in UTC');
  });
});

describe('standard input', () => {
  const messages = [
    ...population({
      seed: 5,
      messages: 40,
      newest: new Date('2026-06-20T00:00:00Z'),
      stepSeconds: 40_000,
      maxRecipients: 2,
      awkward: true,
    }),
  ];

  test('that needs two passes is spooled, and nothing stays behind', async () => {
    const spoolFolder = await mkdtemp(join(folder, 'spool-'));
    const text = writeExport('powershell-list', messages, { ...PLAIN_STYLE, culture: 'en-US' });
    const standardInput = Readable.from(encodeText(text, 'utf-16le'));
    const { entries } = await readPaths(['-'], { standardInput, temporaryDirectory: spoolFolder });
    expect(countsByStatus(entries)).toEqual(expectedCounts('powershell-list', messages));
    expect(await readdir(spoolFolder)).toEqual([]);
  });

  test('that needs one pass is never written to disk', async () => {
    const standardInput = Readable.from(
      encodeText(writeExport('extended', messages, PLAIN_STYLE), 'utf-16le'),
    );
    const { entries } = await readPaths(['-'], { standardInput, temporaryDirectory: '/nonexistent' });
    expect(entries.length).toBeGreaterThan(40);
  });

  test('is given once, and read once', async () => {
    await expect(readPaths(['-', '-'])).rejects.toMatchObject({ kind: 'usage' });
    const source = await openFileTraceSource({
      paths: ['-'],
      standardInput: Readable.from([LIST + listRow('2026-06-02T17:04:11Z')]),
      fileTimeZone: null,
      defaultTimeZone: 'UTC',
      dateOrder: null,
      temporaryDirectory: folder,
      signal: new AbortController().signal,
    });
    expect((await answerOf(source)).entries).toHaveLength(1);
    await expect(answerOf(source)).rejects.toMatchObject({
      kind: 'input',
      message: 'standard input can be read only once.',
    });
  });
});

describe('several files', () => {
  const EVENTS = 'Date,MessageId,MessageTraceId,RecipientAddress,Event,Detail,Data\n';
  const event = (time: string, word: string, recipient = 'A@contoso.example', id = ID.toUpperCase()) =>
    `2026-06-02T${time}Z,<1@x>,${id},${recipient},${word},${word} detail,<root/>\n`;

  test('rows of a list carry the events of the detail file, whichever comes first', async () => {
    const list = await saved(
      'list.csv',
      LIST + listRow('2026-06-02T17:04:11Z', 'a@contoso.example', 'Pending'),
    );
    const detail = await saved(
      'detail.csv',
      EVENTS + event('17:05:00', 'Defer') + event('17:04:11', 'Receive'),
    );
    for (const paths of [
      [list, detail],
      [detail, list],
    ]) {
      const { entries } = await readPaths(paths);
      expect(entries.map(({ status, events }) => [status, events?.map((each) => each.event)])).toEqual([
        ['Pending', ['Receive', 'Defer']],
      ]);
      expect(entries[0]?.events?.[1]).toMatchObject({ description: 'Defer detail', data: '<root/>' });
    }
  });

  test('what no list names follows as entries of its own', async () => {
    const list = await saved('list.csv', LIST + listRow('2026-06-02T17:04:11Z'));
    const detail = await saved('detail.csv', EVENTS + event('17:05:00', 'Fail', 'other@contoso.example'));
    const { entries } = await readPaths([detail, list]);
    expect(entries.map(({ recipient, status }) => [recipient, status])).toEqual([
      ['a@contoso.example', 'Delivered'],
      ['other@contoso.example', 'Fail'],
    ]);
  });

  test('events without a recipient belong to each delivery of their message', async () => {
    const list = await saved(
      'list.csv',
      LIST + listRow('2026-06-02T17:04:11Z') + listRow('2026-06-02T17:04:11Z', 'b@contoso.example'),
    );
    const detail = await saved('detail.csv', EVENTS + event('17:04:11', 'Receive', ''));
    const { entries, gaps } = await readPaths([list, detail]);
    expect(entries.map(({ events }) => events?.length)).toEqual([1, 1]);
    expect(gaps).toEqual([]);
  });

  test('and are a gap when no list names the message', async () => {
    const detail = await saved('detail.csv', EVENTS + event('17:04:11', 'Receive', ''));
    const { entries, gaps } = await readPaths([detail]);
    expect([entries.length, gaps[0]?.reason]).toEqual([0, 'unreadable-rows']);
  });

  test('the answer is as old as the newest file', async () => {
    const [older, newer] = [await saved('older.csv', LIST), await saved('newer.csv', LIST)];
    await utimes(older, 0, new Date('2026-06-01T00:00:00Z'));
    await utimes(newer, 0, new Date('2026-06-02T00:00:00Z'));
    const source = await openFileTraceSource({
      paths: [newer, older],
      standardInput: Readable.from([]),
      fileTimeZone: null,
      defaultTimeZone: 'UTC',
      dateOrder: null,
      temporaryDirectory: folder,
      signal: new AbortController().signal,
    });
    await answerOf(source);
    expect([source.kind, source.requestCount(), source.asOf()?.toISOString()]).toEqual([
      'file',
      0,
      '2026-06-02T00:00:00.000Z',
    ]);
    expect(source.details).toBeUndefined();
  });
});

describe('what an export cannot tell', () => {
  test('a page with a next one is a gap', async () => {
    const row = `{"id":"${ID}","recipientAddress":"a@contoso.example","receivedDateTime":"2026-06-02T17:04:11Z","status":"delivered"}`;
    const { entries, gaps } = await readInput(
      `{"value":[${row}],"@odata.nextLink":"https://graph.microsoft.com/x"}`,
    );
    expect([entries.length, gaps[0]?.reason]).toEqual([1, 'cut-export']);
  });

  test('a page that ends in the middle is a gap, after the rows before it', async () => {
    const row = `{"id":"${ID}","recipientAddress":"a@contoso.example","receivedDateTime":"2026-06-02T17:04:11Z","status":"delivered"}`;
    const { entries, gaps } = await readInput(`{"value":[${row},{"id":"x`);
    expect(entries).toHaveLength(1);
    expect(gaps.map((gap) => gap.reason)).toEqual(['cut-export', 'unreadable-rows']);
  });

  test('an empty page is an answer', async () => {
    expect(await readInput('{"value":[]}')).toEqual({ entries: [], gaps: [], notes: [] });
  });

  test('cmdlet output saved as JSON is read by its own names', async () => {
    const row = {
      MessageTraceId: ID,
      RecipientAddress: 'a@contoso.example',
      Received: '/Date(1780419851000)/',
      Status: 'Failed',
      Size: 7,
    };
    const { entries } = await readInput(JSON.stringify([row]));
    expect(entries[0]).toMatchObject({
      status: 'Failed',
      sizeBytes: 7,
      receivedAt: new Date('2026-06-02T17:04:11Z'),
    });
  });

  test('missing columns are named', async () => {
    const { notes } = await readInput(LIST + listRow('2026-06-02T17:04:11Z'));
    expect(notes).toEqual([
      'standard input: this Get-MessageTraceV2 export has no column messageid, size, fromip, toip; what they tell stays unknown.',
    ]);
  });

  test('an Enhanced summary warns that it cannot show pending mail', async () => {
    const text =
      'origin_timestamp_utc,recipient_status\n2026-06-02T17:04:11.1234567Z,"a@contoso.example##Receive, Deliver, Fail"\n';
    const { entries, notes } = await readInput(text);
    expect(entries[0]?.status).toBe('Fail');
    expect(notes.join()).toContain('cannot show mail that is pending now');
  });
});

describe('what an Extended report makes of one delivery', () => {
  const HEADER =
    'date_time_utc,event_id,network_message_id,recipient_address,recipient_status,related_recipient_address,source_context,custom_data\n';
  const row = (time: string, word: string, recipient: string, status = '', related = '', context = '') =>
    `2026-06-02T${time}Z,${word},${ID},${recipient},"${status}",${related},${context},\n`;

  test.each([
    [
      'the last outcome counts',
      row('17:00:00', 'DEFER', 'a@x') + row('17:01:00', 'DELIVER', 'a@x'),
      [['a@x', 'DELIVER']],
    ],
    [
      'of one instant, the later on the way',
      row('17:00:00', 'FAIL', 'a@x') + row('17:00:00', 'DEFER', 'a@x'),
      [['a@x', 'FAIL']],
    ],
    [
      'without an outcome, the last event',
      row('17:00:00', 'RECEIVE', 'a@x') + row('17:01:00', 'TRANSFER', 'a@x'),
      [['a@x', 'TRANSFER']],
    ],
    [
      'bookkeeping is no event',
      row('17:00:00', 'Receive', 'a@x') +
        row('17:01:00', 'AGENTINFO', 'a@x') +
        row('17:02:00', 'HADISCARD', 'a@x'),
      [['a@x', 'Receive']],
    ],
    [
      'a group is expanded, its member not',
      row('17:00:00', 'EXPAND', 'm@x', '', 'group@x'),
      [
        ['m@x', ''],
        ['group@x', 'EXPAND'],
      ],
    ],
    [
      'a dropped group copy was expanded',
      row('17:00:00', 'EXPAND', 'm@x', '', 'g@x') + row('17:00:01', 'DROP', 'g@x'),
      [
        ['m@x', ''],
        ['g@x', 'EXPAND'],
      ],
    ],
    ['a word that nobody knows is kept', row('17:00:00', 'Teleport', 'a@x'), [['a@x', 'Teleport']]],
  ])('%s', async (_why, rows, expected) => {
    const { entries } = await readInput(HEADER + rows);
    expect(entries.map(({ recipient, status }) => [recipient, status])).toEqual(expected);
  });

  test('the text of a deferral may stand in the source context', async () => {
    const { entries } = await readInput(HEADER + row('17:00:00', 'DEFER', 'a@x', '', '', '451 4.3.2 busy'));
    expect(entries[0]?.events).toEqual([
      { at: new Date('2026-06-02T17:00:00Z'), event: 'DEFER', description: '451 4.3.2 busy', data: '' },
    ]);
  });

  test('repeated rows of a paged export are one event, and reception is its RECEIVE', async () => {
    const rows =
      row('17:00:05', 'RECEIVE', 'a@x') +
      row('17:00:05', 'RECEIVE', 'a@x') +
      row('17:00:01', 'AGENTINFO', 'a@x');
    const { entries } = await readInput(HEADER + rows);
    expect(entries[0]?.events).toHaveLength(1);
    expect(entries[0]?.receivedAt.toISOString()).toBe('2026-06-02T17:00:05.000Z');
  });
});

describe('files that are refused', () => {
  test.each([
    ['an unknown header', 'Name;Age\nx;1\n', 'begins with "Name;Age"', 'Get-MessageTraceV2 export'],
    ['a workbook', 'PK\x03\x04\x14\0\0\0', 'is not a text file', 'save a workbook as CSV'],
    [
      'noise',
      Buffer.from(Array.from({ length: 4000 }, (_, place) => (place * 7919) % 256)),
      'is not a text file',
      'Unpack',
    ],
    ['nothing', '', 'is empty', 'Export the trace again'],
    [
      'an error answer',
      '{"error":{"code":"UnknownError"}}',
      'its date cannot be read',
      'export the trace again',
    ],
    ['text that only begins like JSON', '{ hello', 'the file ends inside it', 'export the trace again'],
  ])('%s', async (name, content, message, remedy) => {
    const path = await saved(`${name.replaceAll(' ', '-')}.csv`, content);
    await expect(readPaths([path])).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message) as string,
      remedy: expect.stringContaining(remedy) as string,
    });
    await expect(readPaths([path])).rejects.toThrow(path);
  });

  test('a missing file, a folder and a pipe', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const missing = join(folder, 'missing.csv');
    await expect(readPaths([missing])).rejects.toMatchObject({
      kind: 'input',
      message: `There is no file ${missing}.`,
    });
    await expect(readPaths([folder])).rejects.toMatchObject({
      kind: 'input',
      message: `${folder} is a folder, not a file.`,
    });
    await expect(readPaths([fifo])).rejects.toMatchObject({
      kind: 'input',
      remedy: 'Pipe the data in and read it with --file -.',
    });
    await expect(readPaths(['/dev/null'])).rejects.toMatchObject({ kind: 'input' });
  });

  test.skipIf(process.getuid?.() === 0)('a file that this user may not read', async () => {
    const path = await saved('secret.csv', LIST);
    await chmod(path, 0);
    await expect(readPaths([path])).rejects.toMatchObject({
      kind: 'input',
      message: `${path} cannot be read (EACCES).`,
    });
  });

  test('reading stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    const path = await saved('told.csv', LIST + listRow('25/03/2026 10:00:00'));
    await expect(readPaths([path], { signal })).rejects.toThrow();
  });
});
