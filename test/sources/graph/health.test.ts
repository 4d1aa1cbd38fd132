import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import { HEALTH_QUOTA_RULES } from '#mailflow/quota/rolling-window.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import {
  type Reply,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { NOW, page, TOKEN } from './opened.js';
import {
  ALL,
  byResource,
  ISSUES,
  MESSAGES,
  OPEN,
  openHealthAt,
  overview,
  OVERVIEWS,
  resolved,
  wireIssue,
  wireMessage,
  wirePost,
} from './opened-health.js';

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

const { signal } = new AbortController();
const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
const error = (code: string, message: string): object => ({
  error: { code, message, innerError: { 'request-id': 'req-body-1' } },
});
const html = (status: number): Reply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html><script>alert(1)</script></html>',
});
const json = (body: string): Reply => ({ headers: { 'content-type': 'application/json' }, body });

interface Fault {
  readonly why: string;
  readonly reply: Reply;
  readonly kind: string;
  readonly reason: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    why: 'a bad token',
    reply: { status: 401, body: error('InvalidAuthenticationToken', 'Lifetime validation failed.') },
    ...{ kind: 'sign-in', reason: 'refused' },
    ...{ says: /MAILCHECK_GRAPH_TOKEN was refused/, remedy: /new access token/ },
  },
  {
    why: 'no permission',
    reply: { status: 403, body: error('Authorization_RequestDenied', 'Insufficient privileges') },
    ...{ kind: 'permission', reason: 'refused' },
    says: /refused to show service health.*Insufficient privileges/,
    remedy: /ServiceHealth\.Read\.All with admin consent.*admin role.*Global Reader/,
  },
  {
    why: 'a 403 that names the app of message trace, which is nothing to service health',
    reply: { status: 403, body: error('UnknownError', '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373') },
    ...{ kind: 'permission', reason: 'refused' },
    ...{ says: /service health/, remedy: /ServiceHealth\.Read\.All/ },
  },
  {
    why: 'another address',
    reply: { status: 404, body: error('ResourceNotFound', 'no') },
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /knows no service health/, remedy: /--graph-url/ },
  },
  {
    why: 'a long pause',
    reply: { status: 429, headers: { 'retry-after': '4000' } },
    ...{ kind: 'throttled', reason: 'throttled' },
    ...{ says: /pause of 4000 s/, remedy: /again in 4000 s.*240 requests in 60 s/ },
  },
  {
    why: 'a service in trouble',
    reply: { status: 503, body: error('ServiceUnavailable', 'busy') },
    ...{ kind: 'unreachable', reason: 'unreachable' },
    ...{ says: /in trouble.*busy/, remedy: /does not tell how mail is/ },
  },
  {
    why: 'an error page of a gateway',
    reply: html(502),
    ...{ kind: 'unreachable', reason: 'unreachable', says: /502/, remedy: /again/ },
  },
  {
    why: 'a portal: HTML with 200',
    reply: html(200),
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /other than JSON/, remedy: /proxy or sign-in portal/ },
  },
  {
    why: 'a way that leads elsewhere',
    reply: { status: 302, headers: { location: 'https://login.contoso.example/secret' } },
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /sent us elsewhere.*login\.contoso\.example\)/, remedy: /portal/ },
  },
  {
    why: 'a body that was cut',
    reply: {
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"value":[',
      ),
    },
    ...{ kind: 'unreachable', reason: 'unreachable' },
    ...{ says: /broke before the answer was whole/, remedy: /again/ },
  },
  {
    why: 'broken JSON',
    reply: json('{"value":[}'),
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /that service health does not have/, remedy: /contract/ },
  },
  {
    why: 'no list',
    reply: { body: {} },
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /a list was expected at value/, remedy: /contract/ },
  },
  {
    why: 'a list in which no row is one',
    reply: { body: page([null, 7]) },
    ...{ kind: 'protocol', reason: 'protocol' },
    ...{ says: /an object was expected at value\[0\]/, remedy: /contract/ },
  },
  {
    why: 'a connection that is reset',
    reply: { reset: true },
    ...{ kind: 'unreachable', reason: 'unreachable' },
    ...{ says: /broke before the answer was whole/, remedy: /network/ },
  },
];

