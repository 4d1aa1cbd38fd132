/**
 * Why: whoever points mailcheck at a Graph endpoint gets every row once, however many pages, in the words of the
 * service, and pays no more requests than said. Tenant: 100,000 rows of a day, and small ones with one trouble each.
 * Requests: pinned from the tenant's own log.
 */
import { afterEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';

import { event } from '../simulator/population.js';
import { traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';
import type { Served, ServedTenant } from './serve-tenant.js';
import { keyOf, rowAt, rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

const open: ServedTenant[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
});

async function serve(
  population: (now: Date) => readonly SimulatedDelivery[],
  options: Served = {},
): Promise<ServedTenant> {
  const now = thisSecond();
  const tenant = await serveTenant(now, population(now), options);
  open.push(tenant);
  return tenant;
}

const LIST = /^\/v1\.0\/admin\/exchange\/tracing\/messageTraces\?/u;
const FIRST_PAGE = new RegExp(
  `${LIST.source}\\$filter=receivedDateTime ge (\\S+) and receivedDateTime le (\\S+)&\\$top=5000$`,
  'u',
);

function listsOf(tenant: ServedTenant): readonly string[] {
  return tenant.lines.map(({ path }) => path).filter((path) => LIST.test(path));
}

/** Words of the service and the state that each must become. */
const STATE_BY_WORD: Readonly<Record<string, string>> = {
  delivered: 'delivered',
  pending: 'pending',
  gettingStatus: 'pending',
  failed: 'bounced',
  expanded: 'expanded',
  Resolved: 'expanded',
  quarantined: 'quarantined',
  filteredAsSpam: 'filtered',
  recalled: 'recalled',
  HeldByGnomes: 'unknown',
};
const WORDS = Object.keys(STATE_BY_WORD);

describe('a day of 100,000 rows', () => {
  test('every row once, at pages of 5,000, with all fields, and nothing from outside the window', async () => {
    const tenant = await serve(
      (now) => [
        ...rowsBetween(now, [20, 1380], 100_000, (index) => ({
          status: WORDS[index % 97 === 0 ? (index / 97) % WORDS.length : 0] ?? '',
        })),
        ...rowsBetween(now, [1450, 1500], 300, (index) => ({ recipient: `old${index}@contoso.example` })),
      ],
      { quirks: { statusCase: 'mixed' } },
    );
    const run = await runMailcheck(['trace', '--since', '24h', '--sample', 'none', '--format', 'json'], {
      env: tenant.env,
    });
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringMatching(/^Window \S+ to \S+\n$/u)]);
    const trace = traceOf(run);

    const truth = tenant.truth();
    const told = new Map(trace.data.map((row) => [keyOf(row.messageTraceId, row.recipient), row]));
    expect(trace.data).toHaveLength(100_000);
    expect(told.size).toBe(100_000);
    const wrong = [...told].filter(([key, row]) => {
      const word = truth.get(key)?.status ?? '';
      const isVerbatim = row.status === word || row.status === word.charAt(0).toUpperCase() + word.slice(1);
      return !isVerbatim || row.state !== STATE_BY_WORD[word];
    });
    expect(wrong).toEqual([]);
    expect(new Set(trace.data.map((row) => row.status))).toContain('Delivered');

    const byState = trace.data.reduce<Record<string, number>>(
      (counts, { state }) => ({ ...counts, [state]: (counts[state] ?? 0) + 1 }),
      {},
    );
    expect(trace.summary).toMatchObject({
      ...byState,
      deliveries: 100_000,
      messages: 33_334,
      shown: 100_000,
    });
    expect(trace.summary['held']).toBe(byState['pending']);
    expect(trace.summary['failed']).toBe(byState['bounced']);
    expect(trace.source).toMatchObject({ kind: 'graph', requests: 20 });
    expect(trace.outcome).toEqual({ level: 'ok', exitCode: 0 });

    const lists = listsOf(tenant);
    expect(tenant.lines).toHaveLength(20);
    expect(lists).toHaveLength(20);
    const [, from = '', to = ''] = FIRST_PAGE.exec(lists[0] ?? '') ?? [];
    expect(Date.parse(from)).toBe(Date.parse(trace.window.from));
    expect(Date.parse(trace.window.to) - Date.parse(to)).toBeLessThanOrEqual(1000);
    const spanSeconds = (Date.parse(trace.window.to) - Date.parse(trace.window.from)) / 1000;
    expect([86_400, 86_401]).toContain(spanSeconds);
    for (const next of lists.slice(1)) expect(next).toMatch(/&\$top=5000&\$skiptoken=\S+$/u);
  });

  test('one row has the fields that scripts lean on, and no others', async () => {
    const tenant = await serve((now) => [rowAt(now, 60, { status: 'pending' })]);
    const run = await runMailcheck(['trace', '--sample', 'none', '--format', 'json'], { env: tenant.env });
    expect(traceOf(run).data).toEqual([
      {
        messageTraceId: '5f0c3c1e-0000-4000-8000-08dddddddd01',
        messageId: '<a1@mail.fabrikam.example>',
        sender: 'ben@fabrikam.example',
        recipient: 'ada@contoso.example',
        subject: 'Invoice 17',
        receivedAt: new Date(tenant.now.getTime() - 3_600_000).toISOString(),
        sizeBytes: 4711,
        fromIp: '203.0.113.10',
        toIp: null,
        status: 'pending',
        direction: 'inbound',
        directionBasis: 'ip',
        state: 'pending',
        held: true,
        verdict: null,
        lastAttemptAt: null,
        nextHop: null,
        expiresAt: new Date(tenant.now.getTime() + 23 * 3_600_000).toISOString(),
        expiresAtBasis: 'assumed-24h',
      },
    ]);
  });
});

