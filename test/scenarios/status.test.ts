/**
 * Why: `status` is what is asked first in an outage, so it must answer whatever is in the way, name what it did not see, and
 * cost little. Tenant: the outage of January and a calm day, whose clock stands still, with one trouble each.
 * Requests: pinned from the tenant's own log: one list, two of service health, one detail a delivery, one status page, and six
 * of connectors once in a quarter of an hour.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openWatchStore } from '#history/watch/open-watch-store.js';
import { faultScript } from '#simulator/faults.js';

import { READY_TOKEN } from '../secrets/canary.js';
import type { Run } from './run-mailcheck.js';
import { runMailcheck } from './run-mailcheck.js';
import { type ServedDrill, serveDrill } from './serve-drill.js';

interface JsonStatus {
  readonly schema: string;
  readonly source: { readonly requests: number } | null;
  readonly summary: {
    readonly level: string;
    readonly held: number | null;
    readonly failed: number | null;
    readonly reasons: Readonly<Record<'held' | 'failed', { readonly examined: number }>> | null;
    readonly issues: readonly { readonly id: string }[] | null;
    readonly cause: { readonly issueId: string | null } | null;
  };
  readonly data: readonly {
    readonly name: string;
    readonly quality: string;
    readonly reason: string | null;
    readonly ageSeconds: number | null;
    readonly says: string;
  }[];
  readonly incomplete: readonly { readonly reason: string; readonly remedy: string }[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
}

function statusOf(run: Run): JsonStatus {
  try {
    return JSON.parse(run.stdout) as JsonStatus;
  } catch (cause) {
    throw new Error(`no JSON: ${run.stdout.slice(0, 300)} ${run.stderr}`, { cause });
  }
}

async function look(
  tenant: ServedDrill,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<JsonStatus & { readonly run: Run }> {
  const run = await runMailcheck(['status', '--format', 'json', ...args], { env: { ...tenant.env, ...env } });
  return { ...statusOf(run), run };
}

function signal({ data }: JsonStatus, name: string): JsonStatus['data'][number] | undefined {
  return data.find((row) => row.name === name);
}

const LIST =
  /^\/v1\.0\/admin\/exchange\/tracing\/messageTraces\?\$filter=receivedDateTime ge \S+ and receivedDateTime le \S+&\$top=5000$/u;
const DETAIL = /^\/v1\.0\/admin\/exchange\/tracing\/messageTraces\/[^/]+\/getDetailsByRecipient/u;

describe('what it costs', () => {
  test('in the outage: one list, sixty details, two questions of health, one of the status page', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const answer = await look(tenant);
    const graph = tenant.lines.filter(({ server }) => server === 'graph').map(({ path }) => path);
    const { held, failed } = answer.summary.reasons ?? expect.fail('no reasons');
    const [lists, details] = [LIST, DETAIL].map((shape) => graph.filter((path) => shape.test(path)).length);
    expect([lists, details]).toEqual([1, held.examined + failed.examined]);
    expect(graph.filter((path) => !LIST.test(path) && !DETAIL.test(path)).toSorted()).toEqual([
      // To reach a host is to hear anything from it.
      ...graph.filter((path) => path === '/'),
      '/v1.0/admin/serviceAnnouncement/healthOverviews',
      '/v1.0/admin/serviceAnnouncement/issues?$filter=isResolved eq false',
    ]);
    expect(details).toBeLessThanOrEqual(60);
    expect(tenant.lines.filter(({ server }) => server === 'status-page')).toHaveLength(1);
    expect(answer.source?.requests).toBe(1 + (details ?? 0) + 2);
  });

  test('no more than it is told', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const answer = await look(tenant, ['--max-requests', '5']);
    const traced = tenant.lines.filter(({ path }) => LIST.test(path) || DETAIL.test(path));
    expect(traced).toHaveLength(5);
    expect(answer.outcome.level).toBe('critical');
  });
});

describe('the set-up of connectors', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** Runs come within seconds here, where a quota is for five minutes. */
  const AMPLE = ['--quota', '1000'];
  const env = (): Readonly<Record<string, string>> => ({
    MAILCHECK_HOME: home,
    MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN,
  });
  const see = (tenant: ServedDrill, ...args: readonly string[]): ReturnType<typeof look> =>
    look(tenant, [...AMPLE, ...args], env());
  const asked = ({ lines }: ServedDrill): number =>
    lines.filter(({ server, path }) => server === 'exchange' && path !== '/').length;

  /** As if time had passed, or somebody had written there. */
  async function change(sql: string): Promise<void> {
    const store = await openWatchStore({ path: join(home, 'watch.db'), onNote: (note) => expect.fail(note) });
    store.exec(sql);
    store.close();
  }

  test('is asked for once by runs that follow each other, and anew with --no-history', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const first = await see(tenant);
    expect(asked(tenant)).toBe(6);
    const second = await see(tenant);
    const third = await runMailcheck(['check', '--format', 'json', ...AMPLE], {
      env: { ...tenant.env, ...env() },
    });
    expect([asked(tenant), third.exitCode, third.stderr]).toEqual([
      6,
      2,
      expect.not.stringMatching(/watch/u),
    ]);
    expect(signal(second, 'connectors')).toMatchObject({ quality: 'fresh', reason: null });
    expect(signal(second, 'connectors')?.says).toBe(signal(first, 'connectors')?.says);
    await see(tenant, '--no-history');
    expect(asked(tenant)).toBe(12);
  });

  test('is told with its age, and by connectors in any case asked for again', async () => {
    const tenant = await serveDrill('calm');
    await see(tenant);
    await change('UPDATE set_up SET seen_ms = seen_ms - 720000');
    const kept = await see(tenant);
    expect(asked(tenant)).toBe(6);
    expect(signal(kept, 'connectors')?.ageSeconds).toBeGreaterThanOrEqual(720);
    const screen = await runMailcheck(['status', ...AMPLE], { env: { ...tenant.env, ...env() } });
    expect(screen.stdout).toMatch(/^Age {9}.*, connectors 1[23] min$/mu);
    await runMailcheck(['connectors', ...AMPLE], { env: { ...tenant.env, ...env() } });
    const byConnectors = asked(tenant) - 6;
    expect(byConnectors).toBeGreaterThanOrEqual(8);
    expect(signal(await see(tenant), 'connectors')?.ageSeconds).toBeLessThan(720);
    expect(asked(tenant)).toBe(6 + byConnectors);
  });

  test('that somebody has written to is asked for again', async () => {
    const tenant = await serveDrill('calm');
    const first = await see(tenant);
    await change(`UPDATE set_up SET answer = replace(answer, '"enabled":true', '"enabled":1')`);
    const second = await see(tenant);
    expect([asked(tenant), second.run.exitCode]).toEqual([12, 0]);
    // The window, and no trouble.
    expect([first, second].map(({ run }) => run.stderr.split('\n').slice(1))).toEqual([[''], ['']]);
    expect(signal(second, 'connectors')).toMatchObject({ quality: 'fresh' });
  });

  test('of an hour ago stands in while Exchange does not answer, and is stale', async () => {
    const page = faultScript({ 1: 'html200' })[0]?.fault ?? expect.fail();
    // Six questions, and a try whether it can be reached.
    const tenant = await serveDrill('calm', { exchangeFaults: [{ request: 8, times: 99, fault: page }] });
    const first = await see(tenant);
    await change('UPDATE set_up SET seen_ms = seen_ms - 3600000');
    const second = await see(tenant);
    expect(signal(second, 'connectors')).toMatchObject({ quality: 'stale', reason: 'protocol' });
    expect(signal(second, 'connectors')?.says).toBe(signal(first, 'connectors')?.says);
    expect([second.run.exitCode, second.outcome.level]).toEqual([0, 'ok']);
    await change('UPDATE set_up SET seen_ms = seen_ms - 86400000');
    expect(signal(await see(tenant), 'connectors')).toMatchObject({ quality: 'error', reason: 'protocol' });
  });
});

