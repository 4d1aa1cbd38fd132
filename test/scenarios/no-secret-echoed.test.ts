/**
 * Why: what a job or a monitor prints is kept in logs that many may read. Whatever the format, however talkative the run and
 * however it ends, no secret that it was given may stand in an answer, in the talk beside it, in a file or in what is kept.
 * Tenant: an outage; a refusal; an authority that nobody answers. Requests: not counted here.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SECRET_VARIABLES } from '#settings/secret-variables.js';
import { type Drill, startDrill } from '#simulator/drill.js';

import { appCertificate, statement } from '../fakes/token-sources.js';
import { canary } from '../secrets/canary.js';
import { TALKATIVE } from '../secrets/secret-variables.js';
import { type Run, runMailcheck, startMailcheck } from './run-mailcheck.js';
import { rowAt, serveTenant, thisSecond } from './serve-tenant.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-secrets-'));
const FORMATS = 'table json ndjson csv markdown nagios junit openmetrics github'.split(' ');
const SHOWING = FORMATS.slice(0, 5);
const TIME = 120_000;
const QUEUE = join(FOLDER, 'queue.json');
writeFileSync(
  QUEUE,
  JSON.stringify({
    ...{ queue_name: 'deferred', queue_id: '4kXq2Z1abcz3f', arrival_time: 1_780_419_600, message_size: 2048 },
    ...{ sender: 'ben@fabrikam.example', recipients: [{ address: 'ann@contoso.example' }] },
  }),
);

type Environment = Readonly<Record<string, string>>;

const PROXY = encodeURIComponent(canary('proxy'));
const SECRETS = {
  AZURE_CLIENT_SECRET: canary('secret'),
  MAILCHECK_GRAPH_TOKEN: canary('graph-token'),
  MAILCHECK_EXCHANGE_TOKEN: canary('exchange-token'),
  HTTPS_PROXY: `http://ann:${PROXY}@127.0.0.1:9`,
} as const;

const drills: Drill[] = [];
const places = new Map<string, Environment>();

async function place(
  name: string,
  changes: Partial<Parameters<typeof startDrill>[0]>,
  secrets: Environment = SECRETS,
): Promise<void> {
  const drill = await startDrill({
    ...{ scenario: 'january-2026', at: '14:50', seed: 1, clock: () => new Date(), log: null },
    ...{ tokenChecks: 'any', quirks: { quota: null } },
    ...changes,
  });
  drills.push(drill);
  const caFile = join(FOLDER, `${name}.pem`);
  writeFileSync(caFile, drill.caPem);
  places.set(name, { ...drill.environment(caFile), ...secrets });
}

beforeAll(async () => {
  await place('seen', {});
  await place('signing-in', { tokenChecks: 'issued' }, {});
  await place('refused', { onboarding: 'permission-missing', announcementOnboarding: 'both-missing' });
});
afterAll(async () => {
  await Promise.all(drills.map((drill) => drill.close()));
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
});

/** So short that they could be words. */
const SHORT = Object.fromEntries(
  SECRET_VARIABLES.filter((name) => !(name in SECRETS)).map((name, n) => [name, canary(String(n))]),
);

/** By the flag that chooses it. */
const LEVELS: readonly (readonly [string, Environment])[] = [
  ['--verbose', TALKATIVE],
  ['', {}],
  ['--quiet', TALKATIVE],
];

function placeOf(name: string): Environment {
  return places.get(name) ?? expect.fail(`no place ${name}`);
}

/** All that it leaves is searched, as after any run; that there is something is seen here. */
async function run(args: readonly string[], env: Environment, answers = 0): Promise<Run> {
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  const steps = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'outputs') };
  const ran = await runMailcheck(args, { env: { ...env, ...steps }, cwd: folder });
  expect(ran.stdout + ran.stderr).not.toBe('');
  const written = readdirSync(folder).filter((name) => name.startsWith('answer.'));
  expect(written).toHaveLength(answers);
  return ran;
}

/** At each level, one after the other on one folder of state: what the first has kept the others read. */
async function runAtEachLevel(
  line: string,
  formats: readonly string[],
  env: Environment,
): Promise<readonly Run[]> {
  const home = { MAILCHECK_HOME: mkdtempSync(join(FOLDER, 'home-')) };
  const runs: Run[] = [];
  for (const [flag, talk] of LEVELS) {
    const words = [...line.split(' '), ...(flag === '' ? [] : [flag])];
    const files = formats.flatMap((format) => ['--output', `${format}=answer.${format}`]);
    runs.push(await run([...words, ...files], { ...env, ...talk, ...home }, formats.length));
  }
  return runs;
}

