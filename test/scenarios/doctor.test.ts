/**
 * Why: peers lose their users before the first answer, to hours of 401 without a reason. Tenant: calm and well, with one
 * thing or two wrong on the way to it; the program meets them on real sockets and files, and does not know that they are
 * made. Requests: at most six to Graph and Exchange, and none where an earlier thing is broken.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { REHEARSALS } from '#commands/doctor/rehearsals.js';
import { BROKEN_SET_UPS } from '#simulator/broken/broken-set-ups.js';

import { startConnectProxy } from '../fakes/connect-proxy.js';
import { canary } from '../secrets/canary.js';
import type { Run } from './run-mailcheck.js';
import { runMailcheck } from './run-mailcheck.js';
import { serveTenant, thisSecond } from './serve-tenant.js';

interface JsonCheck {
  readonly id: string;
  readonly state: string;
  readonly says: string;
  readonly cure: string | null;
  readonly after: string | null;
}

interface JsonDoctor {
  readonly schema: string;
  readonly source: { readonly kind: string; readonly requests: number };
  readonly summary: {
    readonly sentence: string;
    readonly cause: string | null;
    readonly cure: string | null;
    readonly canTrace: boolean;
    readonly requests: number;
  };
  readonly data: readonly JsonCheck[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
}

async function examined(
  setUp: string,
  env: Readonly<Record<string, string>> = {},
  ...flags: readonly string[]
): Promise<{ readonly run: Run; readonly answer: JsonDoctor }> {
  const run = await runMailcheck(
    ['doctor', `--drill=calm${setUp}`, '--drill-exit', '--format', 'json', ...flags],
    { env },
  );
  return { run, answer: JSON.parse(run.stdout) as JsonDoctor };
}

interface Row {
  readonly cause: string;
  readonly says: RegExp;
  readonly cure: RegExp;
  readonly exitCode: 1 | 2 | 3 | 4;
  /** To Graph and Exchange. */
  readonly requests: number;
  readonly why: string;
}

