/**
 * Why: whoever is woken by a monitor must not look for a mail outage where our own sign-in, clock, proxy or network is to
 * blame. Tenant: healthy but for one trouble on the way to it. Requests: pinned, those for tokens too, so that no
 * trouble of ours becomes a storm on the service.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';

import { type ConnectProxy, type ProxyHabit, startConnectProxy } from '../fakes/connect-proxy.js';
import { type ScriptedServer, startScriptedServer } from '../fakes/scripted-server.js';
import { canary, READY_TOKEN } from '../secrets/canary.js';
import { type JsonTrace, traceOf } from './read-answer.js';
import { type Run, runMailcheck } from './run-mailcheck.js';
import { rowsBetween, type Served, type ServedTenant, serveTenant, thisSecond } from './serve-tenant.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-own-'));
});
afterAll(() => rm(folder, { recursive: true }));

const open: (ServedTenant | ConnectProxy | ScriptedServer)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** With its own clock, so many minutes from ours. */
async function serve(options: Served = {}, aheadMinutes = 0): Promise<ServedTenant> {
  const now = new Date(thisSecond().getTime() + aheadMinutes * 60_000);
  const rows = rowsBetween(now, [20, 200], 30, () => ({}));
  const tenant = await serveTenant(now, rows, { tokenChecks: 'issued', ...options });
  open.push(tenant);
  return tenant;
}

/** As a person has it who signs in with a secret. */
async function signedIn(tenant: ServedTenant): Promise<Readonly<Record<string, string>>> {
  const caFile = join(folder, `${new URL(tenant.authorityHost).port}.pem`);
  await writeFile(caFile, tenant.caPem);
  return { ...tenant.environment(caFile), MAILCHECK_SOURCE_LABEL: '' };
}

async function proxyThat(habit: ProxyHabit): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(habit);
  open.push(proxy);
  return proxy;
}

async function trace(env: Readonly<Record<string, string>>, ...flags: string[]): Promise<Run> {
  return runMailcheck(['trace', '--sample', 'none', '--format', 'json', ...flags], { env });
}

/** What was asked, as `discovery`, `token`, `list`. */
function asked(tenant: ServedTenant): readonly string[] {
  return tenant.lines.map(({ path }) => {
    if (path.includes('openid-configuration')) return 'discovery';
    return path.includes('/oauth2/') ? 'token' : 'list';
  });
}

interface Expected {
  readonly exitCode: 3 | 4;
  readonly kind: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
}

/** No rows, no findings, one sentence and its cure, and nothing that could be taken for a trouble of the tenant. */
function expectOwnTrouble(run: Run, { exitCode, kind, says, remedy }: Expected): void {
  const answer: JsonTrace & { error?: { kind: string; message: string; remedy?: string } } = traceOf(run);
  expect(run.exitCode).toBe(exitCode);
  expect(answer).toMatchObject({
    data: [],
    findings: [],
    outcome: { level: exitCode === 4 ? 'refused' : 'unknown', exitCode },
    error: {
      kind,
      message: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    },
  });
  expect(run.stderr.match(/^mailcheck: /gmu)).toHaveLength(1);
  expect(run.stderr).not.toMatch(/\n\s+at |CRITICAL|WARNING/u);
  expect(run.stdout).not.toMatch(/"(?:held|failed)":[1-9]/u);
}

interface AtTheService extends Expected {
  readonly why: string;
  readonly options?: Served;
  readonly env?: Readonly<Record<string, string>>;
  /** By default Exchange is asked in the place of Graph, for troubles of Graph alone. */
  readonly flags?: readonly string[];
  readonly requests: readonly string[];
}

const STRICT = ['--via', 'graph'];

const SIGNED_IN = ['discovery', 'token'];