describe('the same fault of both lists is thrown', () => {
  test.each(FAULTS)('$why: $kind', async ({ reply, kind, says, remedy }) => {
    const server = await serve(() => reply);
    const failure = await failureOf(openHealthAt(server.origin).source.health(OPEN, signal));
    expect(failure).toMatchObject({ kind, message: matching(says), remedy: matching(remedy) });
    expect(`${failure.message} ${failure.remedy}`).not.toContain(TOKEN);
    expect(`${failure.message} ${failure.remedy}`).not.toMatch(/trace|sample|--wait|--max-requests/);
  });
});

describe('a fault of one list is a gap beside the other', () => {
  const SINGLE = FAULTS.filter(({ why }) => !/pause/.test(why));

  test.each(SINGLE)('the services: $why: $reason', async ({ reply, reason, says, remedy }) => {
    const server = await serve(byResource({ overviews: reply, issues: { body: page([wireIssue('EX1')]) } }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect([answer.services, answer.issues.map(({ id }) => id)]).toEqual([[], ['EX1']]);
    expect(answer.gaps).toMatchObject([{ reason, what: matching(says), remedy: matching(remedy) }]);
  });

  test.each(SINGLE)('the issues: $why: $reason', async ({ reply, reason, says }) => {
    const server = await serve(byResource({ issues: reply }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect([answer.services.length, answer.issues]).toEqual([1, []]);
    expect(answer.gaps).toMatchObject([{ reason, what: matching(says) }]);
  });

  test('a page after the first that cannot be had leaves what came before, and a gap', async () => {
    const server = await serve(({ url, headers }) => {
      if (url.startsWith(OVERVIEWS)) return { body: page([overview()]) };
      if (url.includes('skip')) return { status: 503 };
      return { body: page([wireIssue('EX1')], `http://${headers.host ?? ''}${ISSUES}?$skip=1`) };
    });
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.issues).toHaveLength(1);
    expect(answer.gaps).toMatchObject([
      { reason: 'unreachable', what: matching(/^the issues of the services, in part: /) },
    ]);
  });

  test('where one is refused and the other may come later, the failure is the one that a retry may cure', async () => {
    const server = await serve(
      byResource({ issues: { status: 403, body: error('x', 'y') }, overviews: { status: 503 } }),
    );
    const failure = await failureOf(openHealthAt(server.origin).source.health(OPEN, signal));
    expect(failure.kind).toBe('unreachable');
  });
});

describe('links', () => {
  test.each<[string, string, RegExp]>([
    ['to another host', 'http://127.0.0.1:9/v1.0/admin/serviceAnnouncement/issues?$skip=1', /outside/],
    ['to another part of the API', 'http://OWN/v1.0/users?$skip=1', /outside/],
    ['that go up', 'http://OWN/v1.0/admin/serviceAnnouncement/../../users', /outside/],
    ['to a longer name', 'http://OWN/v1.0/admin/serviceAnnouncements/issues', /outside/],
    ['round in circles', `http://OWN${ISSUES}?$skip=1`, /circles/],
  ])('%s are a gap, and no token goes there', async (_why, link, says) => {
    const server = await serve(({ url, headers }) =>
      url.startsWith(OVERVIEWS)
        ? { body: page([overview()]) }
        : { body: page([wireIssue('EX1')], link.replace('OWN', headers.host ?? '')) },
    );
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.issues).toHaveLength(1);
    expect(answer.gaps).toMatchObject([{ what: matching(says) }]);
    expect(server.requests.every(({ url }) => url.startsWith('/v1.0/admin/serviceAnnouncement/'))).toBe(true);
  });
});

describe('rows', () => {
  const readOne = async (changes: Readonly<Record<string, unknown>>) => {
    const server = await serve(byResource({ issues: { body: page([wireIssue('EX1', changes)]) } }));
    const answer = await openHealthAt(server.origin).source.health(ALL, signal);
    return { ...answer, issue: answer.issues[0] };
  };

  test.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['nobody says whether the impact is high', { highImpact: null }, { highImpact: null }],
    ['or does', { highImpact: true }, { highImpact: true }],
    [
      'in the spelling of the documentation',
      { classification: 'Incident', status: 'ServiceDegradation' },
      {
        ...{ classification: 'Incident', status: 'ServiceDegradation' },
      },
    ],
    [
      'words of tomorrow',
      { classification: 'rumour', status: 'asleep', origin: 'theMoon' },
      {
        ...{ classification: 'rumour', status: 'asleep', origin: 'theMoon' },
      },
    ],
    [
      'without what may be absent',
      { feature: undefined, featureGroup: null, origin: null, impactDescription: null },
      {
        ...{ feature: null, featureGroup: null, origin: null, impact: null },
      },
    ],
    ['without posts', { posts: null }, { posts: [] }],
    ['an end of year 1', { endDateTime: '0001-01-01T00:00:00Z' }, { endedAt: null }],
    ['a change of year 1', { lastModifiedDateTime: '0001-01-01T00:00:00+00:00' }, { modifiedAt: null }],
    ['whether it is open, left out', { isResolved: null }, { isResolved: null }],
    [
      'a start of year 1: at latest its first post',
      {
        startDateTime: '0001-01-01T00:00:00Z',
        posts: [wirePost(), wirePost({ createdDateTime: '2026-06-30T10:00:00Z' })],
      },
      { startedAt: new Date('2026-06-30T10:00:00Z') },
    ],
    [
      'no start and no post: at latest its last change',
      { startDateTime: null, posts: [] },
      { startedAt: new Date('2026-06-30T10:30:00Z') },
    ],
    [
      'a post of plain text in capitals, of another kind',
      { posts: [wirePost({ postType: 'Strategic', description: { contentType: 'Text', content: 'x' } })] },
      {
        posts: [
          { at: new Date('2026-06-30T10:30:00Z'), kind: 'Strategic', contentType: 'text', content: 'x' },
        ],
      },
    ],
    [
      'a post without a text',
      { posts: [wirePost({ postType: null, description: null })] },
      { posts: [{ at: new Date('2026-06-30T10:30:00Z'), kind: '', contentType: 'html', content: '' }] },
    ],
    [
      'fractions of a second and an offset',
      { startDateTime: '2026-06-30T11:00:00.1234567+02:00' },
      {
        startedAt: new Date('2026-06-30T09:00:00.123Z'),
      },
    ],
  ])('%s', async (_why, changes, expected) => {
    const { issue, gaps } = await readOne(changes);
    expect(issue).toMatchObject(expected);
    expect(gaps).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['without id', { id: null }, /value\[1\]\.id/],
    ['without service', { service: null }, /value\[1\]\.service/],
    ['without classification', { classification: null }, /value\[1\]\.classification/],
    ['with a number for a status', { status: 6 }, /value\[1\]\.status/],
    [
      'with words for whether it is resolved',
      { isResolved: 'false' },
      /true or false.*value\[1\]\.isResolved/,
    ],
    ['with a time that is none', { startDateTime: 'yesterday' }, /value\[1\]\.startDateTime/],
    [
      'without any time',
      { startDateTime: null, lastModifiedDateTime: null, posts: [] },
      /value\[1\]\.startDateTime/,
    ],
    ['with posts that are no list', { posts: {} }, /value\[1\]\.posts/],
  ])('a row %s is a gap that names the place, and the others stay', async (_why, changes, says) => {
    const rows = [wireIssue('EX1'), wireIssue('EX2', changes), wireIssue('EX3')];
    const server = await serve(byResource({ issues: { body: page(rows) } }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.issues.map(({ id }) => id)).toEqual(['EX1', 'EX3']);
    expect(answer.gaps).toMatchObject([{ reason: 'protocol', what: matching(says) }]);
    expect(answer.gaps[0]?.what).toContain('1 of which cannot be read');
  });

  test('a post that cannot be read is left out of its issue, and told', async () => {
    const { issue, gaps } = await readOne({ posts: [wirePost(), wirePost({ createdDateTime: null })] });
    expect(issue?.posts).toHaveLength(1);
    expect(gaps).toMatchObject([
      { reason: 'protocol', what: matching(/value\[0\]\.posts\[1\]\.createdDateTime/) },
    ]);
  });

  test.each<[string, object, object]>([
    ['without its short name', { id: null }, { id: 'Exchange Online', service: 'Exchange Online' }],
    ['without its long name', { service: '' }, { id: 'Exchange', service: 'Exchange' }],
    ['with a status of tomorrow', { status: 'asleep' }, { status: 'asleep' }],
  ])('a service %s', async (_why, changes, expected) => {
    const server = await serve(byResource({ overviews: { body: page([overview({ ...changes })]) } }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.services).toMatchObject([expected]);
  });

  test('names of the language itself are nothing special', async () => {
    const body =
      '{"value":[{"id":"EX1","__proto__":{"isResolved":true},"service":"Exchange Online","classification":"incident","status":"x","startDateTime":"2026-06-30T10:00:00Z"}]}';
    const server = await serve(byResource({ issues: json(body) }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.issues).toMatchObject([{ id: 'EX1', isResolved: null }]);
  });

  test('of two of one issue the later one counts', async () => {
    const rows = [
      resolved('EX1', '2026-06-30T11:00:00Z'),
      wireIssue('EX1'),
      wireIssue('EX2'),
      wireIssue('EX2', { status: 'extendedRecovery' }),
    ];
    const server = await serve(byResource({ issues: { body: page(rows) } }));
    const answer = await openHealthAt(server.origin).source.health(ALL, signal);
    expect(answer.issues.map(({ id, status }) => [id, status])).toEqual([
      ['EX1', 'serviceRestored'],
      ['EX2', 'extendedRecovery'],
    ]);
  });

  test('twenty thousand rows are no list of a tenant', async () => {
    const server = await serve(({ url, headers }, index) =>
      url.startsWith(OVERVIEWS)
        ? { body: page([overview()]) }
        : {
            body: page(
              Array.from({ length: 4000 }, (_, row) => ({
                ...wireIssue(`EX${index}${row}`, { posts: [] }),
              })),
              `http://${headers.host ?? ''}${ISSUES}?$skip=${index}`,
            ),
          },
    );
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.gaps).toMatchObject([{ reason: 'protocol', what: matching(/more than 20000 rows/) }]);
    expect(server.requests.length).toBeLessThan(9);
  });
});

describe('what is asked', () => {
  const targets = ({ requests }: ScriptedServer): readonly string[] =>
    requests.map(({ url }) => decodeURIComponent(url)).toSorted();

  test('both lists at once, with the token, large pages and words of tomorrow', async () => {
    const server = await serve(byResource({}));
    await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(targets(server)).toEqual([OVERVIEWS, `${ISSUES}?$filter=isResolved eq false`]);
    for (const { method, headers } of server.requests) {
      expect([method, headers.authorization]).toEqual(['GET', `Bearer ${TOKEN}`]);
      expect(headers['prefer']).toBe('include-unknown-enum-members, odata.maxpagesize=500');
    }
  });

  test('no filter where resolved ones are wished for too', async () => {
    const server = await serve(byResource({}));
    await openHealthAt(server.origin).source.health({ resolvedToo: true, since: new Date(NOW) }, signal);
    expect(targets(server)).toEqual([OVERVIEWS, ISSUES]);
  });

  test('a filter that is refused is asked without, and once', async () => {
    const server = await serve(({ url }) => {
      if (url.startsWith(OVERVIEWS)) return { body: page([overview()]) };
      return url.includes('filter')
        ? { status: 400, body: error('BadRequest', 'no') }
        : { body: page([wireIssue('EX1'), resolved('EX2', '2026-06-30T11:00:00Z')]) };
    });
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect([answer.issues.map(({ id }) => id), answer.gaps]).toEqual([['EX1'], []]);
    expect(targets(server)).toEqual([OVERVIEWS, ISSUES, `${ISSUES}?$filter=isResolved eq false`]);
  });

  test('where it is refused without as well, that is the gap', async () => {
    const server = await serve(byResource({ issues: { status: 400, body: error('BadRequest', 'no') } }));
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer.gaps).toMatchObject([
      { reason: 'protocol', what: matching(/did not accept.*BadRequest: no/) },
    ]);
    expect(server.requests).toHaveLength(3);
  });

  test('messages that changed since then, and only read', async () => {
    const server = await serve(byResource({ messages: { body: page([wireMessage('MC1')]) } }));
    await openHealthAt(server.origin).source.messages(new Date('2026-06-28T00:00:00Z'), signal);
    expect(server.requests.map(({ method, url }) => [method, decodeURIComponent(url)])).toEqual([
      ['GET', `${MESSAGES}?$filter=lastModifiedDateTime ge 2026-06-28T00:00:00.000Z`],
    ]);
  });

  test('one sign-in for both lists', async () => {
    let fetched = 0;
    const inFlight = { promise: null as Promise<string> | null };
    const tokens: TokenSource = {
      token: () => (inFlight.promise ??= Promise.resolve(`token-${(fetched += 1)}`)),
    };
    const server = await serve(byResource({}));
    await openHealthAt(server.origin, { tokens }).source.health(OPEN, signal);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
    ]);
  });
});

