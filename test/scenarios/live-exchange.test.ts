/**
 * Why: where Graph has no message trace, or does not answer, the admin endpoint of Exchange must give the same mail: every
 * row once, though its only sign of more is a warning, and no more requests than said. Tenant: 20,000 rows of a day, and
 * small ones with one trouble each. Requests: pinned from the tenant's own log, with the parameters of each cmdlet.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';

import { event } from '../simulator/population.js';
import { traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';
import type { Served, ServedTenant } from './serve-tenant.js';
import { keyOf, rowAt, rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function serve(
  population: (now: Date) => readonly SimulatedDelivery[],
  options: Served = {},
): Promise<ServedTenant> {
  const now = thisSecond();
  const tenant = await serveTenant(now, population(now), options);
  open.push(tenant.close);
  return tenant;
}

interface Invoked {
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What was asked, in order; nothing but cmdlets may have been. */
function invoked(tenant: ServedTenant): readonly Invoked[] {
  return tenant.lines.map(({ server, method, path, note }) => {
    expect([server, method, path]).toEqual([
      ...['exchange', 'POST', `/adminapi/beta/${tenant.tenantId}/InvokeCommand`],
    ]);
    const [, cmdlet = '', json = '{}'] = /^token \w+, (\S+) (\{.*\}):/u.exec(note) ?? [];
    return { cmdlet, parameters: JSON.parse(json) as Record<string, unknown> };
  });
}

/** All but the one question for when held mail expires, which is asked beside the trace, at whatever point. */
function traced(tenant: ServedTenant): readonly Invoked[] {
  const [asked, others] = [invoked(tenant), invoked(tenant).filter(({ cmdlet }) => cmdlet !== LIMIT)];
  expect(asked.length - others.length, 'questions for the limit').toBe(1);
  return others;
}

const LIMIT = 'Get-TransportConfig';
const LIST = 'Get-MessageTraceV2';
const DETAIL = 'Get-MessageTraceDetailV2';
const VIA = ['trace', '--via', 'exchange', '--format', 'json'];

/** Words of the service and the state that each must become. */
const STATE_BY_WORD: Readonly<Record<string, string>> = {
  delivered: 'delivered',
  pending: 'pending',
  gettingStatus: 'pending',
  failed: 'bounced',
  Resolved: 'expanded',
  HeldByGnomes: 'unknown',
};
const WORDS = Object.keys(STATE_BY_WORD);

describe('a day of 20,000 rows', () => {
  test('every row once, 5,000 at a time, the boundary row again each time, nothing from outside the window', async () => {
    const tenant = await serve((now) => [
      ...rowsBetween(now, [20, 1380], 20_000, (index) => ({
        status: WORDS[index % 97 === 0 ? (index / 97) % WORDS.length : 0] ?? '',
      })),
      ...rowsBetween(now, [1450, 1500], 300, (index) => ({ recipient: `old${index}@contoso.example` })),
    ]);
    const run = await runMailcheck([...VIA, '--since', '24h', '--sample', 'none'], {
      env: tenant.exchangeEnv,
    });
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringMatching(/^Window \S+ to \S+\n$/u)]);
    const trace = traceOf(run);

    const truth = tenant.truth();
    const told = new Map(trace.data.map((row) => [keyOf(row.messageTraceId, row.recipient), row]));
    expect([trace.data.length, told.size]).toEqual([20_000, 20_000]);
    const wrong = [...told].filter(([key, row]) => {
      const word = truth.get(key)?.status ?? '';
      const shown = word.charAt(0).toUpperCase() + word.slice(1);
      return row.status !== shown || row.state !== STATE_BY_WORD[word];
    });
    expect(wrong).toEqual([]);
    expect(trace.source).toMatchObject({ kind: 'exchange', requests: 6 });
    expect([trace.outcome, trace.window.complete]).toEqual([{ level: 'ok', exitCode: 0 }, true]);

    const [first, ...later] = traced(tenant);
    expect(first).toEqual({
      cmdlet: LIST,
      parameters: {
        StartDate: trace.window.from.replace('.000', ''),
        EndDate: expect.stringMatching(/^\S+:\d\dZ$/u) as string,
        ResultSize: 5000,
      },
    });
    expect(later).toHaveLength(4);
    for (const { parameters } of later) {
      expect(parameters).toEqual({
        ...first?.parameters,
        // Seven digits, and whichever way the service has ended it.
        EndDate: expect.stringMatching(/\.\d{7}(?:Z|\+00:00)?$/u) as string,
        StartingRecipientAddress: expect.stringMatching(/^r\d+@contoso\.example$/u) as string,
      });
    }
  });

  test('one row has the fields that scripts lean on, and no others', async () => {
    const tenant = await serve((now) => [rowAt(now, 60, { status: 'pending' })]);
    const run = await runMailcheck([...VIA, '--sample', 'none'], { env: tenant.exchangeEnv });
    const viaGraph = await runMailcheck(['trace', '--format', 'json', '--sample', 'none'], {
      env: tenant.env,
    });
    const [row] = traceOf(run).data;
    const [other] = traceOf(viaGraph).data;
    expect(row).toEqual({
      ...other,
      status: 'Pending',
      // An address that names Graph alone says nothing of Exchange, which is then not asked for the limit.
      expiresAtBasis: 'transport-config',
      receivedAt: expect.stringMatching(/^\S+Z$/u) as string,
    });
  });
});