describe('at the service', () => {
  test.each<AtTheService>([
    {
      why: 'the service principal of message trace is missing',
      flags: STRICT,
      options: { onboarding: 'service-principal-missing' },
      exitCode: 4,
      kind: 'permission',
      says: /no service principal for the message trace service/,
      remedy: /New-MgServicePrincipal.*hours/,
      requests: [...SIGNED_IN, 'list'],
    },
    {
      why: 'the permission is missing',
      flags: STRICT,
      options: { onboarding: 'permission-missing' },
      exitCode: 4,
      kind: 'permission',
      says: /a permission is missing/,
      remedy: /ExchangeMessageTrace\.Read\.All/,
      requests: [...SIGNED_IN, 'list'],
    },
    {
      why: 'the secret has expired',
      options: { signInFaults: faultScript({ 2: 'aadsts7000222' }) },
      exitCode: 4,
      kind: 'sign-in',
      says: /AADSTS7000222.*has expired/,
      remedy: /new secret/,
      requests: SIGNED_IN,
    },
    {
      why: 'what was signed is outside its time',
      options: { signInFaults: faultScript({ 2: 'aadsts700024' }) },
      exitCode: 4,
      kind: 'sign-in',
      says: /AADSTS700024.*outside its time/,
      remedy: /clock of this machine/,
      requests: SIGNED_IN,
    },
    {
      why: 'Conditional Access is in the way',
      options: { signInFaults: faultScript({ 2: 'aadsts53003' }) },
      exitCode: 4,
      kind: 'sign-in',
      says: /AADSTS53003/,
      remedy: /Conditional Access/,
      requests: SIGNED_IN,
    },
    {
      why: 'the tenant is another one',
      env: { AZURE_TENANT_ID: '99999999-9999-4999-8999-999999999999' },
      exitCode: 4,
      kind: 'sign-in',
      says: /AADSTS90002.*tenant was not found/,
      remedy: /AZURE_TENANT_ID/,
      requests: ['discovery'],
    },
    {
      why: 'a token of another tenant is used',
      env: { MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
      exitCode: 4,
      kind: 'sign-in',
      says: /MAILCHECK_GRAPH_TOKEN was refused/,
      remedy: /new access token/,
      requests: ['list'],
    },
    {
      why: 'a portal stands before the service',
      flags: STRICT,
      options: { faults: faultScript({ 1: 'html200' }) },
      exitCode: 3,
      kind: 'protocol',
      says: /something other than JSON/,
      remedy: /proxy or sign-in portal/,
      requests: [...SIGNED_IN, 'list'],
    },
    {
      why: 'a portal stands before the sign-in service',
      options: { signInFaults: faultScript({ 1: 'html200' }) },
      exitCode: 3,
      kind: 'protocol',
      says: /does not answer like a sign-in service/,
      remedy: /proxy or sign-in portal/,
      requests: ['discovery'],
    },
    {
      why: 'a portal comes between discovery and token',
      options: { signInFaults: faultScript({ 2: 'html200' }) },
      exitCode: 3,
      kind: 'protocol',
      says: /does not answer like a sign-in service/,
      remedy: /proxy or sign-in portal/,
      requests: SIGNED_IN,
    },
    {
      why: 'the sign-in service asks for a pause',
      options: { signInFaults: faultScript({ 2: '429:600' }) },
      exitCode: 3,
      kind: 'throttled',
      says: /sign-in service .* asks for a pause/,
      remedy: /600 s/,
      requests: SIGNED_IN,
    },
    {
      why: 'the sign-in service is down',
      options: { signInFaults: [{ request: 1, times: 99, fault: { kind: 'html', status: 503 } }] },
      exitCode: 3,
      kind: 'unreachable',
      says: /sign-in service .* in trouble.*nothing about mail/,
      remedy: /minutes/,
      requests: ['discovery', 'discovery', 'discovery'],
    },
    {
      why: 'certificate checks are switched off',
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      exitCode: 4,
      kind: 'configuration',
      says: /NODE_TLS_REJECT_UNAUTHORIZED=0/,
      remedy: /--ca-file/,
      requests: [],
    },
  ])('$why: exit $exitCode', async ({ options, env, flags = [], requests, ...expected }) => {
    const tenant = await serve(options);
    const run = await trace({ ...(await signedIn(tenant)), ...env }, ...flags);
    expectOwnTrouble(run, expected);
    expect(asked(tenant)).toEqual(requests);
    expect(run.stdout + run.stderr).not.toContain(tenant.clientSecret);
  });

  test.each(['redirect', 'redirect301', 'redirect303', 'redirect307', 'redirect308'])(
    'the sign-in service sends us elsewhere (%s): nobody there learns the secret',
    async (word) => {
      const foe = await startScriptedServer(() => ({ body: { access_token: 'stolen' } }));
      open.push(foe);
      for (const request of [1, 2]) {
        const tenant = await serve({
          signInFaults: faultScript({ [request]: `${word}:${foe.origin}/token` }),
        });
        const run = await trace(await signedIn(tenant));
        expect([run.exitCode, traceOf(run).error?.kind]).toEqual([3, 'protocol']);
        expect(asked(tenant)).toEqual(SIGNED_IN.slice(0, request));
      }
      expect(foe.connections()).toBe(0);
    },
  );
});

describe('a clock that is wrong by ten minutes', () => {
  test.each<[number, RegExp, readonly string[]]>([
    [10, /10 min behind that of/, [...SIGNED_IN, 'list']],
    [-10, /10 min ahead of that of/, [...SIGNED_IN, 'list', 'list']],
  ])('the service is %i min ahead: rows, and a gap', async (aheadMinutes, says, requests) => {
    const tenant = await serve({}, aheadMinutes);
    const run = await trace(await signedIn(tenant));
    const { data, incomplete, findings, outcome } = traceOf(run);
    expect([run.exitCode, outcome.level, findings, data.length]).toEqual([3, 'unknown', [], 30]);
    expect(incomplete).toEqual([
      {
        what: expect.stringMatching(says) as string,
        reason: 'clock',
        remedy: expect.stringContaining('NTP') as string,
        retryAfterSeconds: null,
      },
    ]);
    expect(asked(tenant)).toEqual(requests);
  });

  test('is named where something signed is refused for it', async () => {
    const tenant = await serve({ signInFaults: faultScript({ 2: 'aadsts700024' }) }, 10);
    const run = await trace(await signedIn(tenant));
    expect(traceOf(run).error?.message).toMatch(/clock of this machine is 10 min behind that of the sign-in/);
    expect(run.exitCode).toBe(4);
  });
});

describe('on the way', () => {
  const GRAPH = { MAILCHECK_GRAPH_URL: 'https://graph.contoso.invalid', MAILCHECK_GRAPH_TOKEN: READY_TOKEN };
  const SECRET = {
    AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
    AZURE_CLIENT_SECRET: canary('secret'),
  };
  const SIGN_IN = { AZURE_AUTHORITY_HOST: 'https://login.contoso.invalid', ...SECRET };

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['no name resolution for Graph', GRAPH, /could not be resolved .*our own network/],
    ['none for the sign-in service', SIGN_IN, /sign-in service .* could not be reached.*nothing about mail/],
    [
      'no route to Graph',
      { ...GRAPH, MAILCHECK_GRAPH_URL: 'https://255.255.255.255' },
      /255\.255\.255\.255 cannot be reached \(ENETUNREACH\)/,
    ],
    [
      'nobody listens',
      { ...GRAPH, MAILCHECK_GRAPH_URL: 'http://127.0.0.1:9' },
      /127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    ],
  ])('%s: exit 3', async (_why, env, says) => {
    // The first pause would end after this time, so nothing is repeated; the sign-in has its own three tries.
    const flags = 'MAILCHECK_GRAPH_TOKEN' in env ? ['--timeout', '1s'] : [];
    const run = await trace(env, ...flags);
    expectOwnTrouble(run, { exitCode: 3, kind: 'unreachable', says, remedy: /network|proxy/ });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['Graph', GRAPH],
    ['the sign-in service', SIGN_IN],
  ])('a proxy that wants to know us, before %s: asked once, exit 4', async (_name, env) => {
    const proxy = await proxyThat({ answers: 407 });
    const run = await trace({ ...env, HTTPS_PROXY: `http://${proxy.address}` });
    expectOwnTrouble(run, {
      exitCode: 4,
      kind: 'configuration',
      says: /proxy of this machine wants a user and a password \(407\)/,
      remedy: /USER:PASSWORD/,
    });
    expect(proxy.asked.map(({ target }) => target)).toEqual([
      `${new URL(env['MAILCHECK_GRAPH_URL'] ?? env['AZURE_AUTHORITY_HOST'] ?? '').host}:443`,
    ]);
    expect(proxy.tunnelled()).toHaveLength(0);
  });

  test('a proxy that is no proxy is told before anything is sent', async () => {
    const run = await trace({
      ...GRAPH,
      HTTPS_PROXY: `socks5://ann:${encodeURIComponent(canary('proxy'))}@127.0.0.1:9`,
    });
    expectOwnTrouble(run, {
      exitCode: 4,
      kind: 'configuration',
      says: /HTTPS_PROXY does not name a proxy that can be used/,
      remedy: /plain HTTP/,
    });
  });
});