describe('one issue', () => {
  test.each<[string, Reply, RegExp]>([
    ['a 404 that is not the word of Graph', html(404), /knows no service health at this address/],
    ['another issue than was asked for', { body: wireIssue('EX2') }, /another issue than EX1/],
    ['HTML with 200', html(200), /other than JSON/],
    ['a list', { body: page([wireIssue('EX1')]) }, /In the issue EX1, .* at id/],
  ])('%s is a failure', async (_why, reply, says) => {
    const server = await serve(() => reply);
    const failure = await failureOf(openHealthAt(server.origin).source.issue('EX1', signal));
    expect(failure).toMatchObject({ kind: 'protocol', message: matching(says) });
  });

  test('the service does not know it: null, asked once', async () => {
    const server = await serve([{ status: 404, body: error('ResourceNotFound', 'no') }]);
    expect(await openHealthAt(server.origin).source.issue('EX1', signal)).toBeNull();
    expect(server.requests.map(({ url }) => url)).toEqual([`${ISSUES}/EX1`]);
  });

  test('posts that cannot be read are told, and the others are there', async () => {
    const body = wireIssue('EX1', { posts: [wirePost(), { createdDateTime: 7 }] });
    const { source, notices } = openHealthAt((await serve([{ body }])).origin);
    expect((await source.issue('ex1', signal))?.posts).toHaveLength(1);
    expect(notices).toEqual([matching(/^1 posts of ex1 are left out\. In the issue ex1, .*posts\[1\]/)]);
  });
});