test('several values go into one request, and the answer is right', async () => {
  const tenant = await serve((now) =>
    rowsBetween(now, [20, 200], 90, (index) => ({
      sender: ['ann@fabrikam.example', 'ben@fabrikam.example', 'cy@fabrikam.example'][index % 3] ?? '',
      status: index % 2 === 0 ? 'pending' : 'delivered',
    })),
  );
  const senders = [
    '--sender',
    'Ann@fabrikam.example',
    '--sender',
    'cy@fabrikam.example',
    '--status',
    'pending',
  ];
  const run = await runMailcheck([...VIA, ...senders, '--sample', 'none'], { env: tenant.exchangeEnv });
  expect(run.exitCode).toBe(0);
  expect(traced(tenant)).toMatchObject([
    { parameters: { SenderAddress: ['Ann@fabrikam.example', 'cy@fabrikam.example'], Status: ['Pending'] } },
  ]);
  const wanted = [...tenant.truth()].filter(
    ([, { delivery, status }]) => !delivery.sender.startsWith('ben@') && status === 'pending',
  );
  const told = traceOf(run).data.map((row) => keyOf(row.messageTraceId, row.recipient));
  expect(told.toSorted()).toEqual(wanted.map(([key]) => key).toSorted());
});

/** Five days old: without dates the service would find no detail. */
function held(now: Date): readonly SimulatedDelivery[] {
  const reason = {
    ...{ lastError: '450 4.4.316 Connection refused', message: null, fqdn: null, ip: null },
    ...{ lastRetryAt: null, trailer: '' },
  };
  return rowsBetween(now, [5 * 1440, 5 * 1440 + 30], 9, () => ({
    status: 'pending',
    events: () => [event({ at: new Date(now.getTime() - 5 * 86_400_000), event: 'Defer', reason })],
  }));
}

describe('reasons', () => {
  test('are read one request each, with the dates of the delivery', async () => {
    const tenant = await serve(held);
    const run = await runMailcheck([...VIA, '--since', '6d', '--sample', '3'], { env: tenant.exchangeEnv });
    expect(run.exitCode).toBe(0);
    const { summary, data, source } = traceOf(run);
    expect(summary.reasons.held).toMatchObject({ population: 9, examined: 3 });
    expect(summary.reasons.held.by).toEqual([
      expect.objectContaining({ reason: 'connection-failed', class: 'transient', estimate: 9 }),
    ]);
    expect(source.requests).toBe(5);
    const [list, ...details] = traced(tenant);
    expect([list?.cmdlet, details.map(({ cmdlet }) => cmdlet)]).toEqual([LIST, [DETAIL, DETAIL, DETAIL]]);
    for (const { parameters } of details) {
      const row = data.find(({ recipient }) => recipient === parameters['RecipientAddress']);
      const fromMs = Date.parse(String(parameters['StartDate']));
      const toMs = Date.parse(String(parameters['EndDate']));
      expect(row?.messageTraceId).toBe(parameters['MessageTraceId']);
      expect(fromMs).toBeLessThan(Date.parse(row?.receivedAt ?? ''));
      expect(toMs).toBeGreaterThan(Date.parse(row?.receivedAt ?? ''));
      expect(toMs - fromMs).toBeLessThanOrEqual(10 * 86_400_000);
    }
  });

  test('a role that may list only: the list is whole, the reasons are a gap with its cure', async () => {
    const tenant = await serve(held, { exchangeOnboarding: 'detail-role-missing' });
    const run = await runMailcheck([...VIA, '--since', '6d', '--sample', '3'], { env: tenant.exchangeEnv });
    const { data, window, incomplete } = traceOf(run);
    expect([run.exitCode, data.length, window.complete]).toEqual([3, 9, true]);
    expect(incomplete).toMatchObject([
      {
        what: 'the details of 3 of 3 sampled deliveries',
        reason: 'refused',
        remedy: expect.stringMatching(/Global Reader/u) as string,
      },
    ]);
    expect(traced(tenant)).toHaveLength(2);
  });
});