describe('the verdict is the exit code', () => {
  test.each<[string, string | null, readonly string[], number, string]>([
    ['january-2026', '14:50', [], 2, 'mail is deferred and an issue fits'],
    ['june-2026', null, [], 2, 'the same in June'],
    ['calm', null, [], 0, 'an ordinary day has held and failed mail too'],
    ['january-2026', '14:50', ['--fail-on', 'never'], 0, 'who does not want to fail does not'],
  ])('%s at %s, %j: %i, %s', async (scenario, at, args, code) => {
    const tenant = await serveDrill(scenario, { at });
    const { run, summary } = await look(tenant, args);
    expect([run.exitCode, run.stderr.split('\n').slice(1)]).toEqual([code, ['']]);
    expect(summary.issues).not.toBeNull();
  });

  test('of a drill only when it is wished for', async () => {
    const [drill, judged] = await Promise.all([
      runMailcheck(['status', '--drill=january-2026', '--at', '14:50']),
      runMailcheck(['status', '--drill=january-2026', '--at', '14:50', '--drill-exit']),
    ]);
    expect([drill.exitCode, judged.exitCode]).toEqual([0, 2]);
    expect(drill.stdout.split('\n').length - 1).toBeLessThanOrEqual(23);
    expect(drill.stdout).toMatch(
      /^DRILL january-2026: simulated tenant\n\nCRITICAL: mail is being deferred: /u,
    );
    expect(drill.stdout).toContain('MO1221364');
    expect(drill.stdout).toContain('451 4.3.2');
  });
});

