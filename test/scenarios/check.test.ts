/**
 * Why: monitors and builds act on the exit code of `check` alone, so each code is exercised through the built program, and
 * what it costs is pinned. Tenant: both outages of 2026 and a calm day, whose clock stands still, with one trouble each.
 * Requests: from the tenant's own log: one list, at most 45 details, two of service health, six of connectors.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faultScript, type ScriptedFault } from '#simulator/faults.js';

import { READY_TOKEN } from '../secrets/canary.js';
import { type Run, runMailcheck, startMailcheck } from './run-mailcheck.js';
import { type DrillChanges, type ServedDrill, serveDrill } from './serve-drill.js';
import { serveInTurn } from './serve-in-turn.js';

interface JsonCheck {
  readonly schema: string;
  readonly tenant: string | null;
  readonly source: { readonly requests: number } | null;
  readonly summary: {
    readonly level: string;
    readonly sentence: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly notices: readonly { readonly kind: string; readonly checks: readonly string[] }[];
    readonly policy: string;
    readonly memory: string;
  } | null;
  readonly data: readonly {
    readonly id: string;
    readonly level: string;
    readonly seen: string;
    readonly says: string;
    readonly reason: string | null;
    readonly course: string | null;
    readonly measures: readonly { readonly name: string; readonly value: number | null }[];
  }[];
  readonly findings: readonly { readonly id: string; readonly level: string }[];
  readonly incomplete: readonly { readonly what: string; readonly reason: string }[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ANY_TOKEN = { MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN };
/** Else Exchange is asked for traces where Graph has none. */
const NO_EXCHANGE = { MAILCHECK_EXCHANGE_TOKEN: '', MAILCHECK_EXCHANGE_URL: '' };
/** Runs come within seconds here, where a quota is for five minutes. */
const AMPLE = ['--quota', '1000', '--max-requests', '60'];

function checkOf(run: Run): JsonCheck {
  try {
    return JSON.parse(run.stdout) as JsonCheck;
  } catch (cause) {
    throw new Error(`no JSON: ${run.stdout.slice(0, 300)} ${run.stderr}`, { cause });
  }
}