describe('the message centre', () => {
  test('without the permission for it, that one is named', async () => {
    const server = await serve(byResource({ messages: { status: 403, body: error('Forbidden', 'no') } }));
    const failure = await failureOf(openHealthAt(server.origin).source.messages(null, signal));
    expect(failure).toMatchObject({
      kind: 'permission',
      message: matching(/the message centre/),
      remedy: matching(/ServiceMessage\.Read\.All.*Message Center Reader/),
    });
  });

  test('what may be absent is, and a broken row is a gap', async () => {
    const bare = { id: 'MC2', body: null };
    const server = await serve(byResource({ messages: { body: page([bare, { title: 'x' }]) } }));
    const { messages, gaps } = await openHealthAt(server.origin).source.messages(new Date(NOW), signal);
    expect(messages).toEqual([
      {
        ...{ id: 'MC2', title: '', services: [], tags: [], category: '', severity: '', isMajorChange: false },
        ...{ startedAt: null, endedAt: null, modifiedAt: null, actionRequiredBy: null },
        ...{ contentType: 'html', body: '' },
      },
    ]);
    expect(gaps).toMatchObject([{ reason: 'protocol', what: matching(/value\[1\]\.id/) }]);
  });
});

describe('time and quota', () => {
  test.each<[string, string, number]>([
    ['ours is ahead', '2026-06-30T11:50:00Z', 600_000 - 1000],
    ['ours is behind', '2026-06-30T12:10:00Z', -600_000],
    ['the same', NOW, 0],
  ])('the clock of the service: %s', async (_why, serviceTime, clockAheadMs) => {
    const headers = { date: new Date(serviceTime).toUTCString() };
    const server = await serve(
      byResource({
        overviews: { headers, body: page([overview()]) },
        issues: { headers, body: page([]) },
      }),
    );
    const answer = await openHealthAt(server.origin).source.health(OPEN, signal);
    expect(answer).toMatchObject({ asOf: new Date(serviceTime), clockAheadMs });
  });

  test('an answer without a date tells no time', async () => {
    const { source } = openHealthAt((await serve(byResource({}))).origin);
    expect(await source.health(OPEN, signal)).toMatchObject({ asOf: null, clockAheadMs: 0 });
    expect(source.asOf()).toBeNull();
  });

  test('216 requests in a minute, and then a pause until the first is a minute old', async () => {
    const clock = virtualClock(NOW);
    const ledger = processLedger({
      rules: HEALTH_QUOTA_RULES,
      isAttended: true,
      monotonicMs: clock.monotonicMs,
    });
    const server = await serve(() => ({ status: 404, body: error('ResourceNotFound', 'no') }));
    const { source, notices } = openHealthAt(server.origin, { clock, ledger });
    for (let count = 0; count < 216; count += 1) await source.issue('EX1', signal);
    expect(clock.monotonicMs()).toBe(0);
    await source.issue('EX1', signal);
    expect(clock.monotonicMs()).toBeGreaterThan(60_000);
    expect(notices).toEqual([matching(/request budget is used up/)]);
  });

  test('a deadline is one for both lists', async () => {
    const server = await serve(() => ({ silent: true }));
    const clock = virtualClock(NOW);
    const { source } = openHealthAt(server.origin, { clock, deadlineMs: 300 });
    const failure = await failureOf(source.health(OPEN, signal));
    expect(failure).toMatchObject({ kind: 'timeout', remedy: matching(/--timeout, or check proxy/) });
    expect(server.requests).toHaveLength(2);
  });

  test('a short pause that the service asks for is sat out by both lists', async () => {
    const server = await serve(({ url }, index) => {
      if (index < 2) return { status: 429, headers: { 'retry-after': '7' } };
      return { body: page(url.startsWith(OVERVIEWS) ? [overview()] : []) };
    });
    const { source, notices } = openHealthAt(server.origin);
    expect((await source.health(OPEN, signal)).gaps).toEqual([]);
    expect(new Set(notices.map((text) => text.replace(/^\S+/, '')))).toEqual(
      new Set([' answered 429; trying again in 7 s.']),
    );
    expect(server.requests).toHaveLength(4);
  });
});