describe('what is no trouble', () => {
  test('a proxy of the environment is not asked for this machine', async () => {
    const proxy = await proxyThat({ answers: 502 });
    const tenant = await serve();
    const run = await trace({ ...(await signedIn(tenant)), HTTPS_PROXY: `http://${proxy.address}` });
    expect([run.exitCode, traceOf(run).data.length]).toEqual([0, 30]);
    expect([proxy.asked, proxy.plainRequests()]).toEqual([[], 0]);
  });

  test('a certificate authority that Node.js itself was told of', async () => {
    const tenant = await serve();
    const { MAILCHECK_CA_FILE: caFile = '', ...env } = await signedIn(tenant);
    const run = await trace({ ...env, NODE_EXTRA_CA_CERTS: caFile });
    expect([run.exitCode, traceOf(run).data.length]).toEqual([0, 30]);
  });

  test('a link that the service forgot: asked again from the start, and each row once', async () => {
    const now = thisSecond();
    const tenant = await serveTenant(
      now,
      rowsBetween(now, [20, 200], 6000, () => ({})),
      {
        faults: faultScript({ 2: 'refuse-skiptoken' }),
      },
    );
    open.push(tenant);
    const run = await trace(tenant.env);
    const { data, window, summary } = traceOf(run);
    expect([run.exitCode, data.length, summary['deliveries'], window.complete]).toEqual([
      0,
      6000,
      6000,
      true,
    ]);
    expect(new Set(data.map((row) => `${row.messageTraceId} ${row.recipient}`)).size).toBe(6000);
    expect(tenant.lines).toHaveLength(4);
  });

  test('files in the working directory that name another service', async () => {
    const foe = await startScriptedServer(() => ({ body: { value: [] } }));
    open.push(foe);
    const tenant = await serve();
    const settings = { MAILCHECK_GRAPH_URL: foe.origin, graphUrl: foe.origin, HTTPS_PROXY: foe.origin };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    for (const name of ['.env', '.env.local', '.npmrc', '.mailcheckrc'])
      await writeFile(join(folder, name), lines.join('\n'));
    for (const name of ['mailcheck.json', '.mailcheck.json', 'package.json'])
      await writeFile(join(folder, name), JSON.stringify({ ...settings, mailcheck: settings }));
    const run = await runMailcheck(['trace', '--format', 'json'], {
      env: await signedIn(tenant),
      cwd: folder,
    });
    expect([run.exitCode, traceOf(run).data.length]).toEqual([0, 30]);
    expect(foe.connections()).toBe(0);
  });
});
