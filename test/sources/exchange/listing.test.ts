import { afterEach, describe, expect, test } from 'vitest';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { collect, query, TOKEN } from '../graph/opened.js';
import { answer, askedBy, MORE, openExchangeAt, PLACE, row, TENANT } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** `ResultSize` is always the same and always there. */
const SIZE = { ResultSize: 5000 };
const FOUR_HOURS = { StartDate: '2026-06-30T08:00:00Z', EndDate: '2026-06-30T12:00:00Z' };

async function parametersOf(script: Script, asked = query()) {
  const server = await serve(script);
  const collected = await collect(openExchangeAt({ exchangeUrl: server.origin }).source, asked);
  return { ...collected, asked: server.requests.map((request) => askedBy(request).parameters) };
}

describe('one answer', () => {
  test('asks once, anchored, with explicit bounds, and gives the row as it came', async () => {
    const server = await serve([
      { headers: { date: 'Tue, 30 Jun 2026 12:00:07 GMT' }, body: answer([row(1)]) },
    ]);
    const { source } = openExchangeAt({ exchangeUrl: server.origin });
    const { entries, gaps, notes } = await collect(source);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: PLACE,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          accept: 'application/json',
          'content-type': 'application/json; charset=utf-8',
          'x-anchormailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${TENANT}`,
          'client-request-id': '00000000-0000-4000-8000-000000000001',
        },
        body: JSON.stringify({
          CmdletInput: { CmdletName: 'Get-MessageTraceV2', Parameters: { ...FOUR_HOURS, ...SIZE } },
        }),
      },
    ]);
    expect({ gaps, notes, count: source.requestCount(), asOf: source.asOf(), kind: source.kind }).toEqual({
      gaps: [],
      notes: [],
      count: 1,
      asOf: new Date('2026-06-30T12:00:07Z'),
      kind: 'exchange',
    });
    expect(entries).toEqual([
      {
        messageTraceId: '5f0c3c1e-0000-4000-8000-000000000001',
        messageId: '<m1@contoso.example>',
        sender: 'alice@contoso.example',
        recipient: 'r1@fabrikam.example',
        subject: 'Order 1',
        receivedAt: new Date('2026-06-30T10:00:00.123Z'),
        sizeBytes: 1025,
        fromIp: '192.0.2.10',
        toIp: null,
        status: 'Delivered',
        directionHint: null,
        events: null,
      },
    ]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, object]>([
    [
      'zone-less dates are UTC',
      { Received: '2026-06-30T09:00:00.5000000' },
      { receivedAt: new Date('2026-06-30T09:00:00.500Z') },
    ],
    [
      'an offset of nothing',
      { Received: '2026-06-30T09:00:00.0000000+00:00' },
      { receivedAt: new Date('2026-06-30T09:00:00Z') },
    ],
    ['an undocumented status is kept', { Status: 'Resolved' }, { status: 'Resolved' }],
    ['a sender of nothing, as of a bounce', { SenderAddress: null }, { sender: '' }],
    ['a size as text', { Size: '4711' }, { sizeBytes: 4711 }],
    ['a size in the words of PowerShell', { Size: '4.6 KB (4,711 bytes)' }, { sizeBytes: 4711 }],
    ['a size of nothing', { Size: null }, { sizeBytes: null }],
    [
      'no subject, no addresses',
      { Subject: null, FromIP: null, ToIP: null },
      { subject: null, fromIp: null, toIp: null },
    ],
    ["keys with an at sign are nobody's", { 'Subject@odata.type': 7, 'x@y@z': {} }, { subject: 'Order 1' }],
  ])('%s', async (_why, changes, expected) => {
    const server = await serve([{ body: answer([row(1, changes)]) }]);
    const { entries } = await collect(openExchangeAt({ exchangeUrl: server.origin }).source);
    expect(entries).toMatchObject([expected]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['no recipient', { RecipientAddress: '' }],
    ['no trace id', { MessageTraceId: null }],
    ['no time', { Received: 'yesterday' }],
    ['a size in other words', { Size: 'big' }],
    ['a status that is no text', { Status: 3 }],
  ])('a row with %s is not let through', async (_why, changes) => {
    const server = await serve([{ body: answer([row(1, changes)]) }]);
    await expect(collect(openExchangeAt({ exchangeUrl: server.origin }).source)).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(/value\[0\]/) as string,
    });
  });

  test('a value of null beside warnings is nothing found; the warning is told', async () => {
    const { entries, gaps, notes } = await parametersOf([{ body: answer(null, ['The result is empty.']) }]);
    expect({ entries, gaps, notes }).toEqual({
      entries: [],
      gaps: [],
      notes: ['Exchange remarks: The result is empty.'],
    });
  });
});

