import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { asked, collect, NOW, query, TOKEN } from '../graph/opened.js';
import { answer, MORE, openExchangeAt, row } from './opened.js';

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

/** Gives another token when the first was refused. */
function renewable(): TokenSource {
  return { token: (_scope, options) => Promise.resolve(options?.refresh === true ? `${TOKEN}-2` : TOKEN) };
}

const CONCURRENT = 'You have reached the maximum number of concurrent requests per tenant. Please wait.';
const SERVER_INSIDE = 'AB1PR0101MB0001';
const trace = `   at Microsoft.Exchange.Task.Run() in ${SERVER_INSIDE}\r\n   at System.Threading.Go()`;

function thrown(message: string, type = 'System.ArgumentException'): object {
  return {
    error: {
      code: 'BadRequest',
      message: 'Invalid Operation',
      details: [{ code: 'Client', target: '', message: `|${type}|${message}` }],
      innererror: {
        message: 'Error executing cmdlet',
        type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
        internalexception: { message, type, stacktrace: trace },
      },
    },
  };
}

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
    why: 'neither permission nor role: an empty 401, also with a new token',
    reply: { status: 401 },
    ...{ kind: 'permission', reason: 'refused', requests: 2 },
    says: /admits nobody with this token, also after it was renewed \(status 401\)/,
    remedy: /Exchange\.ManageAsApp.*Global Reader.*both are needed.*tenant and cloud/,
  },
  {
    why: 'the permission and no role: a 403 of NUL bytes',
    reply: { status: 403, headers: { 'content-type': 'application/json' }, body: '\0'.repeat(2048) },
    ...{ kind: 'permission', reason: 'refused', requests: 1 },
    says: /no role of it allows Get-MessageTrace(Detail)?V2 \(status 403\)/,
    remedy: /^Assign the app's service principal the Entra role Global Reader.*is there already/,
  },
  {
    why: 'the same, called gzip, which it is not',
    reply: { status: 403, headers: { 'content-encoding': 'gzip' }, body: Buffer.alloc(2048) },
    ...{ kind: 'permission', reason: 'refused', requests: 1 },
    says: /no role of it allows/,
    remedy: /Global Reader/,
  },
  {
    why: 'a cmdlet error, told by its innermost message',
    reply: { status: 400, body: thrown('ResultSize is invalid') },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /did not accept the question to Get-\w+ \(status 400; ResultSize is invalid\)/,
    remedy: /shorter window/,
  },
  {
    why: 'another tenant in the path',
    reply: { status: 404, body: thrown('No such tenant', 'System.Exception') },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /knows no tenant or object.*404; No such tenant/,
    remedy: /--tenant/,
  },
  {
    why: 'another version of the endpoint',
    reply: { status: 405 },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /does not take cmdlets at this address \(status 405\)/,
    remedy: /--exchange-url.*--via graph/,
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    why: `a redirect ${status}, which is never followed`,
    reply: { status, headers: { location: 'https://outlook.fabrikam.example/secret?x=1' } },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: new RegExp(`sent us elsewhere.*status ${status}; to outlook\\.fabrikam\\.example\\)`),
    remedy: /--cloud.*proxy/,
  })),
  {
    why: 'too many at once, said with 429',
    reply: { status: 429, headers: { 'content-type': 'text/plain' }, body: CONCURRENT },
    ...{ kind: 'throttled', reason: 'throttled', requests: 4 },
    says: /asks for a pause of 12 s \(429\)/,
    remedy: /again in 12 s/,
  },
  {
    why: 'too many at once, said with 400 and as plain text',
    reply: { status: 400, headers: { 'content-type': 'text/plain' }, body: CONCURRENT },
    ...{ kind: 'throttled', reason: 'throttled', requests: 4 },
    says: /asks for a pause of 12 s \(400\)/,
    remedy: /again in 12 s/,
  },
  {
    why: 'too many at once, said with 400 and inside an error object',
    reply: { status: 400, body: thrown(CONCURRENT) },
    ...{ kind: 'throttled', reason: 'throttled', requests: 4 },
    says: /asks for a pause/,
    remedy: /again in 12 s/,
  },
  ...[408, 500, 503, 504].map((status) => ({
    why: `${status} with plain text`,
    reply: { status, headers: { 'content-type': 'text/plain' }, body: 'The server is busy.' },
    ...{ kind: 'unreachable', reason: 'unreachable', requests: 4 },
    says: new RegExp(`in trouble, also after several tries \\(status ${status}\\)`),
    remedy: /some minutes/,
  })),
  {
    why: 'a page of a portal, with 200',
    reply: { headers: { 'content-type': 'text/html' }, body: '<html></html>' },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /something other than JSON \(status 200\)/,
    remedy: /proxy or sign-in portal/,
  },
  {
    why: 'nothing, with 204',
    reply: { status: 204 },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /gave an answer that it does not have \(status 204\)/,
    remedy: /--exchange-url/,
  },
  {
    why: 'nothing, with 200',
    reply: { headers: { 'content-type': 'application/json' } },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /gave an answer that it does not have \(status 200\)/,
    remedy: /--exchange-url/,
  },
  {
    why: 'JSON without a value, which is no empty result',
    reply: { body: { '@adminapi.warnings': [] } },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /a list was expected at value/,
    remedy: /rewrites answers/,
  },
  {
    why: 'a value that is no list',
    reply: { body: { value: 'x' } },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /a list was expected at value/,
    remedy: /rewrites answers/,
  },
  {
    why: 'a row that is no object',
    reply: { body: answer([7]) },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /an object was expected at value\[0\]/,
    remedy: /rewrites answers/,
  },
  {
    why: 'a broken connection',
    reply: { reset: true },
    ...{ kind: 'unreachable', reason: 'unreachable', requests: 4 },
    says: /broke before the answer was whole/,
    remedy: /Try again/,
  },
  {
    why: 'a change of protocol',
    reply: { bytes: Buffer.from('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n') },
    ...{ kind: 'protocol', reason: 'protocol', requests: 1 },
    says: /does not answer as HTTP asks for/,
    remedy: /the Exchange admin endpoint/,
  },
];

