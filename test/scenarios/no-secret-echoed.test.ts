/**
 * Why: what a job or a monitor prints is kept in logs that many may read. Whatever the format, however talkative the run and
 * however it ends, no secret that it was given may stand in an answer, in the talk beside it, in a file or in what is kept.
 * Tenant: an outage; a refusal; an authority that nobody answers. Requests: not counted here.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Drill, startDrill } from '#simulator/drill.js';

import { runMailcheck } from './run-mailcheck.js';
import { leaksIn } from './secret-traces.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-secrets-'));
const FORMATS = 'table json ndjson csv markdown nagios junit openmetrics github'.split(' ');
const SHOWING = FORMATS.slice(0, 5);
const TIME = 120_000;

type Environment = Readonly<Record<string, string>>;

/** Each is told from all others, and begins with a word that stands nowhere else. */
const CANARIES = {
  AZURE_CLIENT_SECRET: 'canary~secret-5b1d',
  AZURE_CLIENT_CERTIFICATE_PASSWORD: 'canary~password-77aa',
  MAILCHECK_GRAPH_TOKEN: 'canary.graph-token.19c4',
  MAILCHECK_EXCHANGE_TOKEN: 'canary.exchange-token.e02f',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary.id-token.41b7',
  HTTPS_PROXY: 'http://canary-user:canary-proxy-6d@127.0.0.1:9',
} as const;

const drills: Drill[] = [];
const places = new Map<string, Environment>();

async function place(name: string, changes: Partial<Parameters<typeof startDrill>[0]>): Promise<void> {
  const drill = await startDrill({
    ...{ scenario: 'january-2026', at: '14:50', seed: 1, clock: () => new Date(), log: null },
    ...{ tokenChecks: 'any', quirks: { quota: null } },
    ...changes,
  });
  drills.push(drill);
  const caFile = join(FOLDER, `${name}.pem`);
  writeFileSync(caFile, drill.caPem);
  places.set(name, { ...drill.environment(caFile), ...CANARIES });
}

beforeAll(async () => {
  await place('seen', {});
  await place('refused', { onboarding: 'permission-missing', announcementOnboarding: 'both-missing' });
});
afterAll(async () => {
  await Promise.all(drills.map((drill) => drill.close()));
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
});

/** Everything that a run leaves: its two streams, and the bytes of all files below its folder. */
async function leftBy(args: readonly string[], env: Environment, answers = 0): Promise<string> {
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const steps = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'outputs') };
  const run = await runMailcheck(args, { env: { ...env, ...steps, MAILCHECK_HOME: home }, cwd: folder });
  expect(run.stdout + run.stderr).not.toBe('');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.filter((path) => basename(path).startsWith('answer.'))).toHaveLength(answers);
  return [run.stdout, run.stderr, ...files.map((path) => readFileSync(path, 'latin1'))].join('\n');
}

function expectNoCanary(text: string): void {
  expect(leaksIn(text, [...Object.values(CANARIES), 'canary-proxy-6d'])).toEqual([]);
  expect(text).not.toMatch(/canary/iu);
}

function filesOf(formats: readonly string[]): readonly string[] {
  return formats.flatMap((format) => ['--output', `${format}=answer.${format}`]);
}

const everyFile = filesOf(FORMATS);
const everyShown = filesOf(SHOWING);

describe('an answer', () => {
  test.concurrent.each([
    'check --sample 5 --verbose',
    'status --sample 5 --verbose',
    'status --sample 5',
    'status --sample 5 --quiet',
    'queue --sample 5 --verbose',
    'health --verbose',
    'connectors --verbose',
    'doctor --verbose',
  ])(
    '%s: in all formats at once, on the streams and in files',
    async (line) => {
      const env = places.get('seen') ?? expect.fail('no place');
      expectNoCanary(await leftBy([...line.split(' '), ...everyFile], env, FORMATS.length));
    },
    TIME,
  );

  test.concurrent.each(['trace --sample 5 --verbose', 'trace --sample 5 --quiet', 'quota --verbose'])(
    '%s: in all formats of what only shows',
    async (line) => {
      const env = places.get('seen') ?? expect.fail('no place');
      expectNoCanary(await leftBy([...line.split(' '), ...everyShown], env, SHOWING.length));
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
      expectNoCanary(await leftBy([...status, '--via', 'graph'], refused));
      expectNoCanary(await leftBy(status, signingIn));
      expectNoCanary(await leftBy([...status, '--sinse', '4h'], refused));
      expectNoCanary(
        await leftBy(status, { ...signingIn, HTTPS_PROXY: 'socks5://ann:canary-proxy-6d@127.0.0.1:9' }),
      );
    },
    TIME,
  );

  test('a bug', async () => {
    const preload = join(FOLDER, 'broken.cjs');
    writeFileSync(preload, 'Date.prototype.toISOString = () => { throw new Error("broken"); };');
    const env = { ...(places.get('seen') ?? {}), NODE_OPTIONS: `--require=${preload}` };
    expectNoCanary(await leftBy(['status', '--format', 'json', '--verbose'], env));
  });
});