describe('what is asked', () => {
  const EMPTY: Script = () => ({ body: answer([]) });

  test.each<[string, Parameters<typeof query>[0], object]>([
    [
      'several values go together',
      { senders: ['a@x.example', 'b@x.example'], recipients: ["o'neill@x.example"] },
      { SenderAddress: ['a@x.example', 'b@x.example'], RecipientAddress: ["o'neill@x.example"] },
    ],
    [
      'a whole domain as it stands',
      { recipients: ['*@contoso.example'] },
      { RecipientAddress: ['*@contoso.example'] },
    ],
    [
      'statuses in their own spelling',
      { statuses: ['failed', 'GETTINGSTATUS'] },
      { Status: ['Failed', 'GettingStatus'] },
    ],
    [
      'a status that the cmdlet does not take is looked for in all rows',
      { statuses: ['pending', 'resolved'] },
      {},
    ],
    [
      'Message-IDs in brackets',
      { messageIds: ['m1@x.example', '<m2@x.example>'] },
      { MessageId: ['<m1@x.example>', '<m2@x.example>'] },
    ],
    [
      'a trace id alone',
      { messageTraceIds: ['5f0c3c1e-0000-4000-8000-000000000001'] },
      { MessageTraceId: '5f0c3c1e-0000-4000-8000-000000000001' },
    ],
    [
      'part of a subject, with what no shell would take',
      { subject: `"Größe" $(x)` },
      { Subject: `"Größe" $(x)`, SubjectFilterType: 'Contains' },
    ],
  ])('%s, in one request', async (_why, changes, parameters) => {
    const { asked } = await parametersOf(EMPTY, query(changes));
    expect(asked).toEqual([{ ...FOUR_HOURS, ...parameters, ...SIZE }]);
  });

  test('of many values each is asked once, a hundred at a time', async () => {
    const senders = Array.from({ length: 201 }, (_, n) => `s${n}@x.example`);
    const { asked } = await parametersOf(EMPTY, query({ senders }));
    const lists = asked.map(({ SenderAddress }) => SenderAddress as readonly string[]);
    expect(lists.map((list) => list.length)).toEqual([100, 100, 1]);
    expect(lists.flat()).toEqual(senders);
  });

  test('twelve days are two questions, the newer one first', async () => {
    const window = { from: new Date('2026-06-18T12:00:00Z'), to: new Date('2026-06-30T12:00:00Z') };
    const { asked } = await parametersOf(EMPTY, query({ window }));
    expect(asked).toEqual([
      { StartDate: '2026-06-20T12:00:00Z', EndDate: '2026-06-30T12:00:00Z', ...SIZE },
      { StartDate: '2026-06-18T12:00:00Z', EndDate: '2026-06-20T12:00:00Z', ...SIZE },
    ]);
  });

  test('rows that nobody asked for are left out and counted', async () => {
    const rows = [
      row(1),
      row(2, { SenderAddress: 'eve@x.example' }),
      row(3, { Received: '2026-06-29T10:00:00.0000000Z' }),
    ];
    const { entries, notes } = await parametersOf(
      [{ body: answer(rows) }],
      query({ senders: ['alice@contoso.example'] }),
    );
    expect(entries.map(({ recipient }) => recipient)).toEqual(['r1@fabrikam.example']);
    expect(notes).toEqual([expect.stringContaining('2 rows that nobody asked for')]);
  });

  test('rows of a status that could not be asked for are picked out without a word', async () => {
    const rows = [row(1), row(2, { Status: 'Resolved' })];
    const { entries, notes } = await parametersOf(
      [{ body: answer(rows) }],
      query({ statuses: ['resolved'] }),
    );
    expect([entries.map(({ status }) => status), notes]).toEqual([['Resolved'], []]);
  });
});