const CAUSES: Readonly<Record<(typeof REHEARSALS)[number], Row>> = {
  'open-home': {
    ...{ cause: 'files', says: /others may change the folder of what is kept/u, cure: /chmod go-w/u },
    ...{ exitCode: 1, requests: 5, why: 'all can be asked, and the quota is counted for one run alone' },
  },
  'no-home': {
    ...{ cause: 'store', says: /cannot be made \(ENOTDIR\)/u, cure: /MAILCHECK_HOME/u },
    ...{ exitCode: 1, requests: 5, why: 'a store that cannot be had stops no question' },
  },
  'damaged-store': {
    ...{ cause: 'store', says: /quota\.db in .* is damaged/u, cure: /Move quota\.db away/u },
    ...{ exitCode: 1, requests: 5, why: 'seen before the run that would set it aside' },
  },
  'no-ca-file': {
    ...{ cause: 'settings', says: /CA file .* cannot be read/u, cure: /--ca-file/u },
    ...{ exitCode: 4, requests: 0, why: 'nobody is asked with trust that nobody gave' },
  },
  'unchecked-tls': {
    ...{ cause: 'settings', says: /NODE_TLS_REJECT_UNAUTHORIZED=0/u, cure: /Unset/u },
    ...{ exitCode: 4, requests: 0, why: 'a secret would go to anybody' },
  },
  'wrong-clock': {
    ...{ cause: 'clock', says: /47 min behind/u, cure: /NTP/u },
    ...{ exitCode: 2, requests: 5, why: 'a secret signs in all the same, and every age is wrong' },
  },
  'proxy-refuses': {
    ...{ cause: 'proxy', says: /wants a user and a password \(407\)/u, cure: /USER:PASSWORD/u },
    ...{ exitCode: 4, requests: 0, why: 'the same will come again until somebody sets a password' },
  },
  'no-dns': {
    ...{ cause: 'names', says: /no name can be resolved/u, cure: /name servers/u },
    ...{
      exitCode: 3,
      requests: 0,
      why: 'our own network is no verdict on anybody, and may be back in a minute',
    },
  },
  'opened-tls': {
    ...{
      cause: 'tls',
      says: /signed by Simulated tenant authority, which is not trusted/u,
      cure: /--ca-file/u,
    },
    ...{ exitCode: 4, requests: 0, why: 'the authority is named, so that a person knows whose proxy it is' },
  },
  'sign-in-shut': {
    ...{ cause: 'reach-sign-in', says: /connection \(TCP\): refused \(ECONNREFUSED\)/u, cure: /firewall/u },
    ...{ exitCode: 3, requests: 0, why: 'nobody signs in where nobody answers' },
  },
  'graph-shut': {
    ...{ cause: 'reach-graph', says: /Exchange alone: .*refused \(ECONNREFUSED\)/u, cure: /firewall/u },
    ...{ exitCode: 3, requests: 2, why: 'Exchange stands in for traces' },
  },
  'no-credentials': {
    ...{ cause: 'credential', says: /no credentials/u, cure: /AZURE_CLIENT_ID/u },
    ...{ exitCode: 4, requests: 0, why: 'nothing was set' },
  },
  'wrong-secret': {
    ...{
      cause: 'sign-in',
      says: /AADSTS7000215.*secret is wrong\./u,
      cure: /value of the secret .*, not its id/u,
    },
    ...{ exitCode: 4, requests: 0, why: 'the id of a secret is pasted more often than a wrong secret' },
  },
  'expired-secret': {
    ...{ cause: 'sign-in', says: /AADSTS7000222.*has expired/u, cure: /Create a new secret/u },
    ...{ exitCode: 4, requests: 0, why: 'no permission is to blame' },
  },
  'unknown-app': {
    ...{ cause: 'sign-in', says: /AADSTS700016.*does not know this app/u, cure: /AZURE_CLIENT_ID/u },
    ...{ exitCode: 4, requests: 0, why: 'right secret, wrong app' },
  },
  'unknown-tenant': {
    ...{ cause: 'sign-in', says: /AADSTS90002.*tenant was not found/u, cure: /AZURE_TENANT_ID.*cloud/u },
    ...{ exitCode: 4, requests: 0, why: 'a tenant of another cloud looks the same' },
  },
  'wrong-cloud': {
    ...{ cause: 'sign-in', says: /AADSTS500011/u, cure: /--cloud gcc-high/u },
    ...{ exitCode: 4, requests: 0, why: 'the service that is asked is that of another cloud' },
  },
  'no-consent': {
    ...{ cause: 'sign-in', says: /AADSTS65001.*consented/u, cure: /admin consent/u },
    ...{ exitCode: 4, requests: 0, why: 'permissions are listed and not granted' },
  },
  'blocked-sign-in': {
    ...{ cause: 'sign-in', says: /AADSTS53003.*Conditional Access/u, cure: /Conditional Access/u },
    ...{ exitCode: 4, requests: 0, why: 'the policy of the tenant, and no fault of the app' },
  },
  'wrong-token': {
    ...{
      cause: 'token-graph',
      says: /is for https:\/\/outlook\.office365\.com, and not for/u,
      cure: /MAILCHECK_GRAPH_TOKEN/u,
    },
    ...{
      exitCode: 4,
      requests: 0,
      why: 'read from the token itself: a 401 would say less and cost a request',
    },
  },
  'expired-token': {
    ...{
      cause: 'token-graph',
      says: /MAILCHECK_GRAPH_TOKEN expired 2 h ago/u,
      cure: /Fetch a new access token/u,
    },
    ...{ exitCode: 4, requests: 0, why: 'a ready token cannot be renewed' },
  },
  'quota-used-up': {
    ...{ cause: 'quota', says: /asks for a pause of 240 s \(429\)/u, cure: /mailcheck quota/u },
    ...{ exitCode: 3, requests: 2, why: 'not sat out, not repeated, and no permission is to blame' },
  },
  'web-portal': {
    ...{ cause: 'permission-trace', says: /something other than JSON/u, cure: /proxy or sign-in portal/u },
    ...{ exitCode: 3, requests: 2, why: 'whether a permission is there cannot be told' },
  },
  'service-principal': {
    ...{
      cause: 'service-principal',
      says: /no service principal for the message trace service/u,
      cure: /New-MgServicePrincipal -AppId 8bd644d1-/u,
    },
    ...{
      exitCode: 2,
      requests: 5,
      why: 'the 401 that costs most hours: the token is good and a new one does not help',
    },
  },
  'trace-permission': {
    ...{
      cause: 'permission-trace',
      says: /a permission is missing/u,
      cure: /ExchangeMessageTrace\.Read\.All/u,
    },
    ...{ exitCode: 2, requests: 5, why: 'Exchange stands in for traces' },
  },
  'health-permission': {
    ...{
      cause: 'permission-health',
      says: /refused to show service health/u,
      cure: /ServiceHealth\.Read\.All/u,
    },
    ...{ exitCode: 2, requests: 5, why: 'status can never say that all is well without it' },
  },
  'exchange-permission': {
    ...{
      cause: 'permission-exchange',
      says: /admits nobody with this token/u,
      cure: /Exchange\.ManageAsApp/u,
    },
    ...{ exitCode: 1, requests: 5, why: 'Graph answers; the second try is for a new token' },
  },
  'exchange-role': {
    ...{ cause: 'role-exchange', says: /no role of it allows Get-TransportConfig/u, cure: /Global Reader/u },
    ...{ exitCode: 1, requests: 5, why: 'the permission is there and the role is not: 403' },
  },
};

