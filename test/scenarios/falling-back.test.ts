/**
 * Why: in an outage Graph's trace may be what is down, while the admin endpoint of Exchange still answers; nobody should
 * have to know that at three in the morning. Tenant: a small one, whose Graph has one trouble each. Requests: pinned at
 * both services, so that a trouble which both would meet is not asked about twice.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { faultScript, type ScriptedFault } from '#simulator/faults.js';

import { event } from '../simulator/population.js';
import { traceOf } from './read-answer.js';
import { type Run, runMailcheck } from './run-mailcheck.js';
import { rowsBetween, type Served, type ServedTenant, serveTenant, thisSecond } from './serve-tenant.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-fall-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const open: ServedTenant[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
});

async function serve(options: Served = {}): Promise<ServedTenant> {
  const now = thisSecond();
  const rows = rowsBetween(now, [20, 200], 12, (index) => ({
    status: index % 4 === 0 ? 'failed' : 'delivered',
    events: () => [event({ event: 'Receive' }), event({ event: index % 4 === 0 ? 'Fail' : 'Deliver' })],
  }));
  const tenant = await serveTenant(now, rows, options);
  open.push(tenant);
  return tenant;
}

/** Both services by their addresses, with a ready token for each. */
function both(tenant: ServedTenant): Readonly<Record<string, string>> {
  return { ...tenant.env, ...tenant.exchangeEnv };
}

async function trace(env: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Run> {
  return runMailcheck(['trace', '--format', 'json', ...flags], { env });
}

/** What was asked, in order, as `graph list` or `exchange Get-MessageTraceV2`. */
function asked(tenant: ServedTenant): readonly string[] {
  return tenant.lines.map(({ server, path, note }) => {
    if (server === 'exchange') return `exchange ${/(Get-\w+)/u.exec(note)?.[1] ?? 'refused'}`;
    return `${server} ${path.includes('getDetailsByRecipient') ? 'detail' : 'list'}`;
  });
}

const ALWAYS = 999;
const always = (status: number, retryAfter: string | null = null): readonly ScriptedFault[] => [
  { request: 1, times: ALWAYS, fault: { kind: 'status', status, retryAfter } },
];
const LISTED = 'exchange Get-MessageTraceV2';

describe('Graph does not answer, Exchange does', () => {
  test.each<[string, Served, readonly string[], RegExp]>([
    [
      'is gone from its address',
      { faults: always(404) },
      ['graph list'],
      /knows no message trace.*status 404/u,
    ],
    [
      'lacks the permission',
      { onboarding: 'permission-missing' },
      ['graph list'],
      /a permission is missing/u,
    ],
    [
      'lacks its service principal',
      { onboarding: 'service-principal-missing' },
      ['graph list'],
      /no service principal/u,
    ],
    [
      'answers with a web page',
      { faults: faultScript({ 1: 'html200' }) },
      ['graph list'],
      /other than JSON/u,
    ],
    [
      'is to be left alone for longer than there is',
      { faults: always(503, '900') },
      ['graph list'],
      /pause of 900 s/u,
    ],
  ])('one that %s: its rows come from Exchange, once', async (_why, options, graph, says) => {
    const tenant = await serve(options);
    const run = await trace(both(tenant), '--sample', 'none');
    const answer = traceOf(run);
    expect([run.exitCode, answer.data.length, answer.window.complete]).toEqual([0, 12, true]);
    expect(answer.source).toMatchObject({ kind: 'exchange', requests: graph.length + 1 });
    expect(asked(tenant)).toEqual([...graph, LISTED]);
    expect(run.stderr).toMatch(/Graph gave no trace \(.*\); asked Exchange instead\./u);
    expect(run.stderr).toMatch(says);
    const isLasting = options.onboarding !== undefined;
    expect(/So that Graph answers as well: (Grant|Create) /u.test(run.stderr)).toBe(isLasting);
    expect(answer.incomplete).toEqual([]);
  });

  test('details are asked of Exchange as well, also for one message and for the resend list', async () => {
    const detail = 'exchange Get-MessageTraceDetailV2';
    const tenant = await serve({ faults: always(404) });
    const sampled = traceOf(await trace(both(tenant), '--sample', '2'));
    expect(sampled.summary.reasons.failed).toMatchObject({ population: 3, examined: 2 });
    expect(asked(tenant)).toEqual(['graph list', LISTED, detail, detail]);

    const shown = await runMailcheck(['trace', 'show', '<m0@mail.fabrikam.example>', '--format', 'json'], {
      env: both(tenant),
    });
    expect(shown.exitCode).toBe(0);
    expect(shown.stderr).toContain('asked Exchange instead');
    expect(JSON.parse(shown.stdout)).toMatchObject({ source: { kind: 'exchange', requests: 5 } });

    const resends = await trace(both(tenant), '--resend-list');
    expect([resends.exitCode, traceOf(resends).source.kind]).toEqual([0, 'exchange']);
    expect(asked(tenant).slice(9)).toEqual(['graph list', LISTED, detail, detail, detail]);
  });

  test('signed in with one secret, it asks both', async () => {
    const tenant = await serve({ tokenChecks: 'issued', onboarding: 'permission-missing' });
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, tenant.caPem);
    const run = await trace(
      { ...tenant.environment(caFile), MAILCHECK_SOURCE_LABEL: '' },
      '--sample',
      'none',
    );
    expect([run.exitCode, traceOf(run).source.kind]).toEqual([0, 'exchange']);
  });

  test('Graph that never begins is left half of the time, and Exchange the other half', async () => {
    const tenant = await serve({ faults: [{ request: 1, times: ALWAYS, fault: STALLED }] });
    const run = await trace(both(tenant), '--sample', 'none', '--timeout', '4s');
    expect([run.exitCode, traceOf(run).source.kind]).toEqual([0, 'exchange']);
    expect(run.stderr).toContain('had not begun to answer after 2 s');
    expect(asked(tenant)).toEqual(['graph list', LISTED]);
  });

  test('what it had kept of Graph is not mixed with what Exchange gives; each is kept apart', async () => {
    const home = join(folder, 'kept');
    const tenant = await serve({ faults: faultScript({ 2: '404' }) });
    const env = { ...both(tenant), MAILCHECK_HOME: home };
    const window = ['--from', ago(tenant, 3), '--to', ago(tenant, 1), '--sample', 'none'];
    expect(traceOf(await trace(env, ...window)).source).toMatchObject({ kind: 'graph', requests: 1 });
    expect(await readdir(home)).toContain('traces.db');
    const again = traceOf(await trace(env, ...window));
    expect(again.source).toMatchObject({ kind: 'exchange' });
    expect(again.data.length).toBeGreaterThan(0);
  });
});

