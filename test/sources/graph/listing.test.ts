import { afterEach, describe, expect, test } from 'vitest';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { collect, LIST, openAt, page, query, row, TOKEN } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('one page', () => {
  test('asks once, with explicit bounds, and gives the row as it came', async () => {
    const server = await serve([
      { headers: { date: 'Tue, 30 Jun 2026 12:00:07 GMT' }, body: page([row(1)]) },
    ]);
    const { source } = openAt(server.origin);
    const { entries, gaps, notes } = await collect(source);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: `${LIST}?$filter=receivedDateTime%20ge%202026-06-30T08%3A00%3A00Z%20and%20receivedDateTime%20le%202026-06-30T12%3A00%3A00Z&$top=5000`,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        accept: 'application/json',
        'accept-encoding': 'gzip',
        prefer: 'include-unknown-enum-members',
        'client-request-id': '00000000-0000-4000-8000-000000000001',
      },
    });
    expect({ gaps, notes, count: source.requestCount(), asOf: source.asOf() }).toEqual({
      gaps: [],
      notes: [],
      count: 1,
      asOf: new Date('2026-06-30T12:00:07Z'),
    });
    expect(entries).toEqual([
      {
        messageTraceId: '5f0c3c1e-0000-4000-8000-000000000001',
        messageId: '<m1@contoso.example>',
        sender: 'alice@contoso.example',
        recipient: 'r1@fabrikam.example',
        subject: 'Order 1',
        receivedAt: new Date('2026-06-30T10:00:00Z'),
        sizeBytes: 1025,
        fromIp: '192.0.2.10',
        toIp: null,
        status: 'delivered',
        directionHint: null,
        events: null,
      },
    ]);
  });

  test.each(['Delivered', 'recalled', 'Resolved', 'frobnicated', ''])(
    'keeps the status %j verbatim',
    async (status) => {
      const server = await serve([{ body: page([row(1, { status })]) }]);
      const { entries } = await collect(openAt(server.origin).source);
      expect(entries.map((entry) => entry.status)).toEqual([status]);
    },
  );

  test('an empty page is an answer, not a gap', async () => {
    const server = await serve([{ body: page([]) }]);
    expect(await collect(openAt(server.origin).source)).toEqual({ entries: [], gaps: [], notes: [] });
  });
});

describe('conditions', () => {
  test('two senders are two requests, and both answers are given', async () => {
    const server = await serve((request) => {
      const sender = /senderAddress eq '([^']*)'/.exec(decodeURIComponent(request.url))?.[1] ?? '';
      return { body: page([row(sender.length, { senderAddress: sender })]) };
    });
    const { entries } = await collect(
      openAt(server.origin).source,
      query({ senders: ['bo@contoso.example', 'carol@contoso.example'] }),
    );
    expect(entries.map((entry) => entry.sender)).toEqual(['bo@contoso.example', 'carol@contoso.example']);
    expect(server.requests).toHaveLength(2);
    for (const { url } of server.requests) expect(url).not.toMatch(/%20or%20|%20in%20|%20ne%20|not%20/);
  });

  test.each([
    ["o'hara+a&b#c%d@contoso.example", 'a quote is doubled, signs of an address are encoded'],
    ['*@contoso.example', 'a whole domain'],
    ['jürgen@contoso.example', 'beyond ASCII'],
    ["x' or status eq 'failed", 'an attempt to write a condition of its own'],
  ])('the sender %j arrives as one literal: %s', async (sender) => {
    const server = await serve([{ body: page([]) }]);
    await collect(openAt(server.origin).source, query({ senders: [sender] }));
    const filter = new URL(server.requests[0]!.url, server.origin).searchParams.get('$filter');
    expect(filter).toBe(
      `receivedDateTime ge 2026-06-30T08:00:00Z and receivedDateTime le 2026-06-30T12:00:00Z and senderAddress eq '${sender.replaceAll("'", "''")}'`,
    );
    expect(server.requests[0]!.url).toMatch(/^[\x21-\x7e]+$/);
  });

  test('every property has one value, and the words of the service', async () => {
    const server = await serve([{ body: page([]) }, { body: page([]) }, { body: page([]) }]);
    const { source } = openAt(server.origin);
    await collect(
      source,
      query({
        messageIds: ['m1@contoso.example'],
        messageTraceIds: ['5f0c3c1e-0000-4000-8000-000000000001'],
      }),
    );
    await collect(
      source,
      query({
        recipients: ['r@fabrikam.example'],
        statuses: ['FAILED', 'Resolved'],
        subject: "it's 50% & more",
      }),
    );
    const filters = server.requests.map(({ url }) => new URL(url, server.origin).searchParams.get('$filter'));
    const rest = (status: string) =>
      ` and recipientAddress eq 'r@fabrikam.example' and status eq '${status}' and contains(subject,'it''s 50% & more')`;
    const bounds = 'receivedDateTime ge 2026-06-30T08:00:00Z and receivedDateTime le 2026-06-30T12:00:00Z';
    const ids = " and messageId eq '<m1@contoso.example>' and id eq '5f0c3c1e-0000-4000-8000-000000000001'";
    expect(filters).toEqual([bounds + ids, bounds + rest('failed'), bounds + rest('Resolved')]);
  });

  test('rows that nobody asked for are left out, and said', async () => {
    const server = await serve([
      {
        body: page([
          row(1, { senderAddress: 'Bo@Contoso.example' }),
          row(2, { senderAddress: 'eve@fabrikam.example' }),
        ]),
      },
    ]);
    const { entries, notes, gaps } = await collect(
      openAt(server.origin).source,
      query({ senders: ['bo@contoso.example'] }),
    );
    expect(entries.map((entry) => entry.subject)).toEqual(['Order 1']);
    expect(notes).toEqual(['The service ignored a condition; 1 rows that nobody asked for were left out.']);
    expect(gaps).toEqual([]);
  });
});