describe('more than one answer holds', () => {
  const at = (n: number, received: string, changes = {}) => row(n, { Received: received, ...changes });
  const T1 = '2026-06-30T11:00:00.7654321Z';
  const T2 = '2026-06-30T10:00:00.1111119';

  test('asks on from the last row, its date verbatim, until no warning comes', async () => {
    const script: Script = [
      { body: answer([at(1, T1), at(2, T2)], [MORE]) },
      { body: answer([at(2, T2), at(3, T2)], [MORE]) },
      { body: answer([at(3, T2), at(4, '2026-06-30T09:00:00.0000000Z')]) },
    ];
    const { entries, gaps, notes, asked } = await parametersOf(
      script,
      query({ senders: ['alice@contoso.example'] }),
    );
    const sender = { SenderAddress: ['alice@contoso.example'] };
    expect(asked).toEqual([
      { ...FOUR_HOURS, ...sender, ...SIZE },
      { ...FOUR_HOURS, EndDate: T2, ...sender, ...SIZE, StartingRecipientAddress: 'r2@fabrikam.example' },
      { ...FOUR_HOURS, EndDate: T2, ...sender, ...SIZE, StartingRecipientAddress: 'r3@fabrikam.example' },
    ]);
    expect(new Set(entries.map(({ recipient }) => recipient)).size).toBe(4);
    expect([gaps, notes]).toEqual([[], []]);
  });

  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => row(from + index));
  const LINK = { ...answer([row(1)]), '@odata.nextLink': 'https://outlook.fabrikam.example/next' };

  test.each<[string, object, number]>([
    ['a full answer is asked on, though its warning is missing', answer(rows(1, 5000)), 2],
    ['an answer that is not full is the end', answer(rows(1, 4999)), 1],
    ['a link is a sign, and is not followed', LINK, 2],
    ['a warning in other words may be that one', answer([row(1)], ['Es gibt weitere Ergebnisse.']), 2],
  ])('%s', async (_why, first, requests) => {
    const script: Script = (_request, index) => ({ body: index === 0 ? first : answer([row(5000)]) });
    const { gaps, asked } = await parametersOf(script);
    expect([asked.length, gaps]).toEqual([requests, []]);
  });

  test('a warning that always comes ends with the first answer that brings nothing new', async () => {
    const { entries, gaps, notes, asked } = await parametersOf(() => ({
      body: answer([row(1)], ['Soon to retire.']),
    }));
    expect(asked).toHaveLength(2);
    expect(new Set(entries.map(({ recipient }) => recipient)).size).toBe(1);
    expect([gaps, new Set(notes)]).toEqual([[], new Set(['Exchange remarks: Soon to retire.'])]);
  });

  const stuckAt = (script: Script) => parametersOf(script);
  test.each<[string, Script, number]>([
    ['the same answer for ever', () => ({ body: answer([row(1)], [MORE]) }), 2],
    ['more, and not a row to go on from', () => ({ body: answer([], [MORE]) }), 1],
    ['more, and no value', () => ({ body: answer(null, [MORE]) }), 1],
    ['rows that go up in time', () => ({ body: answer([at(1, T2), at(2, T1)], [MORE]) }), 1],
    [
      'three answers with nothing new, though each ends elsewhere',
      (_request, index) => ({
        body: answer([row(index % 2), row(1 - (index % 2)), at(9, T2.slice(0, -1) + String(index))], [MORE]),
      }),
      4,
    ],
  ])('%s stops the listing, with a gap', async (_why, script, requests) => {
    const { gaps, asked } = await stuckAt(script);
    expect(asked).toHaveLength(requests);
    expect(gaps).toMatchObject([
      { reason: 'link-loop', remedy: expect.stringMatching(/shorter window/) as string },
    ]);
  });
});