const STALLED = { kind: 'transmission', transmission: { kind: 'stall' } } as const;

function ago({ now }: ServedTenant, hours: number): string {
  return new Date(now.getTime() - hours * 3_600_000).toISOString();
}

describe('neither answers', () => {
  test.each<[string, Served, number, string, RegExp]>([
    [
      'both refuse',
      { onboarding: 'permission-missing', exchangeOnboarding: 'role-missing' },
      ...([
        4,
        'permission',
        /a permission is missing.*Exchange did not answer either: .*no role of it allows/u,
      ] as const),
    ],
    [
      'Graph is gone, Exchange refuses',
      { faults: always(404), exchangeOnboarding: 'role-missing' },
      ...([3, 'protocol', /knows no message trace.*did not answer either: .*no role of it allows/u] as const),
    ],
    [
      'Graph refuses, Exchange is to be left alone',
      { onboarding: 'permission-missing', exchangeFaults: always(429, '900') },
      ...([3, 'throttled', /a permission is missing.*did not answer either: .*pause of 900 s/u] as const),
    ],
    [
      'Graph refuses, Exchange answers with a web page',
      { onboarding: 'permission-missing', exchangeFaults: faultScript({ 1: 'html200' }) },
      ...([3, 'protocol', /a permission is missing.*did not answer either: .*other than JSON/u] as const),
    ],
  ])('%s', async (_why, options, exitCode, kind, says) => {
    const tenant = await serve(options);
    const run = await trace(both(tenant), '--sample', 'none');
    const answer = traceOf(run);
    expect([run.exitCode, answer.error?.kind, answer.data]).toEqual([exitCode, kind, []]);
    expect(answer.error?.message).toMatch(says);
    expect(run.stderr.match(/^mailcheck: /gmu)).toHaveLength(1);
    expect(run.stderr).not.toContain('--via exchange');
    expect(asked(tenant)).toHaveLength(2);
  });

  test('what is kept of Graph is shown in part, with a gap that tells of both', async () => {
    const home = join(folder, 'both-down');
    const tenant = await serve({
      faults: [{ ...always(404)[0]!, request: 2 }],
      exchangeOnboarding: 'role-missing',
    });
    const env = { ...both(tenant), MAILCHECK_HOME: home };
    await trace(env, '--from', ago(tenant, 3), '--to', ago(tenant, 1), '--sample', 'none');
    const run = await trace(env, '--since', '4h', '--sample', 'none');
    const answer = traceOf(run);
    expect([run.exitCode, answer.window.complete]).toEqual([3, false]);
    expect(answer.incomplete).toMatchObject([
      {
        reason: 'protocol',
        remedy: expect.stringMatching(/knows no message trace.*did not answer either/u) as string,
      },
    ]);
    expect(asked(tenant)).toEqual(['graph list', 'graph list', LISTED]);
  });
});