describe('something is in the way', () => {
  test('service health may not be read: refused by name, and the trace is told', async () => {
    const tenant = await serveDrill('calm', { announcementOnboarding: 'health-missing' });
    const answer = await look(tenant);
    expect([answer.run.exitCode, answer.outcome.level]).toEqual([3, 'unknown']);
    expect(signal(answer, 'health')).toMatchObject({ quality: 'error', reason: 'refused' });
    expect(signal(answer, 'trace')).toMatchObject({ quality: 'fresh' });
    expect(answer.incomplete).toMatchObject([{ reason: 'refused' }]);
    expect(answer.incomplete[0]?.remedy).toContain('ServiceHealth.Read.All');
  });

  test('traces may not be read: the issue alone is critical, and nothing is said of mail', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50', onboarding: 'permission-missing' });
    const answer = await look(tenant);
    expect([answer.run.exitCode, answer.summary.held]).toEqual([2, null]);
    expect(signal(answer, 'trace')).toMatchObject({ quality: 'error', reason: 'refused' });
  });

  test('neither may be read: refused, and nothing was found', async () => {
    const tenant = await serveDrill('january-2026', {
      ...{ at: '14:50', onboarding: 'permission-missing', announcementOnboarding: 'both-missing' },
    });
    const { run, data, outcome } = await look(tenant);
    expect([run.exitCode, outcome.level, data]).toEqual([4, 'refused', []]);
    expect(run.stderr).toContain('ExchangeMessageTrace.Read.All');
  });

  test('the trace does not answer in time: it is named, the rest is there', async () => {
    const stalls = [{ request: 1, times: 99, fault: faultScript({ 1: 'stall' })[0]?.fault ?? expect.fail() }];
    const tenant = await serveDrill('calm', { faults: stalls });
    const answer = await look(tenant, ['--timeout', '2s']);
    expect(answer.run.exitCode).toBe(3);
    expect(signal(answer, 'trace')).toMatchObject({ quality: 'error', reason: 'timeout' });
    expect(signal(answer, 'health')).toMatchObject({ quality: 'fresh' });
    expect(answer.summary).toMatchObject({ held: null, failed: null, reasons: null });
  });

  test('service health is a page of HTML: not read, and no calm', async () => {
    const pages = [
      { request: 1, times: 99, fault: faultScript({ 1: 'html200' })[0]?.fault ?? expect.fail() },
    ];
    const tenant = await serveDrill('calm', { announcementFaults: pages });
    const answer = await look(tenant);
    expect([answer.run.exitCode, signal(answer, 'health')?.quality]).toEqual([3, 'error']);
    expect(answer.summary.issues).toBeNull();
  });

  test('the status page and the mail host fail: they only inform', async () => {
    const tenant = await serveDrill('calm', { quirks: { statusPage: 'html' } });
    const answer = await look(tenant, [], { MAILCHECK_MAIL_HOST: '127.0.0.1:9' });
    expect([answer.run.exitCode, answer.outcome.level]).toEqual([0, 'ok']);
    expect(signal(answer, 'status-page')?.says).toContain('could not be read');
    expect(signal(answer, 'reach')?.says).toMatch(/NOT reached: inbound mail/u);
  });

  test('what health said last is shown with its age when it fails the next time', async () => {
    const home = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    try {
      const page = faultScript({ 1: 'html200' })[0]?.fault ?? expect.fail();
      const tenant = await serveDrill('january-2026', {
        at: '14:50',
        announcementFaults: [{ request: 3, times: 99, fault: page }],
      });
      const first = await look(tenant, [], { MAILCHECK_HOME: home });
      const second = await look(tenant, [], { MAILCHECK_HOME: home });
      expect([first, second].map((answer) => signal(answer, 'looks')?.says)).toEqual([
        '0 earlier looks are kept.',
        '1 earlier look is kept.',
      ]);
      expect(signal(second, 'health')).toMatchObject({ quality: 'stale', reason: 'protocol' });
      expect(second.summary.issues).toEqual(first.summary.issues);
      const third = await look(tenant, ['--no-history'], { MAILCHECK_HOME: home });
      expect(signal(third, 'health')).toMatchObject({ quality: 'error', reason: 'protocol' });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('queue', () => {
  test('asks for held mail alone and for a page of all, judges it, and says when it expires', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const run = await runMailcheck(['queue', '--format', 'json'], { env: tenant.env });
    const answer = JSON.parse(run.stdout) as {
      readonly summary: { readonly total: number; readonly oldest: object; readonly buckets: object[] };
      readonly data: readonly { readonly held: boolean }[];
    };
    expect([1, 2]).toContain(run.exitCode);
    expect(answer.data.length).toBe(answer.summary.total);
    expect(answer.data.every(({ held }) => held)).toBe(true);
    const lists = tenant.lines.filter(({ path }) => path.includes('messageTraces?'));
    const statuses = lists.map(({ path }) => /status eq '(\w+)'/u.exec(path)?.[1] ?? 'all');
    // A lookalike of an outage is asked after with two more pages; this one the service itself admits.
    expect(statuses.toSorted()).toEqual(['all', 'gettingStatus', 'pending']);
  });

  test('has nothing to say against a calm day', async () => {
    const tenant = await serveDrill('calm');
    const run = await runMailcheck(['queue'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^OK: \d+ deliveries are held/u);
  });
});