describe('trouble', () => {
  const list = (now: Date): readonly SimulatedDelivery[] => rowsBetween(now, [20, 200], 12, () => ({}));

  test.each<[Readonly<Record<number, string>>, string, number | null, string]>([
    [{ 2: '429:315' }, 'throttled', 315, 'the wait is longer than anybody waits unasked'],
    [{ 2: 'nul' }, 'refused', null, 'the role was taken away'],
    [{ 2: 'repeat-page', 3: 'repeat-page' }, 'link-loop', null, 'the same rows for ever'],
    [
      { 2: 'redirect:https://outlook.fabrikam.example/' },
      'protocol',
      null,
      'a redirect with our token in hand',
    ],
    [{ 2: 'html200' }, 'protocol', null, 'a portal in between answers 200 with a page'],
  ])('%j: what came stays, the rest is a gap: %s, %s: %s', async (faults, reason, retryAfterSeconds) => {
    const tenant = await serve(list, { exchangeFaults: faultScript(faults), quirks: { exchangeRows: 5 } });
    const run = await runMailcheck([...VIA, '--sample', 'none'], { env: tenant.exchangeEnv });
    const trace = traceOf(run);
    expect([run.exitCode, trace.outcome]).toEqual([3, { level: 'unknown', exitCode: 3 }]);
    expect(trace.incomplete).toMatchObject([{ reason, retryAfterSeconds }]);
    expect([trace.data.length, trace.window.complete]).toEqual([5, false]);
    expect(tenant.lines.length).toBeLessThanOrEqual(3);
  });

  test('too many at once, said with 400, is sat out; the answer is whole', async () => {
    const tenant = await serve(list, { exchangeFaults: faultScript({ 1: 'concurrency400' }) });
    const run = await runMailcheck([...VIA, '--sample', 'none'], { env: tenant.exchangeEnv });
    expect([run.exitCode, traceOf(run).data.length]).toEqual([0, 12]);
    expect(tenant.lines.map(({ status }) => status)).toEqual([400, 200]);
    expect(run.stderr).toMatch(/answered 400; trying again in 3 s/u);
  });

  test.each<[string, number, string, RegExp, string]>([
    [
      '401',
      4,
      'sign-in',
      /MAILCHECK_EXCHANGE_TOKEN.*Exchange\.ManageAsApp.*Global Reader/su,
      'a token that is refused',
    ],
    ['nul', 4, 'permission', /Global Reader/u, 'no role'],
    ['nul-gzip', 4, 'permission', /Global Reader/u, 'no role, called gzip'],
    ['429:900', 3, 'throttled', /900 s/u, 'nothing at all because of the quota'],
    ['html200', 3, 'protocol', /portal/u, 'no service at all'],
    [
      'redirect:https://outlook.fabrikam.example/',
      3,
      'protocol',
      /outlook\.fabrikam\.example/u,
      'sent elsewhere',
    ],
  ])('the first request answered %s: exit %i, %s, no rows: %s', async (fault, exitCode, kind, hint) => {
    const tenant = await serve(list, { exchangeFaults: faultScript({ 1: fault }) });
    const run = await runMailcheck(VIA, { env: tenant.exchangeEnv });
    const trace = traceOf(run);
    expect([run.exitCode, trace.error?.kind, trace.data]).toEqual([exitCode, kind, []]);
    expect(run.stderr).toMatch(hint);
    expect(run.stderr.match(/^mailcheck: /gmu)).toHaveLength(1);
    expect(run.stderr).not.toMatch(/\n\s+at |\0/u);
    expect(tenant.lines).toHaveLength(1);
  });
});

/** A shell with credentials of the tenant, so that the program signs in. */
async function signedIn(tenant: ServedTenant): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  open.push(() => rm(folder, { recursive: true, force: true }));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, tenant.caPem);
  return tenant.environment(caFile);
}