describe('Exchange is not asked', () => {
  test.each<
    [string, Served, (tenant: ServedTenant) => Readonly<Record<string, string>>, readonly string[], number]
  >([
    [
      'for a pause that Graph asks for: the quota may be that of both',
      { faults: always(429, '900') },
      both,
      [],
      3,
    ],
    [
      'where the Graph alone was named: the real Exchange is of another tenant',
      { faults: always(404) },
      ({ env }) => env,
      [],
      3,
    ],
    ['where Graph was asked for', { faults: always(404) }, both, ['--via', 'graph'], 3],
    ['when no request is left', { faults: always(404) }, both, ['--max-requests', '1'], 3],
    [
      'with a token for Graph alone',
      { faults: always(404) },
      (tenant) => ({ ...both(tenant), MAILCHECK_EXCHANGE_TOKEN: '' }),
      [],
      3,
    ],
    ['for a token that was refused', { tokenChecks: 'issued' }, both, [], 4],
  ])('%s', async (_why, options, envOf, flags, exitCode) => {
    const tenant = await serve(options);
    const run = await trace(envOf(tenant), '--sample', 'none', ...flags);
    expect(run.exitCode).toBe(exitCode);
    expect(asked(tenant)).toEqual(['graph list']);
    expect(run.stderr).not.toContain('asked Exchange instead');
  });

  test('in the middle of a list: a gap stays a gap', async () => {
    const tenant = await serve({ faults: faultScript({ 2: '404' }) });
    const run = await trace(both(tenant), '--since', '12d', '--sample', 'none');
    const answer = traceOf(run);
    expect([run.exitCode, answer.data.length, answer.source.kind]).toEqual([3, 12, 'graph']);
    expect(answer.incomplete).toMatchObject([{ reason: 'protocol' }]);
    expect(asked(tenant)).toEqual(['graph list', 'graph list']);
  });

  test('for a plan, which asks nobody and names Graph', async () => {
    const tenant = await serve({ faults: always(404) });
    const run = await trace(both(tenant), '--plan');
    expect([run.exitCode, asked(tenant)]).toEqual([0, []]);
    expect(JSON.parse(run.stdout)).toMatchObject({ source: { kind: 'graph', requests: 0 } });
  });

  test('the command that asks it is named where Graph alone was asked', async () => {
    const tenant = await serve({ faults: always(404) });
    const run = await trace(both(tenant), '--via', 'graph');
    expect(run.stderr.replace(/\s+/gu, ' ')).toContain('mailcheck trace --format json --via exchange');
  });
});

test('a cap on requests is one for both services', async () => {
  const tenant = await serve({ faults: always(404) });
  const run = await trace(both(tenant), '--sample', 'all', '--max-requests', '3');
  expect(traceOf(run).source).toMatchObject({ kind: 'exchange', requests: 3 });
  expect(run.exitCode).toBe(3);
  expect(traceOf(run).incomplete).toMatchObject([{ reason: 'quota' }]);
  expect(asked(tenant)).toHaveLength(3);
});