test('every set-up that a drill can break has its row here and its name in the help', () => {
  expect(BROKEN_SET_UPS.map(({ name }) => name)).toEqual([...REHEARSALS]);
  expect(Object.keys(CAUSES)).toEqual([...REHEARSALS]);
});

test('a tenant that is well is ready, for five questions', async () => {
  const { run, answer } = await examined('');
  expect(answer).toMatchObject({
    schema: 'mailcheck.doctor/1',
    source: { kind: 'drill', requests: 5 },
    summary: { cause: null, cure: null, canTrace: true, sentence: 'All is ready for a first answer.' },
    outcome: { level: 'ok', exitCode: 0 },
  });
  expect(answer.data.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
}, 60_000);

describe('what is wrong is named first', () => {
  test.concurrent.each(Object.entries(CAUSES))(
    '%s',
    async (name, { cause, says, cure, exitCode, requests }) => {
      const { run, answer } = await examined(`+${name}`);
      const { summary } = answer;
      expect([summary.cause, run.exitCode]).toEqual([cause, exitCode]);
      expect(summary.sentence).toMatch(says);
      expect(summary.cure).toMatch(cure);
      expect(summary.sentence).toContain(`Cure: ${summary.cure ?? ''}`);
      expect(summary.canTrace).toBe(exitCode !== 4 && !/^Cannot ask/u.test(summary.sentence));
      expect(summary.requests).toBe(requests);
      expect(run.stderr).not.toMatch(/\n\s+at |bug/u);
    },
    60_000,
  );
});

const COMBINATIONS: readonly {
  readonly names: readonly (typeof REHEARSALS)[number][];
  readonly exitCode: number;
  readonly why: string;
}[] = [
  { names: ['wrong-clock', 'wrong-secret'], exitCode: 4, why: 'a wrong clock alone may refuse a sign-in' },
  { names: ['no-ca-file', 'expired-secret'], exitCode: 4, why: 'nobody was asked for the secret' },
  { names: ['opened-tls', 'unknown-app'], exitCode: 4, why: 'nothing was sent to whoever opens TLS' },
  { names: ['wrong-clock', 'opened-tls'], exitCode: 4, why: 'certificates are judged by the clock' },
  {
    names: ['no-dns', 'no-credentials'],
    exitCode: 4,
    why: 'the network may be back, the credentials will not',
  },
  { names: ['expired-secret', 'service-principal'], exitCode: 4, why: 'the principal cannot be seen before' },
  {
    names: ['service-principal', 'health-permission'],
    exitCode: 2,
    why: 'traces are what is asked for most',
  },
  { names: ['trace-permission', 'exchange-role'], exitCode: 4, why: 'neither of the two ways is open' },
  {
    names: ['service-principal', 'exchange-permission'],
    exitCode: 4,
    why: 'neither of the two ways is open',
  },
  {
    names: ['wrong-secret', 'open-home'],
    exitCode: 4,
    why: 'what stops goes before what warns, though it is farther',
  },
];

test.concurrent.each(COMBINATIONS)(
  'of $names the first is named: $why',
  async ({ names, exitCode }) => {
    const { run, answer } = await examined(`+${names.join('+')}`);
    const [first] = names;
    expect([answer.summary.cause, run.exitCode]).toEqual([
      first === undefined ? '' : CAUSES[first].cause,
      exitCode,
    ]);
  },
  60_000,
);

test('what leans on something broken is skipped, and says on what', async () => {
  const { answer } = await examined('+expired-secret');
  const skipped = answer.data.filter(({ state }) => state === 'skipped');
  expect(skipped.map(({ id, after }) => [id, after])).toEqual(
    [
      'token-graph',
      'quota',
      'service-principal',
      'permission-trace',
      'permission-health',
      'permission-messages',
      'token-exchange',
      'permission-exchange',
      'role-exchange',
      'role-trace',
    ].map((id) => [id, 'sign-in']),
  );
}, 60_000);

test.each([
  { flags: ['--via', 'graph'], skipped: 5, requests: 3, why: 'Exchange is left out' },
  {
    flags: ['--via', 'exchange'],
    skipped: 2,
    requests: 4,
    why: 'no trace is asked of Graph, health still is',
  },
])(
  '$flags: $why',
  async ({ flags, skipped, requests }) => {
    const { run, answer } = await examined('', {}, ...flags);
    expect([run.exitCode, answer.summary.requests]).toEqual([0, requests]);
    expect(answer.data.filter(({ state }) => state === 'skipped')).toHaveLength(skipped);
  },
  60_000,
);

test.each([
  {
    setUp: '+trace-permission+exchange-role',
    via: 'graph',
    cause: 'permission-trace',
    exitCode: 4,
    why: 'no way is left',
  },
  {
    setUp: '+trace-permission+exchange-role',
    via: 'exchange',
    cause: 'role-exchange',
    exitCode: 4,
    why: 'the one way is shut',
  },
  { setUp: '+trace-permission', via: 'exchange', cause: null, exitCode: 0, why: 'nobody wants it' },
])(
  '$setUp by --via $via: $why',
  async ({ setUp, via, cause, exitCode }) => {
    const { run, answer } = await examined(setUp, {}, '--via', via);
    expect([answer.summary.cause, run.exitCode]).toEqual([cause, exitCode]);
  },
  60_000,
);

describe('what is secret stays so', () => {
  test.each(['+wrong-secret', '+wrong-token', '+expired-token', '+trace-permission', ''])(
    'with %s',
    async (setUp) => {
      const run = await runMailcheck(['doctor', `--drill=calm${setUp}`, '--verbose']);
      const told = run.stdout + run.stderr;
      expect(told).toMatch(/AZURE_CLIENT_SECRET|MAILCHECK_GRAPH_TOKEN/u);
    },
    60_000,
  );
});

test('a drill without credentials uses none of ours', async () => {
  const MAILCHECK_SECRET_FILE = join(tmpdir(), 'no-secret-of-ours');
  const { answer } = await examined('+no-credentials', { MAILCHECK_SECRET_FILE });
  expect(answer.summary.cause).toBe('credential');
}, 60_000);

test('a word that breaks nothing is refused with those that do', async () => {
  const run = await runMailcheck(['doctor', '--drill=calm+expired-secrets']);
  expect(run.exitCode).toBe(64);
  expect(run.stderr).toMatch(/"expired-secrets"[^]*expired-secret, /u);
}, 60_000);

describe('a machine that is set up', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-doctor-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('outside of a drill, with nothing set, nobody is asked and nothing is sent', async () => {
    const env = {
      MAILCHECK_GRAPH_URL: 'http://127.0.0.1:9',
      MAILCHECK_EXCHANGE_URL: 'http://127.0.0.1:9',
      MAILCHECK_STATUS_URL: 'http://127.0.0.1:9',
      MAILCHECK_CONTROL_URL: 'http://127.0.0.1:9',
      AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9',
    };
    const run = await runMailcheck(['doctor', '--format', 'json'], { env });
    const answer = JSON.parse(run.stdout) as JsonDoctor;
    expect([run.exitCode, answer.summary.cause, answer.summary.requests]).toEqual([4, 'reach-sign-in', 0]);
    const credential = answer.data.find(({ id }) => id === 'credential');
    expect(credential).toMatchObject({
      state: 'broken',
      says: expect.stringMatching(/^No credentials/u) as string,
    });
  }, 60_000);

  test('a CA file that others may change is told of', async () => {
    const file = join(folder, 'ca.pem');
    await writeFile(file, '-----BEGIN CERTIFICATE-----\n');
    await chmod(file, 0o666);
    const run = await runMailcheck(
      ['doctor', '--format', 'json', '--ca-file', file, '--graph-url', 'http://127.0.0.1:9'],
      {
        env: {
          MAILCHECK_STATUS_URL: 'http://127.0.0.1:9',
          MAILCHECK_EXCHANGE_URL: 'http://127.0.0.1:9',
          MAILCHECK_CONTROL_URL: 'http://127.0.0.1:9',
          AZURE_AUTHORITY_HOST: 'https://127.0.0.1:9',
        },
      },
    );
    const answer = JSON.parse(run.stdout) as JsonDoctor;
    expect(answer.data.find(({ id }) => id === 'files')).toMatchObject({
      state: 'warning',
      cure: expect.stringContaining(`chmod go-w ${file}`) as string,
    });
  }, 60_000);
});