describe('windows', () => {
  test.each([
    ['2026-06-29T10:00:00Z', 'before it'],
    ['2026-06-30T12:00:01Z', 'after it'],
  ])('rows of %s, %s: left out, and no empty answer is made of the rest', async (receivedDateTime) => {
    const stray = page([row(1, { receivedDateTime })]);
    const server = await serve((request, index) =>
      index === 0
        ? {
            body: { ...stray, '@odata.nextLink': `http://${request.headers.host ?? ''}${LIST}?$skiptoken=1` },
          }
        : { body: page([row(2, { receivedDateTime })]) },
    );
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(entries).toEqual([]);
    const gap = {
      reason: 'protocol',
      what: expect.stringMatching(/from outside this time, so some may be missing/) as string,
    };
    expect(gaps).toMatchObject([gap, gap]);
    expect(new Set(gaps.map(({ what }) => what)).size).toBe(1);
  });

  test.each(['2026-06-30T08:00:00Z', '2026-06-30T12:00:00Z', '2026-06-30T12:00:00.999Z'])(
    'a row at %s is inside',
    async (receivedDateTime) => {
      const server = await serve([{ body: page([row(1, { receivedDateTime })]) }]);
      const { entries, gaps } = await collect(openAt(server.origin).source);
      expect({ rows: entries.length, gaps }).toEqual({ rows: 1, gaps: [] });
    },
  );

  test('25 days are three slices of at most ten, newest first', async () => {
    const server = await serve([{ body: page([]) }, { body: page([]) }, { body: page([]) }]);
    const window = { from: new Date('2026-06-05T12:00:00.250Z'), to: new Date('2026-06-30T12:00:00Z') };
    await collect(openAt(server.origin).source, query({ window }));
    const spans = server.requests.map(({ url }) =>
      /ge (\S+) .*le (\S+)/.exec(new URL(url, server.origin).searchParams.get('$filter') ?? '')?.slice(1),
    );
    expect(spans).toEqual([
      ['2026-06-20T12:00:00Z', '2026-06-30T12:00:00Z'],
      ['2026-06-10T12:00:00Z', '2026-06-20T12:00:00Z'],
      ['2026-06-05T12:00:00Z', '2026-06-10T12:00:00Z'],
    ]);
  });

  test('an end in the future is cut at now', async () => {
    const server = await serve([{ body: page([]) }]);
    const window = { from: new Date('2026-06-30T08:00:00Z'), to: new Date('2026-07-01T00:00:00Z') };
    await collect(openAt(server.origin).source, query({ window }));
    expect(server.requests[0]!.url).toContain('le%202026-06-30T12%3A00%3A00Z&');
  });

  test('without a window nothing is asked', async () => {
    const server = await serve([]);
    await expect(collect(openAt(server.origin).source, query({ window: null }))).rejects.toMatchObject({
      kind: 'usage',
    });
    expect(server.connections()).toBe(0);
  });
});