describe('an answer, at each level and in all formats', () => {
  test.concurrent.each<readonly [string, readonly string[], string]>([
    ['check --sample 5', FORMATS, 'signing-in'],
    ['status --sample 5', FORMATS, 'signing-in'],
    ['queue --sample 5', FORMATS, 'signing-in'],
    ['queue --sample 5', FORMATS, 'seen'],
    ['health', FORMATS, 'signing-in'],
    ['health show MO1221364', SHOWING, 'signing-in'],
    ['connectors', FORMATS, 'signing-in'],
    ['connectors probe --timeout 20s', FORMATS, 'signing-in'],
    ['doctor', FORMATS, 'signing-in'],
    ['doctor', FORMATS, 'seen'],
    ['trace --sample 5', SHOWING, 'signing-in'],
    ['trace --sample 5', SHOWING, 'seen'],
    ['trace show nothing@contoso.example', SHOWING, 'signing-in'],
    [`relay --file ${QUEUE}`, FORMATS, 'signing-in'],
    ['quota', SHOWING, 'signing-in'],
  ])(
    '%s',
    async (line, formats, place) => {
      const runs = await runAtEachLevel(line, formats, placeOf(place));
      for (const { exitCode } of runs) expect([0, 1, 2, 3]).toContain(exitCode);
    },
    TIME,
  );
});

describe('a failure', () => {
  test.concurrent.each(FORMATS)(
    'in %s: refused, not signed in, a wrong flag, a wrong proxy',
    async (format) => {
      const refused = places.get('refused') ?? expect.fail('no place');
      const signingIn = Object.fromEntries(
        Object.entries(refused).filter(([name]) => !/_(?:GRAPH|EXCHANGE)_TOKEN$/u.test(name)),
      );
      const status = ['status', '--verbose', '--format', format, '--timeout', '8s'];
      // The secret is none of the tenant's, so the authority refuses it.
      await run([...status, '--via', 'graph'], refused);
      await run(status, signingIn);
      await run([...status, '--sinse', '4h'], refused);
      await run(status, { ...signingIn, HTTPS_PROXY: `socks5://ann:${PROXY}@127.0.0.1:9` });
    },
    TIME,
  );

  /** What libraries and Node.js itself put into the messages of their errors. */
  test('a program of a relay that tells all that it was given is given no secret of ours', async () => {
    const env = { ...SECRETS, ...SHORT, HTTPS_PROXY: '', GITHUB_TOKEN: '', AWS_SECRET_ACCESS_KEY: '' };
    const others = { AZURE_PASSWORD: '', IDENTITY_HEADER: '' };
    const tells = "sh -c 'echo told: >&2; env | grep -e SECRET -e TOKEN -e PASSWORD >&2; exit 9'";
    const { stdout, stderr, exitCode } = await run(['relay', '--run', tells], {
      ...env,
      ...others,
    });
    expect([exitCode, stdout + stderr]).toEqual([3, expect.stringMatching(/told:/u)]);
  });

  test.each<readonly [string, string]>([
    ['the secret', canary('secret')],
    ['the secret of a request', String(new URLSearchParams({ client_secret: canary('secret') }))],
    ['one that no variable holds', `{"client_secret":"${canary('of-a-file')}"}`],
    ['a token', statement({ iss: 'https://token.issuer.example' }, new Date(0))],
    ['a header', `authorization: Bearer ${canary('graph-token')}`],
    ['a header for a proxy', `Basic ${Buffer.from(`ann:${canary('proxy')}`).toString('base64')}`],
    ['an address', SECRETS.HTTPS_PROXY],
    ['all that variables hold', Object.values({ ...SHORT, ...SECRETS }).join(' ')],
    ['a key', appCertificate().pem.replaceAll('\n', ' ')],
  ])('a bug whose message holds %s', async (_what, said) => {
    const preload = join(FOLDER, `broken-${randomUUID()}.cjs`);
    const thrown = JSON.stringify(`request failed: ${said} (400)`);
    writeFileSync(
      preload,
      `Date.prototype.toISOString = () => { throw new Error(${thrown}, { cause: new Error(${thrown}) }); };`,
    );
    const env = { ...placeOf('seen'), ...SHORT, NODE_OPTIONS: `--require=${preload}` };
    for (const [format, words] of [
      ['json', ['explain', '451 4.3.2', '--verbose']],
      ['nagios', ['health', '--verbose']],
    ] as const) {
      const { stdout, stderr, exitCode } = await run([...words, '--format', format], env);
      expect([format, exitCode]).toEqual([format, format === 'nagios' ? 3 : 70]);
      expect(stdout + stderr).toMatch(/bug: request failed: /u);
    }
  });
});

describe('signing in and out', () => {
  test.each([
    'login --kind client-secret',
    'login --kind client-secret --keep-token',
    'logout --all --forget',
  ])(
    '%s',
    async (line) => {
      const env = placeOf('signing-in');
      const home = { MAILCHECK_HOME: mkdtempSync(join(FOLDER, 'home-')) };
      for (const [flag, talk] of LEVELS) {
        if (line.startsWith('logout')) await run(['login', '--keep-token'], { ...env, ...home });
        const words = [...line.split(' '), ...(flag === '' ? [] : [flag])];
        expect((await run(words, { ...env, ...talk, ...home })).exitCode).toBe(0);
      }
    },
    TIME,
  );
});

describe('stopped by somebody', () => {
  test.each(LEVELS)('%j', async (flag, talk) => {
    const now = thisSecond();
    const tenant = await serveTenant(now, [rowAt(now, 20)], { delayMs: 600_000, tokenChecks: 'any' });
    const words = ['trace', '--since', '1h', ...(flag === '' ? [] : [flag])];
    const child = startMailcheck(words, { env: { ...tenant.env, ...talk } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await tenant.firstRequest;
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await tenant.close();
  });
});