describe('a fault at the first request is thrown', () => {
  test.each(FAULTS)('$why: $kind after $requests', async ({ reply, kind, requests, says, remedy }) => {
    const server = await serve(() => reply);
    const { source } = openExchangeAt({ exchangeUrl: server.origin }, { tokens: renewable() });
    const failure = await failureOf(collect(source));
    expect(failure).toMatchObject({
      kind,
      message: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(server.requests).toHaveLength(requests);
    expect(source.requestCount()).toBe(requests);
    const told = `${failure.message} ${failure.remedy}`;
    for (const word of [TOKEN, SERVER_INSIDE, '\0', 'at Microsoft.', 'at System.'])
      expect(told).not.toContain(word);
  });
});

describe('the same fault behind the first answer is a gap, and ends the listing', () => {
  const later = FAULTS.filter(
    ({ why }) => why !== 'neither permission nor role: an empty 401, also with a new token',
  );
  test.each(later)('$why: $reason', async ({ reply, reason, requests, says, remedy }) => {
    const server = await serve((_request, index) =>
      index === 0 ? { body: answer([row(1)], [MORE]) } : reply,
    );
    const { entries, gaps } = await collect(
      openExchangeAt({ exchangeUrl: server.origin }, { tokens: renewable() }).source,
    );
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

describe('the same fault at a detail is a gap of that detail', () => {
  const key = asked('5f0c3c1e-0000-4000-8000-000000000001', "o'hara@fabrikam.example");
  test.each(FAULTS)('$why: $reason', async ({ reply, reason, says, remedy }) => {
    const server = await serve(() => reply);
    const { source } = openExchangeAt({ exchangeUrl: server.origin }, { tokens: renewable() });
    expect(await source.details?.(key, new AbortController().signal)).toMatchObject({
      kind: 'gap',
      gap: {
        reason,
        what: expect.stringMatching(says) as string,
        remedy: expect.stringMatching(remedy) as string,
      },
    });
  });

  test.each(FAULTS.filter(({ reason }) => reason === 'refused'))(
    '$why: whoever may not read one may read none, and no more is asked',
    async ({ reply, requests }) => {
      const server = await serve(() => reply);
      const { source } = openExchangeAt({ exchangeUrl: server.origin }, { tokens: renewable() });
      const first = await source.details?.(key, new AbortController().signal);
      expect(await source.details?.(key, new AbortController().signal)).toEqual(first);
      expect(server.requests).toHaveLength(requests);
    },
  );

  test('an object that the service does not know has no events: the type of the error says so', async () => {
    const body = thrown('gone', 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException');
    const server = await serve(() => ({ status: 404, body }));
    const { source } = openExchangeAt({ exchangeUrl: server.origin });
    const answered = await source.details?.(key, new AbortController().signal);
    expect(answered).toEqual({ kind: 'events', events: [] });
  });
});

describe('how the pace is kept', () => {
  test('after trouble it waits 3, 6 and 9 seconds and says so', async () => {
    const server = await serve((_request, index) =>
      index < 3 ? { status: 503 } : { body: answer([row(1)]) },
    );
    const { source, notices } = openExchangeAt({ exchangeUrl: server.origin });
    expect((await collect(source)).entries).toHaveLength(1);
    expect(notices).toEqual(
      [3, 6, 9].map((s) => expect.stringContaining(`503; trying again in ${s} s.`) as string),
    );
  });

  test('Retry-After is obeyed where the service gives one', async () => {
    const slow = { status: 429, headers: { 'retry-after': '40' } };
    const server = await serve([slow, { body: answer([row(1)]) }]);
    const clock = virtualClock(NOW);
    const { source } = openExchangeAt({ exchangeUrl: server.origin }, { clock });
    await collect(source);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(40_000);
  });

  test('however many ask, each question begins a second after the one before', async () => {
    const clock = virtualClock(NOW);
    const startedAtMs: number[] = [];
    const server = await serve(() => {
      startedAtMs.push(clock.monotonicMs());
      return { body: answer([]) };
    });
    const { source } = openExchangeAt({ exchangeUrl: server.origin }, { clock });
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3, 4].map(async (n) => source.details?.(asked(`x${n}`, 'y'), signal)));
    expect(startedAtMs).toEqual([0, 1000, 2000, 3000]);
  });

  test('whoever stops ends the wait of all others too', async () => {
    const server = await serve(() => ({ silent: true }));
    const { source } = openExchangeAt({ exchangeUrl: server.origin });
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    const waiting = [1, 2].map((n) =>
      failureOf(source.details?.(asked(`x${n}`, 'y'), stop.signal) ?? Promise.resolve()),
    );
    setImmediate(() => stop.abort(reason));
    expect(await Promise.all(waiting)).toEqual([reason, reason]);
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });

  test('the budget ends the answer where nobody waits for it', async () => {
    const server = await serve((_request, index) => ({ body: answer([row(index)], [MORE]) }));
    const { source } = openExchangeAt({ exchangeUrl: server.origin }, { maxRequests: 2 });
    const { entries, gaps } = await collect(source);
    expect([entries.length, gaps.map(({ reason }) => reason)]).toEqual([2, ['quota']]);
  });
});

describe('what a failure carries', () => {
  test("the service's id of the request", async () => {
    const server = await serve(() => ({ status: 403, headers: { 'request-id': 'req-7' } }));
    const failure = await failureOf(collect(openExchangeAt({ exchangeUrl: server.origin }).source));
    expect(failure.requestId).toBe('req-7');
  });

  test('no token, though the service says it back', async () => {
    const server = await serve(() => ({ status: 400, body: thrown(`bad ${TOKEN}`) }));
    const failure = await failureOf(collect(openExchangeAt({ exchangeUrl: server.origin }).source));
    expect(failure.message).toMatch(/bad \*\*\*/);
    expect(failure.message).not.toContain(TOKEN);
  });

  test('a window before the 90 days is told as such, whatever the words of the refusal', async () => {
    const server = await serve(() => ({ status: 400, body: thrown('nope') }));
    const window = { from: new Date('2026-03-31T00:00:00Z'), to: new Date('2026-04-01T12:00:00Z') };
    const failure = await failureOf(
      collect(openExchangeAt({ exchangeUrl: server.origin }).source, query({ window })),
    );
    expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining('90 days') as string });
  });

  test('the tenant that could not be learnt, before anything is sent', async () => {
    const server = await serve([]);
    const unknown = new Failure('configuration', 'Nobody knows it.', { remedy: 'x' });
    const { source } = openExchangeAt(
      { exchangeUrl: server.origin },
      { tenantGuid: () => Promise.reject(unknown) },
    );
    expect(await failureOf(collect(source))).toBe(unknown);
    expect(server.requests).toEqual([]);
  });
});

describe('the address', () => {
  test.each([
    ['http://outlook.office365.com', 'plain http to another machine'],
    ['https://user:x@outlook.office365.com', 'a user in it'],
    ['https://outlook.office365.com/adminapi', 'a path'],
    ['ftp://outlook.office365.com', 'another scheme'],
    ['outlook.office365.com', 'no scheme'],
  ])('%j is refused: %s', (exchangeUrl) => {
    expect(() => openExchangeAt({ exchangeUrl })).toThrow(
      expect.objectContaining({
        kind: 'configuration',
        remedy: expect.stringContaining('--exchange-url (MAILCHECK_EXCHANGE_URL)') as string,
      }),
    );
  });

  test('no token is sent where certificates are not checked', () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(() => openExchangeAt({ exchangeUrl: 'https://outlook.office365.com' }, { env })).toThrow(
      /switches certificate/,
    );
  });
});