describe('paging', () => {
  test('links are followed verbatim to the end, each row once', async () => {
    const tail = "?$skiptoken=b64%3d%3D'x'|y+z&$top=5000&$filter=a%20b";
    const script: Script = (request, index) =>
      index < 19
        ? { body: page([row(index)], `http://${request.headers.host ?? ''}${LIST}${tail}${index}`) }
        : { body: page([row(index)]) };
    const server = await serve(script);
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(gaps).toEqual([]);
    expect(entries.map((entry) => entry.subject)).toEqual(Array.from({ length: 20 }, (_, n) => `Order ${n}`));
    expect(server.requests.slice(1).map(({ url }) => url)).toEqual(
      Array.from({ length: 19 }, (_, n) => `${LIST}${tail}${n}`),
    );
    expect(server.connections()).toBe(1);
  });

  test.each([
    ['the same link again', (n: number) => ({ rows: [row(n)], link: 'same' }), 2],
    ['a circle of two', (n: number) => ({ rows: [row(n)], link: `l${n % 2}` }), 3],
    ['empty pages with ever new links', (n: number) => ({ rows: [], link: `l${n}` }), 3],
    ['the same rows with ever new links', (n: number) => ({ rows: [row(1), row(2)], link: `l${n}` }), 4],
    ['a circle of two pages with ever new links', (n: number) => ({ rows: [row(n % 2)], link: `l${n}` }), 5],
    [
      'a circle of two pages that lead back in time, with ever new links',
      (n: number) => ({
        rows: [row(n % 2, { receivedDateTime: `2026-06-30T10:0${9 - (n % 2)}:00Z` })],
        link: `l${n}`,
      }),
      5,
    ],
    [
      'the same rows in ever another order with ever new links, told a page later',
      (n: number) => ({ rows: [row(n % 3), row((n + 1) % 3), row((n + 2) % 3)], link: `l${n}` }),
      5,
    ],
    [
      'rows of one message in other case with ever new links',
      (n: number) => ({
        rows: [row(1, { recipientAddress: n % 2 === 0 ? 'R1@Fabrikam.example' : 'r1@fabrikam.example' })],
        link: `l${n}`,
      }),
      4,
    ],
  ])('%s: stops with a gap', async (_why, pageOf, requests) => {
    const server = await serve((request, index) => {
      const { rows, link } = pageOf(index);
      return { body: page(rows, `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${link}`) };
    });
    const { gaps } = await collect(openAt(server.origin).source);
    expect(gaps).toMatchObject([{ reason: 'link-loop', retryAfterSeconds: null }]);
    expect(server.requests).toHaveLength(requests);
  });

  test('pages with a little news among old rows go on to the end', async () => {
    const server = await serve((request, index) => ({
      body: page(
        [row(1), row(2), row(index < 3 ? 1 : index)],
        index === 8 ? undefined : `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${index}`,
      ),
    }));
    const { gaps } = await collect(openAt(server.origin).source);
    expect({ gaps, requests: server.requests.length }).toMatchObject({ gaps: [], requests: 9 });
  });

  test('an expired link starts the slice again; doubles are the price', async () => {
    const next = (host: string | undefined): string => `http://${host ?? ''}${LIST}?$skiptoken=t`;
    const expired = {
      status: 400,
      body: {
        error: {
          code: 'BadRequest',
          message: '|System.ArgumentException|Invalid starting recipient address',
        },
      },
    };
    const server = await serve(
      (request, index) =>
        [
          { body: page([row(1)], next(request.headers.host)) },
          expired,
          { body: page([row(1)], next(request.headers.host)) },
          { body: page([row(2)]) },
        ][index] ?? { status: 599 },
    );
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(gaps).toEqual([]);
    expect(entries.map((entry) => entry.subject)).toEqual(['Order 1', 'Order 1', 'Order 2']);
    expect(server.requests).toHaveLength(4);
  });

  test('rows that come again after a new start are no circle', async () => {
    const expired = { status: 400, body: { error: { code: 'BadRequest', message: 'x' } } };
    const server = await serve((request, index) => {
      if (index === 3 || index === 7) return expired;
      const n = index < 3 ? index : (index - 4) % 4;
      const link =
        index === 12 ? undefined : `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${index}`;
      return { body: page([row(n)], link) };
    });
    const { gaps } = await collect(openAt(server.origin).source);
    expect({ gaps, requests: server.requests.length }).toMatchObject({ gaps: [] });
  });

  test('a link that is refused for good becomes a gap after two new starts', async () => {
    const server = await serve((request, index) =>
      index % 2 === 0
        ? { body: page([row(1)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=t`) }
        : {
            status: 400,
            headers: { 'request-id': 'req-7' },
            body: { error: { code: 'BadRequest', message: 'x' } },
          },
    );
    const { gaps } = await collect(openAt(server.origin).source);
    expect(gaps).toMatchObject([{ reason: 'link-expired' }]);
    expect(server.requests).toHaveLength(6);
  });
});