describe('reasons', () => {
  const troubled = (now: Date): readonly SimulatedDelivery[] =>
    rowsBetween(now, [20, 200], 6000, (index) => {
      const status = ['pending', 'failed', 'delivered', 'delivered'][index % 4] ?? '';
      const reply = status === 'failed' ? '550 5.1.1 User unknown' : '450 4.4.316 Connection refused';
      const reason = {
        lastError: reply,
        message: null,
        fqdn: null,
        ip: null,
        lastRetryAt: null,
        trailer: '',
      };
      const name = status === 'failed' ? 'Fail' : 'Defer';
      return {
        status,
        events: () => [event({ at: new Date(now.getTime() - 1_200_000), event: name, reason })],
      };
    });

  test('60 details at most follow the list, and their reasons stand for all', async () => {
    const tenant = await serve(troubled);
    const run = await runMailcheck(['trace', '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    const { summary, source, data } = traceOf(run);
    expect(listsOf(tenant)).toHaveLength(2);
    expect(tenant.lines.slice(0, 2).map(({ path }) => LIST.test(path))).toEqual([true, true]);
    const details = tenant.lines.slice(2).map(({ path }) => path);
    expect(details).toHaveLength(60);
    expect(new Set(details).size).toBe(60);
    for (const path of details) expect(path).toMatch(/\/getDetailsByRecipient\(recipientAddress='r\d+@/u);
    expect(source.requests).toBe(62);
    expect([summary['held'], summary['failed'], summary['deliveries']]).toEqual([1500, 1500, 6000]);
    expect(summary.reasons.held).toMatchObject({ population: 1500, confidence: 0.95 });
    expect(summary.reasons.held.by).toEqual([
      expect.objectContaining({
        reason: 'connection-failed',
        class: 'transient',
        estimate: 1500,
        high: 1500,
      }),
    ]);
    expect(summary.reasons.failed.by).toEqual([
      expect.objectContaining({
        reason: 'recipient-unknown',
        class: 'permanent',
        estimate: 1500,
        high: 1500,
      }),
    ]);
    const examined = summary.reasons.held.examined + summary.reasons.failed.examined;
    expect(examined).toBe(60);
    expect(data.filter((row) => row.verdict !== null)).toHaveLength(60);
    expect(data.every((row) => row.verdict === null || row.held || row.state === 'bounced')).toBe(true);
  });

  test('a quota that runs out leaves a gap with its wait, never fewer rows', async () => {
    const quota = { requests: 10, windowSeconds: 3600, shared: true, retryAfter: 'always' } as const;
    const tenant = await serve(troubled, { quirks: { quota } });
    const run = await runMailcheck(['trace', '--format', 'json'], { env: tenant.env });
    const { incomplete, data, window, outcome, summary } = traceOf(run);
    expect(run.exitCode).toBe(3);
    expect(outcome).toEqual({ level: 'unknown', exitCode: 3 });
    expect(data).toHaveLength(6000);
    expect(window.complete).toBe(true);
    expect(summary.reasons.held.examined + summary.reasons.failed.examined).toBe(8);
    expect(incomplete).toEqual([
      {
        what: 'the details of 52 of 60 sampled deliveries',
        reason: 'throttled',
        remedy: expect.stringMatching(/\S/u) as string,
        retryAfterSeconds: 3600,
      },
    ]);
  });

  test('--max-requests is never exceeded', async () => {
    const tenant = await serve(troubled);
    const run = await runMailcheck(['trace', '--max-requests', '7', '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(3);
    expect(tenant.lines).toHaveLength(7);
    const { incomplete, source } = traceOf(run);
    expect(source.requests).toBe(7);
    expect(incomplete).toEqual([
      expect.objectContaining({ reason: 'quota', what: 'the details of 55 of 60 sampled deliveries' }),
    ]);
  });
});

describe('several values of one property', () => {
  test('each is asked by itself, and the answer is their union', async () => {
    const tenant = await serve((now) =>
      rowsBetween(now, [20, 200], 90, (index) => ({
        sender: ['ann@fabrikam.example', 'ben@fabrikam.example', 'cy@fabrikam.example'][index % 3] ?? '',
      })),
    );
    const senders = ['--sender', 'Ann@fabrikam.example', '--sender', 'cy@fabrikam.example'];
    const run = await runMailcheck(['trace', ...senders, '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    const asked = listsOf(tenant).map((path) => /senderAddress eq '(.*?)'/u.exec(path)?.[1]?.toLowerCase());
    expect(asked).toEqual(['ann@fabrikam.example', 'cy@fabrikam.example']);
    expect(listsOf(tenant).join(' ')).not.toMatch(/ or | in /u);
    const wanted = [...tenant.truth()].filter(([, row]) => !row.delivery.sender.startsWith('ben@'));
    const told = traceOf(run).data.map((row) => keyOf(row.messageTraceId, row.recipient));
    expect(told.toSorted()).toEqual(wanted.map(([key]) => key).toSorted());
  });
});

describe('trouble in the middle of a list', () => {
  const list = (now: Date): readonly SimulatedDelivery[] => rowsBetween(now, [20, 200], 6000, () => ({}));

  test.each<[Readonly<Record<number, string>>, string, number | null, string]>([
    [{ 2: '429:315' }, 'throttled', 315, 'the wait is longer than anybody waits unasked'],
    [{ 1: 'other-host-nextlink' }, 'foreign-link', null, 'a link to another host is not followed'],
    [
      { 1: 'repeat-nextlink', 2: 'repeat-nextlink' },
      'link-loop',
      null,
      'a link that leads to itself is not followed for ever',
    ],
    [{ 2: '503:900' }, 'unreachable', 900, 'a service that is down for longer than we wait'],
    [{ 2: 'html200' }, 'protocol', null, 'a portal in between answers 200 with a page'],
  ])('%j: what came stays, the rest is a gap: %s, %s: %s', async (faults, reason, retryAfterSeconds) => {
    const tenant = await serve(list, { faults: faultScript(faults) });
    const run = await runMailcheck(['trace', '--format', 'json'], { env: tenant.env });
    const trace = traceOf(run);
    expect(run.exitCode).toBe(3);
    expect(trace.outcome).toEqual({ level: 'unknown', exitCode: 3 });
    expect(trace.error).toBeUndefined();
    expect(trace.incomplete).toHaveLength(1);
    expect(trace.incomplete[0]).toMatchObject({ reason, retryAfterSeconds });
    expect(trace.data).toHaveLength(5000);
    expect(trace.window.complete).toBe(false);
    expect(tenant.lines.length).toBeLessThanOrEqual(2);
  });

  test('a hiccup is asked again, and the answer is whole', async () => {
    const tenant = await serve(list, { faults: faultScript({ 2: '503:0' }) });
    const run = await runMailcheck(['trace', '--format', 'json'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    expect(traceOf(run).data).toHaveLength(6000);
    expect(tenant.lines.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(run.stderr).toMatch(/answered 503; trying again in 1 s/u);
  });

  test.each<[string, number, string, string]>([
    ['401', 4, 'sign-in', 'a refused token'],
    ['403', 4, 'permission', 'a missing permission'],
    ['429:900', 3, 'throttled', 'nothing at all because of the quota'],
    ['html200', 3, 'protocol', 'no service at all'],
    ['redirect:https://graph.fabrikam.example/', 3, 'protocol', 'a redirect with our token in hand'],
  ])('the first request answered %s: exit %i, %s, no rows: %s', async (fault, exitCode, kind) => {
    const tenant = await serve(list, { faults: faultScript({ 1: fault, 2: fault }) });
    const run = await runMailcheck(['trace', '--format', 'json'], { env: tenant.env });
    const trace = traceOf(run);
    expect([run.exitCode, trace.error?.kind]).toEqual([exitCode, kind]);
    expect(trace.outcome.exitCode).toBe(exitCode);
    expect(trace.data).toEqual([]);
    expect(run.stderr.match(/^mailcheck: /gmu)).toHaveLength(1);
    expect(run.stderr).not.toMatch(/\n\s+at /u);
  });
});