describe('signing in', () => {
  const one = (now: Date): readonly SimulatedDelivery[] => [rowAt(now, 60)];
  const CHECKED = { tokenChecks: 'issued' } as const;

  test('with a domain for a tenant: its GUID is learnt from the sign-in service, then a token, then the mail', async () => {
    const tenant = await serve(one, CHECKED);
    const env = await signedIn(tenant);
    const run = await runMailcheck([...VIA, '--tenant', 'contoso.example'], { env });
    expect([run.exitCode, traceOf(run).data.length]).toEqual([0, 1]);
    expect(tenant.lines[0]).toMatchObject({
      server: 'sign-in',
      path: '/contoso.example/v2.0/.well-known/openid-configuration',
      status: 200,
    });
    expect(tenant.lines.at(-1)).toMatchObject({
      server: 'exchange',
      path: `/adminapi/beta/${tenant.tenantId}/InvokeCommand`,
      status: 200,
    });
    expect(tenant.lines.map(({ note }) => note).join('\n')).toContain(`issued for ${tenant.exchangeUrl}`);
  });

  test.each<[Served['exchangeOnboarding'] & string, RegExp, RegExp]>([
    ['permission-missing', /admits nobody with this token/u, /Exchange\.ManageAsApp.*both are needed/su],
    ['role-missing', /no role of it allows\s+Get-MessageTraceV2/u, /Global Reader/u],
  ])('%s: exit 4, and its own cure', async (exchangeOnboarding, says, cure) => {
    const tenant = await serve(one, { ...CHECKED, exchangeOnboarding });
    const run = await runMailcheck(['trace', '--via', 'exchange'], { env: await signedIn(tenant) });
    expect([run.exitCode, run.stdout]).toEqual([4, '']);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toMatch(cure);
  });

  test('a cloud without message trace in Graph is asked through Exchange without a word', async () => {
    const tenant = await serve(one, CHECKED);
    const run = await runMailcheck(['trace', '--cloud', 'gcc-high', '--format', 'json'], {
      env: await signedIn(tenant),
    });
    expect([run.exitCode, traceOf(run).source.kind]).toEqual([0, 'exchange']);
    expect(tenant.lines.some(({ server }) => server === 'graph')).toBe(false);
  });

  test.each<[string, RegExp]>([
    ['', /AZURE_TENANT_ID \(or --tenant\)/u],
    ['contoso', /neither a GUID nor a domain/u],
  ])(
    'a token and the tenant %j: exit 4, it says what is needed, and nothing is asked',
    async (tenantId, hint) => {
      const tenant = await serve(one);
      const env = { ...tenant.exchangeEnv, AZURE_TENANT_ID: tenantId };
      const run = await runMailcheck(['trace', '--via', 'exchange'], { env });
      expect([run.exitCode, run.stdout]).toEqual([4, '']);
      expect(run.stderr.replaceAll(/\s+/gu, ' ')).toMatch(hint);
      expect(tenant.lines).toEqual([]);
    },
  );
});

describe('where Graph alone is shut, the cure names the way through Exchange', () => {
  const SENDER = "o'neill@fabrikam.example";
  const mail = (now: Date): readonly SimulatedDelivery[] => [rowAt(now, 60, { sender: SENDER })];
  const ARGS = ['trace', '--since', '2h', '--sender', SENDER, '--sample', 'none'];
  const COMMAND = String.raw`mailcheck trace --since 2h --sender 'o'\''neill@fabrikam.example' --sample none --via exchange`;
  const wordsOf = (text: string): string => text.replaceAll(/\s+/gu, ' ');

  test.each<[string, Served, number]>([
    ['no service principal', { onboarding: 'service-principal-missing' }, 4],
    ['no permission', { onboarding: 'permission-missing' }, 4],
    ['no message trace at this address', { faults: faultScript({ 1: '404' }) }, 3],
    ['a service that is down for long', { faults: faultScript({ 1: '503:900' }) }, 3],
  ])('%s', async (_why, options, exitCode) => {
    const tenant = await serve(mail, options);
    const run = await runMailcheck(ARGS, { env: tenant.env });
    expect(run.exitCode).toBe(exitCode);
    expect(wordsOf(run.stderr)).toContain(COMMAND);
    const other = await runMailcheck([...ARGS, '--via', 'exchange', '--format', 'json'], {
      env: tenant.exchangeEnv,
    });
    expect([other.exitCode, traceOf(other).data.length]).toEqual([0, 1]);
  });

  test.each<[string, Served]>([
    ['a quota that is used up', { faults: faultScript({ 1: '429:900' }) }],
    ['a portal in between', { faults: faultScript({ 1: 'html200' }) }],
  ])('%s is in the way of both, so it is not named', async (_why, options) => {
    const tenant = await serve(mail, options);
    expect((await runMailcheck(ARGS, { env: tenant.env })).stderr).not.toContain('--via');
  });

  test('without an address in it where addresses are withheld', async () => {
    const tenant = await serve(mail, { onboarding: 'permission-missing' });
    const run = await runMailcheck([...ARGS, '--redact'], { env: tenant.env });
    expect(wordsOf(run.stderr)).toContain('the same command with --via exchange');
    expect(run.stderr).not.toContain('neill');
  });
});