/** Names that nobody has; the proxy is asked for those that it may see. */
const FAR = {
  AZURE_AUTHORITY_HOST: 'https://login.contoso.invalid',
  MAILCHECK_GRAPH_URL: 'https://graph.contoso.invalid',
  MAILCHECK_EXCHANGE_URL: 'https://exchange.contoso.invalid',
  MAILCHECK_STATUS_URL: 'https://status.contoso.invalid',
  MAILCHECK_CONTROL_URL: 'https://control.fabrikam.invalid',
};

describe('proxies and authorities of our own', () => {
  let folder = '';
  const open: { readonly close: () => Promise<void> }[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-doctor-'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function doctored(
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly answer: JsonDoctor; readonly exitCode: number | null; readonly told: string }> {
    const run = await runMailcheck(['doctor', '--format', 'json'], { env });
    const answer = JSON.parse(run.stdout) as JsonDoctor;
    return { answer, exitCode: run.exitCode, told: run.stdout + run.stderr };
  }

  test('NO_PROXY leads a host past the proxy: its name is looked up here, and the others are refused there', async () => {
    const proxy = await startConnectProxy({ answers: 403 });
    open.push(proxy);
    const HTTPS_PROXY = `http://ann:${encodeURIComponent(canary('proxy'))}@${proxy.address}`;
    const { answer } = await doctored({ ...FAR, HTTPS_PROXY, NO_PROXY: 'graph.contoso.invalid' });
    expect(answer.summary.cause).toBe('proxy');
    expect(proxy.asked.map(({ target }) => target).toSorted()).toEqual([
      'control.fabrikam.invalid:443',
      'exchange.contoso.invalid:443',
      'login.contoso.invalid:443',
      'status.contoso.invalid:443',
    ]);
    expect(answer.data.find(({ id }) => id === 'names')).toMatchObject({
      state: 'broken',
      says: expect.stringContaining('The name graph.contoso.invalid') as string,
    });
  }, 60_000);

  test('a proxy that is not there is our own network, and may be back', async () => {
    const { answer, exitCode } = await doctored({
      ...{ ...FAR, HTTPS_PROXY: 'http://127.0.0.1:9' },
      ...{ AZURE_TENANT_ID: 'contoso.example', AZURE_CLIENT_ID: 'x', AZURE_CLIENT_SECRET: canary('secret') },
    });
    expect([answer.summary.cause, exitCode]).toEqual(['proxy', 3]);
    expect(answer.summary.sentence).toContain('ECONNREFUSED');
  }, 60_000);

  test.each([
    ['MAILCHECK_CA_FILE', 'a file of our own'],
    ['NODE_EXTRA_CA_CERTS', 'a file for everything that Node runs'],
  ])(
    'an authority is trusted by %s: %s',
    async (variable) => {
      const now = thisSecond();
      const tenant = await serveTenant(now, [], { tokenChecks: 'issued' });
      open.push(tenant);
      const caFile = join(folder, `${variable}.pem`);
      await writeFile(caFile, tenant.caPem);
      const found = { ...tenant.environment(caFile), MAILCHECK_CA_FILE: '' };
      const without = await doctored(found);
      expect(without.answer.summary.cause).toBe('tls');
      const { answer } = await doctored({ ...found, [variable]: caFile });
      expect(answer.summary).toMatchObject({ cause: null, requests: 5 });
      const evidence = answer.data.find(({ id }) => id === 'settings');
      expect(JSON.stringify(evidence)).toContain(caFile);
      expect(answer.data.find(({ id }) => id === 'tls')?.says).toMatch(
        /no public authority; it is trusted here/u,
      );
      const questions = tenant.lines.filter(({ server }) => server === 'graph' || server === 'exchange');
      // Beside the bare look at each host.
      expect(questions.filter(({ method }) => method !== 'HEAD')).toHaveLength(5);
    },
    60_000,
  );
});