async function check(
  tenant: Pick<ServedDrill, 'env'>,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<JsonCheck & { readonly run: Run }> {
  const run = await runMailcheck(['check', '--format', 'json', ...args], {
    env: { ...tenant.env, ...ANY_TOKEN, ...env },
  });
  return { ...checkOf(run), run };
}

function levelOf({ data }: JsonCheck, id: string): string | undefined {
  return data.find((row) => row.id === id)?.level;
}

function always(word: string): readonly ScriptedFault[] {
  const fault = faultScript({ 1: word })[0]?.fault ?? expect.fail();
  return [{ request: 1, times: 999, fault }];
}

async function policyFile(checks: object, more: object = {}): Promise<string> {
  const path = join(folder, 'policy.json');
  await writeFile(path, JSON.stringify({ version: 1, checks, ...more }));
  return path;
}

describe('the exit code', () => {
  test.each<[string, string | null, readonly string[], number, string, string]>([
    ['calm', null, [], 0, 'ok', 'an ordinary day has held and failed mail too'],
    ['january-2026', '14:50', [], 2, 'critical', 'no earlier run is known, so one is enough'],
    ['january-2026', '14:50', ['--no-history'], 2, 'critical', 'the same on a runner that keeps nothing'],
    ['january-2026', '14:50', ['--fail-on', 'never'], 0, 'critical', 'who does not want to fail does not'],
    ['june-2026', null, ['--fail-on', 'critical'], 2, 'critical', 'what is critical stays'],
  ])('%s at %s, %j: %i, %s: %s', async (scenario, at, args, code, level) => {
    const tenant = await serveDrill(scenario, { at });
    const answer = await check(tenant, args);
    expect([answer.run.exitCode, answer.outcome.exitCode, answer.outcome.level]).toEqual([code, code, level]);
    expect(answer.summary?.level).toBe(level);
    expect(answer.summary?.sentence.startsWith(`${level.toUpperCase()}: `)).toBe(true);
    expect(answer.summary?.memory).toMatch(/one bad run is enough/u);
    expect(answer.schema).toBe('mailcheck.check/1');
  });

  test.each<[string, DrillChanges, readonly string[], readonly string[], string]>([
    [
      'service health may not be read',
      { announcementOnboarding: 'health-missing' },
      [],
      ['service-health', 'freshness'],
      'refused',
    ],
    ['the trace is throttled', { faults: always('429:600') }, [], ['held-mail', 'bounce-rate'], 'throttled'],
    [
      'the trace does not answer in time',
      { faults: always('stall') },
      ['--timeout', '3s'],
      ['held-mail', 'freshness'],
      'timeout',
    ],
    [
      'service health is a page of HTML',
      { announcementFaults: always('html200') },
      [],
      ['service-health'],
      'protocol',
    ],
  ])('3 where %s', async (_what, changes, args, ids, reason) => {
    const tenant = await serveDrill('calm', changes);
    const answer = await check(tenant, args, NO_EXCHANGE);
    expect([answer.run.exitCode, answer.outcome.level]).toEqual([3, 'unknown']);
    for (const id of ids) expect([id, levelOf(answer, id)]).toEqual([id, 'unknown']);
    expect(answer.incomplete.map((gap) => gap.reason)).toContain(reason);
    // What could be seen is told all the same.
    expect(answer.data.some(({ level }) => level === 'ok')).toBe(true);
  });

  test('4 where nothing that is needed may be read', async () => {
    const tenant = await serveDrill('calm', {
      ...{ onboarding: 'permission-missing', announcementOnboarding: 'both-missing' },
    });
    const { run, data, outcome } = await check(tenant, [], NO_EXCHANGE);
    expect([run.exitCode, outcome.level, data]).toEqual([4, 'refused', []]);
    expect(run.stderr).toContain('ExchangeMessageTrace.Read.All');
  });

  test('4 where nobody can sign in', async () => {
    const run = await runMailcheck(['check', '--format', 'json', '--timeout', '20s'], {
      env: { MAILCHECK_CONTROL_URL: 'http://127.0.0.1:9', MAILCHECK_STATUS_URL: 'http://127.0.0.1:9' },
    });
    expect([run.exitCode, checkOf(run).outcome.level]).toEqual([4, 'refused']);
  });

  test.each<[readonly string[], number, RegExp]>([
    [['--sample', 'some'], 64, /--sample cannot be "some"/u],
    [['--max-requests', '0'], 64, /--max-requests/u],
    [['--notices', '--format', 'csv'], 64, /summary\.notices/u],
    [['--policy', 'nowhere.yaml'], 65, /nowhere\.yaml/u],
  ])('%j: %i', async (args, code, text) => {
    const run = await runMailcheck(['check', ...args], { cwd: folder });
    expect([run.exitCode, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(text);
  });

  test('65 where the policy is not what it should be, with its line', async () => {
    await writeFile(join(folder, 'policy.yaml'), 'version: 1\nchecks:\n  held-mial:\n    warningHeld: 5\n');
    const run = await runMailcheck(['check', '--policy', 'policy.yaml'], { cwd: folder });
    expect([run.exitCode, run.stdout]).toEqual([65, '']);
    expect(run.stderr).toMatch(/policy\.yaml.*3[^]*held-mail/u);
  });

  test('130 where it is interrupted', async () => {
    const tenant = await serveDrill('calm', { faults: always('stall') });
    const child = startMailcheck(['check'], { env: { ...tenant.env, ...ANY_TOKEN } });
    const wait = setInterval(() => {
      if (!tenant.lines.some(({ path }) => LIST.test(path)) || child.killed) return;
      child.kill('SIGINT');
    }, 20);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearInterval(wait);
    expect(code).toBe(130);
  });
});

const LIST = /^\/v1\.0\/admin\/exchange\/tracing\/messageTraces\?/u;
const DETAIL = /\/getDetailsByRecipient/u;

interface Cost {
  readonly lists: number;
  readonly details: number;
  readonly health: number;
  readonly connectors: number;
}

function costOf({ lines }: ServedDrill): Cost {
  const graph = lines.filter(({ server }) => server === 'graph').map(({ path }) => path);
  const of = (shape: RegExp): number => graph.filter((path) => shape.test(path)).length;
  return {
    lists: of(LIST),
    details: of(DETAIL),
    health: of(/serviceAnnouncement/u),
    connectors: lines.filter(({ server, path }) => server === 'exchange' && path !== '/').length,
  };
}

describe('what it asks', () => {
  test('in an outage: one list, 45 details, two of health, what it takes to see connectors', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const answer = await check(tenant);
    expect(costOf(tenant)).toEqual({ lists: 1, details: 45, health: 2, connectors: 6 });
    expect(answer.source?.requests).toBe(1 + 45 + 2 + 6);
  });

  test.each([
    [60, { connectors: 6 }],
    [20, { connectors: 6 }],
    [8, { connectors: 0 }],
    [1, { connectors: 0, lists: 1, details: 0 }],
  ])('never more than %i of trace and connectors', async (cap, cost) => {
    const tenant = await serveDrill('january-2026', { at: '11:20' });
    const answer = await check(tenant, ['--max-requests', String(cap), '--sample', 'all']);
    const { lists, details, connectors } = costOf(tenant);
    expect(lists + details + connectors).toBeLessThanOrEqual(cap);
    expect(costOf(tenant)).toMatchObject(cost);
    if (connectors === 0)
      expect(answer.data.find(({ id }) => id === 'connectors')).toMatchObject({ level: 'skipped' });
  });

  test('where the cap lets no reason be read, it cannot tell and is not ok', async () => {
    const tenant = await serveDrill('january-2026', { at: '11:20' });
    const answer = await check(tenant, ['--max-requests', '1']);
    expect([levelOf(answer, 'held-mail'), levelOf(answer, 'deferral-rate')]).toEqual(['unknown', 'unknown']);
    expect([answer.run.exitCode, answer.outcome.level]).toEqual([3, 'unknown']);
    expect(answer.incomplete.map(({ reason }) => reason)).toEqual(['quota', 'quota']);
  });

  test('only what the enabled checks need', async () => {
    const tenant = await serveDrill('january-2026', { at: '14:50' });
    const off = { enabled: false };
    const policy = await policyFile({
      ...{ 'held-mail': off, 'deferral-rate': off, 'expiring-mail': off, 'bounce-rate': off },
      ...{ 'inbound-volume': off, connectors: off, 'sign-in': off, freshness: off, quota: off },
    });
    const answer = await check(tenant, ['--policy', policy]);
    expect(answer.data.map(({ id }) => id)).toEqual(['service-health']);
    expect(costOf(tenant)).toEqual({ lists: 0, details: 0, health: 2, connectors: 0 });
    expect(tenant.lines.filter(({ server }) => server !== 'graph')).toEqual([]);
    expect([answer.run.exitCode, answer.summary?.policy]).toEqual([2, policy]);
  });

  test('the plan asks nothing, and has room in the cap', async () => {
    const tenant = await serveDrill('calm');
    const run = await runMailcheck(['check', '--plan', '--format', 'json'], {
      env: { ...tenant.env, ...ANY_TOKEN },
    });
    const plan = JSON.parse(run.stdout) as { readonly summary: object; readonly incomplete: object[] };
    expect([run.exitCode, plan.incomplete]).toEqual([0, []]);
    expect(plan.summary).toMatchObject({ requests: { atLeast: 1 }, maxRequests: 52 });
    expect(tenant.lines).toEqual([]);
    expect(run.stderr).toContain('2 requests of service health');
  });
});

describe('beside status', () => {
  test.each<[string, string | null]>([
    ['calm', null],
    ['january-2026', '11:20'],
    ['january-2026', '14:50'],
    ['june-2026', null],
  ])('%s at %s: the same verdict', async (scenario, at) => {
    const tenant = await serveDrill(scenario, { at });
    const [checked, looked] = await Promise.all([
      check(tenant, ['--no-history', '--sample', 'all', '--max-requests', '900', '--quota', '1000']),
      runMailcheck(
        [
          'status',
          '--format',
          'json',
          '--no-history',
          '--sample',
          'all',
          '--quota',
          '1000',
          '--timeout',
          '60s',
        ],
        { env: { ...tenant.env, ...ANY_TOKEN } },
      ),
    ]);
    const status = JSON.parse(looked.stdout) as JsonCheck;
    expect(checked.outcome).toEqual(status.outcome);
    expect(checked.run.exitCode).toBe(looked.exitCode);
  });
});

/** Programs one after the other. */
const SLOW = { timeout: 90_000 };

/** Only the mail, so that nothing else may agree with it at once. */
const MAIL_ALONE = {
  ...{ 'service-health': { enabled: false }, 'inbound-volume': { enabled: false } },
  ...{ connectors: { enabled: false }, quota: { enabled: false } },
};

describe('over several runs', () => {
  test(
    'the third bad run opens it, is told once, and one that cannot tell is unknown and ends nothing',
    SLOW,
    async () => {
      const [calm, outage, broken] = await Promise.all([
        serveDrill('calm'),
        serveDrill('january-2026', { at: '11:20' }),
        serveDrill('january-2026', { at: '11:20', faults: always('html200') }),
      ]);
      const turn = await serveInTurn(calm.graphUrl);
      const policy = await policyFile(MAIL_ALONE);
      const env = { ...NO_EXCHANGE, MAILCHECK_GRAPH_URL: turn.url, MAILCHECK_HOME: join(folder, 'home') };
      const runs: Awaited<ReturnType<typeof check>>[] = [];
      for (const tenant of [calm, outage, outage, outage, broken, calm]) {
        turn.leadTo(tenant.graphUrl);
        runs.push(await check(calm, ['--policy', policy, ...AMPLE], env));
      }
      expect(runs.map((answer) => [answer.run.exitCode, levelOf(answer, 'deferral-rate')])).toEqual([
        [0, 'ok'],
        [0, 'ok'],
        [0, 'ok'],
        [2, 'critical'],
        // What is kept of the list warns still; the rest cannot be told, so the whole is unknown.
        [3, 'warning'],
        // One good run is no recovery.
        [1, 'warning'],
      ]);
      expect(runs.map(({ summary }) => summary?.notices.map(({ kind }) => kind))).toEqual([
        [],
        [],
        [],
        ['open'],
        [],
        [],
      ]);
      expect(runs[1]?.summary?.sentence).toContain('1 bad in this run only');
      expect(runs[1]?.findings.map(({ level }) => level)).toEqual(['info']);
      expect(runs[2]?.data.find(({ id }) => id === 'deferral-rate')?.course).toMatch(/2 of the last 3 runs/u);
    },
  );

  test('--notices prints when it opens, and nothing before or after', SLOW, async () => {
    const [calm, outage] = await Promise.all([
      serveDrill('calm'),
      serveDrill('january-2026', { at: '11:20' }),
    ]);
    const turn = await serveInTurn(calm.graphUrl);
    const policy = await policyFile(MAIL_ALONE);
    const env = { ...calm.env, MAILCHECK_GRAPH_URL: turn.url, MAILCHECK_HOME: join(folder, 'home') };
    const runs: Run[] = [];
    for (const tenant of [calm, outage, outage, outage, outage]) {
      turn.leadTo(tenant.graphUrl);
      runs.push(await runMailcheck(['check', '--notices', '--policy', policy, ...AMPLE], { env }));
    }
    expect(runs.map(({ exitCode, stdout }) => [exitCode, stdout === ''])).toEqual([
      [0, true],
      [0, true],
      [0, true],
      [2, false],
      [2, true],
    ]);
    expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '', '', '']);
    expect(runs[3]?.stdout).toMatch(/^CRITICAL: Deferrals of new mail/u);
    expect(runs[3]?.stdout).toContain('News: Trouble has begun: ');
  });

  test('mail and what Microsoft says, bad in one run, are told at once', SLOW, async () => {
    const [calm, outage] = await Promise.all([
      serveDrill('calm'),
      serveDrill('january-2026', { at: '14:50' }),
    ]);
    const turn = await serveInTurn(calm.graphUrl);
    const env = { MAILCHECK_GRAPH_URL: turn.url, MAILCHECK_HOME: join(folder, 'home') };
    const first = await check(calm, AMPLE, env);
    turn.leadTo(outage.graphUrl);
    const second = await check(calm, AMPLE, env);
    expect([first.run.exitCode, second.run.exitCode]).toEqual([0, 2]);
    expect(second.summary?.notices).toMatchObject([{ kind: 'open' }]);
  });
});

