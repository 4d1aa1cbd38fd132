import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { cachedTokens } from '#sources/sign-in/token-cache.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { asked, collect, LIST, NOW, openAt, page, query, row, TOKEN } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

const GUID = '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373';
const error = (code: string, message: string): object => ({
  error: { code, message, innerError: { 'request-id': 'req-body-1' } },
});
const html = (status: number): Reply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html><script>alert(1)</script></html>',
});
const missingPrincipal = error(
  'UnknownError',
  `Service principal-less authentication failed: The service principal for App ID ${GUID} was not found.`,
);

interface Fault {
  readonly why: string;
  readonly reply: Reply;
  readonly kind: string;
  readonly reason: string;
  readonly requests: number;
  readonly says: RegExp;
  readonly remedy: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    why: 'a bad token',
    reply: { status: 401, body: error('InvalidAuthenticationToken', 'Access token is empty.') },
    kind: 'sign-in',
    reason: 'refused',
    requests: 1,
    says: /MAILCHECK_GRAPH_TOKEN was refused/,
    remedy: /new access token/,
  },
  {
    why: 'a tenant without the service principal',
    reply: { status: 401, body: missingPrincipal },
    kind: 'permission',
    reason: 'refused',
    requests: 1,
    says: /no service principal/,
    remedy: new RegExp(`New-MgServicePrincipal -AppId ${GUID}.*wait`),
  },
  {
    why: 'the same as 403, just after it was made',
    reply: { status: 403, body: missingPrincipal },
    kind: 'permission',
    reason: 'refused',
    requests: 1,
    says: /no service principal/,
    remedy: /hours/,
  },
  {
    why: 'no permission',
    reply: { status: 403, body: error('Authorization_RequestDenied', 'Insufficient privileges to do so.') },
    kind: 'permission',
    reason: 'refused',
    requests: 1,
    says: /Authorization_RequestDenied: Insufficient privileges to do so\)\.$/,
    remedy: /ExchangeMessageTrace\.Read\.All/,
  },
  {
    why: 'a question the service does not take',
    reply: { status: 400, body: error('BadRequest', '|System.ArgumentException|ResultSize is invalid') },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /BadRequest: ResultSize is invalid/,
    remedy: /shorter window/,
  },
  {
    why: 'another cloud',
    reply: { status: 404, body: error('ResourceNotFound', 'no') },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /404/,
    remedy: /--cloud/,
  },
  {
    why: 'a time-out of the service',
    reply: { status: 408 },
    kind: 'unreachable',
    reason: 'unreachable',
    requests: 4,
    says: /408/,
    remedy: /again/,
  },
  {
    why: 'an error page of a gateway',
    reply: html(502),
    kind: 'unreachable',
    reason: 'unreachable',
    requests: 4,
    says: /502/,
    remedy: /again/,
  },
  {
    why: 'a service in trouble',
    reply: { status: 503, body: error('ServiceUnavailable', 'busy') },
    kind: 'unreachable',
    reason: 'unreachable',
    requests: 4,
    says: /busy/,
    remedy: /again/,
  },
  {
    why: 'a status that HTTP does not have',
    reply: { bytes: Buffer.from('HTTP/1.1 777 Odd\r\nContent-Length: 0\r\n\r\n') },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /HTTP/,
    remedy: /proxy/,
  },
  {
    why: 'something that is not HTTP',
    reply: { bytes: Buffer.from('220 mx.contoso.example ESMTP\r\n') },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /HTTP/,
    remedy: /address/,
  },
  {
    why: 'a portal',
    reply: html(200),
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /other than JSON/,
    remedy: /proxy or sign-in portal/,
  },
  {
    why: 'an empty 200',
    reply: { status: 200 },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /other than JSON/,
    remedy: /proxy/,
  },
  {
    why: 'a 204',
    reply: { status: 204 },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /204/,
    remedy: /--graph-url/,
  },
  {
    why: 'broken JSON of full length',
    reply: { headers: { 'content-type': 'application/json' }, body: '{"value":[}' },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /does not have/,
    remedy: /contract/,
  },
  {
    why: 'JSON that is no object',
    reply: { headers: { 'content-type': 'application/json' }, body: '[]' },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /an object was expected as a whole/,
    remedy: /contract/,
  },
  {
    why: 'no list',
    reply: { body: {} },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /a list was expected at value/,
    remedy: /contract/,
  },
  {
    why: 'a row without id',
    reply: { body: page([row(1), row(2, { id: null })]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[1\]\.id/,
    remedy: /contract/,
  },
  {
    why: 'a row without recipient',
    reply: { body: page([row(1, { recipientAddress: '' })]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[0\]\.recipientAddress/,
    remedy: /contract/,
  },
  {
    why: 'a row without time',
    reply: { body: page([row(1, { receivedDateTime: 'yesterday' })]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[0\]\.receivedDateTime/,
    remedy: /contract/,
  },
  {
    why: 'a status that is no text',
    reply: { body: page([row(0), row(1), row(2), row(3, { status: 4 })]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[3\]\.status/,
    remedy: /contract/,
  },
  {
    why: 'a number beyond all numbers',
    reply: {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(page([row(1)])).replace('1025', '1e400'),
    },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[0\]\.size/,
    remedy: /contract/,
  },
  {
    why: 'a link that is no text',
    reply: { body: { value: [], '@odata.nextLink': 7 } },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /@odata\.nextLink/,
    remedy: /contract/,
  },
  {
    why: 'JSON nested 100,000 deep',
    reply: {
      headers: { 'content-type': 'application/json' },
      body: `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /value\[0\]/,
    remedy: /contract/,
  },
  {
    why: 'a connection that is reset',
    reply: { reset: true },
    kind: 'unreachable',
    reason: 'unreachable',
    requests: 4,
    says: /broke before the answer was whole/,
    remedy: /network/,
  },
  {
    why: 'headers without end',
    reply: { headers: { 'x-long': 'x'.repeat(40_000) }, body: page([]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /larger/,
    remedy: /proxy/,
  },
  {
    why: 'two encodings',
    reply: { headers: { 'content-encoding': 'gzip, gzip' }, body: page([]) },
    kind: 'protocol',
    reason: 'protocol',
    requests: 1,
    says: /HTTP/,
    remedy: /proxy/,
  },
];

describe('a fault at the first request is thrown', () => {
  test.each(FAULTS)('$why: $kind after $requests', async ({ reply, kind, requests, says, remedy }) => {
    const server = await serve(() => reply);
    const { source } = openAt(server.origin);
    const failure = await failureOf(collect(source));
    expect(failure).toMatchObject({
      kind,
      message: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(server.requests).toHaveLength(requests);
    expect(source.requestCount()).toBe(requests);
    expect(`${failure.message} ${failure.remedy}`).not.toContain(TOKEN);
  });
});

describe('the same fault at the second page is a gap, and ends the listing', () => {
  const later = FAULTS.filter(({ why }) => why !== 'a question the service does not take');
  test.each(later)('$why: $reason', async ({ reply, reason, requests, says, remedy }) => {
    const server = await serve((request, index) =>
      index === 0
        ? { body: page([row(1)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=1`) }
        : reply,
    );
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(entries).toHaveLength(1);
    expect(gaps).toMatchObject([
      {
        reason,
        what: expect.stringMatching(says) as string,
        remedy: expect.stringMatching(remedy) as string,
      },
    ]);
    expect(server.requests).toHaveLength(1 + requests);
  });
});

describe('the same fault at a detail', () => {
  const key = asked('5f0c3c1e-0000-4000-8000-000000000001', "o'hara@fabrikam.example");

  test.each(FAULTS.filter(({ why }) => !/row|status that is no text|number|nested/.test(why)))(
    '$why',
    async ({ reply, reason, says, remedy }) => {
      const server = await serve(() => reply);
      const { source } = openAt(server.origin);
      expect(await source.details?.(key, new AbortController().signal)).toMatchObject({
        kind: 'gap',
        gap: {
          reason,
          what: expect.stringMatching(says) as string,
          remedy: expect.stringMatching(remedy) as string,
        },
      });
    },
  );

  test.each(FAULTS.filter(({ reason }) => reason === 'refused'))(
    '$why: no further detail is asked for',
    async ({ reply }) => {
      const server = await serve((_request, index) => (index === 0 ? reply : { body: page([]) }));
      const { source } = openAt(server.origin);
      const first = await source.details?.(key, new AbortController().signal);
      expect(await source.details?.(key, new AbortController().signal)).toEqual(first);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('being stopped by a person is no gap', async () => {
    const server = await serve([]);
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    const answer = openAt(server.origin).source.details?.(key, AbortSignal.abort(reason));
    expect(await failureOf(answer ?? Promise.resolve())).toBe(reason);
  });
});

describe('what a failure carries', () => {
  test.each<[string, Reply, string]>([
    [
      'from the header',
      { status: 403, headers: { 'request-id': 'req-head' }, body: error('x', 'y') },
      'req-head',
    ],
    ['from the body', { status: 403, body: error('x', 'y') }, 'req-body-1'],
    ['of a refused token', { status: 401, body: error('x', 'y') }, 'req-body-1'],
    ['of a page that cannot be read', { headers: { 'request-id': 'req-page' }, body: {} }, 'req-page'],
    ['of a 429', { status: 429, headers: { 'request-id': 'req-429', 'retry-after': '0' } }, 'req-429'],
  ])('the request id %s', async (_why, reply, requestId) => {
    const server = await serve(() => reply);
    expect(await failureOf(collect(openAt(server.origin).source))).toMatchObject({ requestId });
  });

  test('at most 200 characters of the service, and never the token that it echoes', async () => {
    const said = `${TOKEN} ${'ab '.repeat(400)}`;
    const server = await serve([{ status: 403, body: error('E', said) }]);
    const { message } = await failureOf(collect(openAt(server.origin).source));
    expect(message).not.toContain(TOKEN);
    expect(message.length).toBeLessThan(320);
    expect(message).toContain('…');
  });
});

describe('own trouble', () => {
  test('a dead endpoint is unreachable, with a cure', async () => {
    const server = await serve([]);
    await server.close();
    const { source } = openAt(server.origin);
    expect(await failureOf(collect(source))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
      remedy: expect.stringContaining('address') as string,
    });
    expect(source.requestCount()).toBe(4);
  });

  test('a window before the service remembers is told from the question', async () => {
    const server = await serve([{ status: 400, body: error('BadRequest', 'Invalid StartDate value.') }]);
    const window = { from: new Date('2026-03-20T00:00:00Z'), to: new Date('2026-03-25T00:00:00Z') };
    expect(await failureOf(collect(openAt(server.origin).source, query({ window })))).toMatchObject({
      kind: 'usage',
      remedy: expect.stringContaining('90 days') as string,
    });
  });

  test.each([
    ['http://graph.microsoft.com', 'plain http away from loopback'],
    ['http://192.0.2.1', 'plain http to an address'],
    ['http://127.0.0.1.fabrikam.example', 'a name that looks like loopback'],
    ['https://user@graph.microsoft.com', 'user info'],
    ['https://graph.microsoft.com/v1.0', 'a path'],
    ['https://graph.microsoft.com?x', 'a query'],
    ['ftp://graph.microsoft.com', 'another scheme'],
    ['graph.microsoft.com', 'no scheme'],
    ['', 'nothing'],
  ])('the address %j is refused: %s', (graphUrl) => {
    expect(() => openAt(graphUrl)).toThrow(expect.objectContaining({ kind: 'configuration' }));
  });

  test.each([
    'http://localhost:8080',
    'http://127.0.0.2',
    'http://[::1]:8080',
    'https://graph.microsoft.us',
    'https://graph.microsoft.com/',
  ])('the address %j is taken', (graphUrl) => {
    expect(openAt(graphUrl).source.requestCount()).toBe(0);
  });

  test('certificate checks that are switched off are refused', () => {
    expect(() =>
      openAt('https://graph.microsoft.com', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }),
    ).toThrow(expect.objectContaining({ kind: 'configuration' }));
  });
});

describe('repeats', () => {
  test('are at most four in a short run: a service that stumbles at every other question is left alone', async () => {
    const server = await serve((request, index) =>
      index % 2 === 0
        ? { status: 503 }
        : { body: page([row(index)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${index}`) },
    );
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect({ rows: entries.length, gaps }).toMatchObject({ rows: 4, gaps: [{ reason: 'unreachable' }] });
    expect(server.requests).toHaveLength(9);
  });

  test('are at most a tenth of a long one', async () => {
    let seen = '';
    const server = await serve((request, index) => {
      // Each question stumbles once, after a good beginning.
      const isFirst = request.url !== seen;
      seen = request.url;
      if (index >= 60 && isFirst) return { status: 503 };
      return { body: page([row(index)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${index}`) };
    });
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(gaps).toMatchObject([{ reason: 'unreachable' }]);
    const repeats = server.requests.length - entries.length - 1;
    expect({ rows: entries.length, repeats }).toEqual({ rows: 66, repeats: 6 });
  });
});

describe('a token that dies on the way', () => {
  /** Gives `token-1`, and the next one whenever a refresh is asked for. */
  function countingTokens(): TokenSource & { refreshes: () => number } {
    let version = 1;
    return {
      refreshes: () => version - 1,
      token: (_scope, options) => {
        if (options?.refresh === true) version += 1;
        return Promise.resolve(`token-${version}`);
      },
    };
  }

  test.each([0, 1, 2, 3, 4])('after %i pages: one new token, one repeat of that page', async (diesAfter) => {
    const tokens = countingTokens();
    let pages = 0;
    const server = await serve((request) => {
      if (pages >= diesAfter && request.headers.authorization === 'Bearer token-1')
        return { status: 401, body: error('InvalidAuthenticationToken', 'expired') };
      pages += 1;
      const link = `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${pages}`;
      return { body: pages < 5 ? page([row(pages)], link) : page([row(pages)]) };
    });
    const { entries, gaps } = await collect(openAt(server.origin, { tokens }).source);
    expect(gaps).toEqual([]);
    expect(entries.map((entry) => entry.subject)).toEqual([1, 2, 3, 4, 5].map((n) => `Order ${n}`));
    expect(server.requests).toHaveLength(6);
    expect(tokens.refreshes()).toBe(1);
  });

  test('a second 401 stops', async () => {
    const tokens = countingTokens();
    const server = await serve(() => ({ status: 401, body: error('InvalidAuthenticationToken', 'no') }));
    expect(await failureOf(collect(openAt(server.origin, { tokens }).source))).toMatchObject({
      kind: 'sign-in',
      message: expect.stringContaining('renewed') as string,
    });
    expect(server.requests).toHaveLength(2);
  });

  test('for all workers at once: one new token, one repeat of each question', async () => {
    const fetched: string[] = [];
    const tokens = cachedTokens(virtualClock(NOW), () => {
      fetched.push(`token-${fetched.length + 1}`);
      return Promise.resolve({ token: fetched.at(-1)!, expiresAt: new Date('2026-06-30T13:00:00Z') });
    });
    const server = await serve((request) =>
      request.headers.authorization === 'Bearer token-1'
        ? { status: 401, body: error('InvalidAuthenticationToken', 'expired') }
        : { body: page([]) },
    );
    const { source } = openAt(server.origin, { tokens });
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async (n) =>
        source.details?.(asked(`m${n}`, 'r@fabrikam.example'), new AbortController().signal),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ kind: 'events', events: [] })));
    expect(fetched).toEqual(['token-1', 'token-2']);
    expect(server.requests).toHaveLength(8);
  });

  test('again and again, each new one after its first use, ends after four repeats', async () => {
    const tokens = countingTokens();
    const server = await serve((request, index) =>
      index % 2 === 0
        ? { status: 401, body: error('InvalidAuthenticationToken', 'expired') }
        : { body: page([row(index)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=${index}`) },
    );
    const { entries, gaps } = await collect(openAt(server.origin, { tokens }).source);
    expect({ rows: entries.length, gaps }).toMatchObject({ rows: 4, gaps: [{ reason: 'refused' }] });
    expect([server.requests.length, tokens.refreshes()]).toEqual([9, 4]);
  });

  test('that somebody else has renewed meanwhile is not renewed again', async () => {
    const asked: boolean[] = [];
    const token: TokenSource['token'] = (_scope, options) => {
      asked.push(options?.refresh === true);
      return Promise.resolve(asked.length === 1 ? 'old' : 'new');
    };
    const server = await serve((request) =>
      request.headers.authorization === 'Bearer old' ? { status: 401 } : { body: page([row(1)]) },
    );
    expect((await collect(openAt(server.origin, { tokens: { token } }).source)).entries).toHaveLength(1);
    expect(asked).not.toContain(true);
    expect(server.requests).toHaveLength(2);
  });

  test('no token, no request', async () => {
    const none = new Failure('sign-in', 'No credentials.', { remedy: 'Set them.' });
    const server = await serve([]);
    expect(
      await failureOf(
        collect(openAt(server.origin, { tokens: { token: () => Promise.reject(none) } }).source),
      ),
    ).toBe(none);
    expect(server.connections()).toBe(0);
  });
});

describe('stopping', () => {
  test.each<[string, unknown, string]>([
    ['by hand', new Failure('interrupted', 'Stopped by SIGINT.', { remedy: 'x' }), 'interrupted'],
    ['by SIGTERM', new Failure('terminated', 'Stopped by SIGTERM.', { remedy: 'x' }), 'terminated'],
    ['by a deadline', new DOMException('late', 'TimeoutError'), 'timeout'],
    ['without a reason', undefined, 'interrupted'],
  ])('%s while an answer is awaited', async (_why, reason, kind) => {
    const controller = new AbortController();
    const server = await serve(() => {
      controller.abort(reason);
      return { silent: true };
    });
    const { source } = openAt(server.origin);
    const rows = source.deliveries(query(), controller.signal)[Symbol.asyncIterator]();
    expect(await failureOf(rows.next())).toMatchObject({ kind });
    expect(server.requests).toHaveLength(1);
  });

  test('before the first request nothing is sent', async () => {
    const server = await serve([]);
    const details = openAt(server.origin).source.details?.(asked('x', 'y'), AbortSignal.abort());
    expect(await failureOf(details ?? Promise.resolve())).toMatchObject({ kind: 'interrupted' });
    expect(server.connections()).toBe(0);
  });

  test('silence ends the attempt', async () => {
    const server = await serve(() => ({ silent: true }));
    const limits = { bodyBytes: 1e6, headerBytes: 16_384, idleMs: 30, totalMs: 10_000 };
    expect(await failureOf(collect(openAt(server.origin, { limits }).source))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('in time') as string,
    });
    expect(server.requests).toHaveLength(4);
  });
});