test('every format tells the verdict, and files are written beside it', async () => {
  const tenant = await serveDrill('january-2026', { at: '14:50' });
  const run = await runMailcheck(
    ['check', '--format', 'csv', '--output', `markdown=${join(folder, 'check.md')}`, '--redact'],
    { env: { ...tenant.env, ...ANY_TOKEN } },
  );
  const [head = '', ...rows] = run.stdout.trimEnd().split('\r\n');
  expect(run.exitCode).toBe(2);
  expect(head).toMatch(/^id,level,seen,says,/u);
  expect(rows.map((row) => row.split(',').slice(0, 2).join(' '))).toContain('service-health critical');
  expect(rows).toHaveLength(10);
});

test(
  'mail paths and certificates are tried where a policy enables them, and no mail is sent',
  SLOW,
  async () => {
    const on = { enabled: true };
    const policy = await policyFile({ 'mail-paths': on, certificates: on });
    const run = await runMailcheck([
      'check',
      '--drill=june-2026',
      '--drill-exit',
      '--format',
      'json',
      '--policy',
      policy,
    ]);
    const answer = checkOf(run);
    expect(run.exitCode).toBe(2);
    expect([levelOf(answer, 'mail-paths'), levelOf(answer, 'certificates')]).toEqual(['warning', 'critical']);
    // The way of the test machine is not the tenant's trouble; the drill stands in for every host.
    expect(answer.data.find(({ id }) => id === 'mail-paths')?.measures).toContainEqual(
      expect.objectContaining({ name: 'paths_broken', value: 2 }),
    );
  },
);
