/**
 * Why: what a job or a monitor prints is kept in logs that many may read. Whatever the format, however talkative the run and
 * however it ends, no secret that it was given may stand in an answer, in the talk beside it, in a file or in what is kept.
 * Tenant: an outage; a refusal; an authority that nobody answers. Requests: not counted here.
 */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Drill, startDrill } from '#simulator/drill.js';

import { canary } from '../secrets/canary.js';
import { runMailcheck } from './run-mailcheck.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-secrets-'));
const FORMATS = 'table json ndjson csv markdown nagios junit openmetrics github'.split(' ');
const SHOWING = FORMATS.slice(0, 5);
const TIME = 120_000;

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

async function place(name: string, changes: Partial<Parameters<typeof startDrill>[0]>): Promise<void> {
  const drill = await startDrill({
    ...{ scenario: 'january-2026', at: '14:50', seed: 1, clock: () => new Date(), log: null },
    ...{ tokenChecks: 'any', quirks: { quota: null } },
    ...changes,
  });
  drills.push(drill);
  const caFile = join(FOLDER, `${name}.pem`);
  writeFileSync(caFile, drill.caPem);
  places.set(name, { ...drill.environment(caFile), ...SECRETS });
}

beforeAll(async () => {
  await place('seen', {});
  await place('refused', { onboarding: 'permission-missing', announcementOnboarding: 'both-missing' });
});
afterAll(async () => {
  await Promise.all(drills.map((drill) => drill.close()));
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
});

/** All that it leaves is searched, as after any run; that there is something is seen here. */
async function run(args: readonly string[], env: Environment, answers = 0): Promise<void> {
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  const steps = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'outputs') };
  const { stdout, stderr } = await runMailcheck(args, { env: { ...env, ...steps }, cwd: folder });
  expect(stdout + stderr).not.toBe('');
  const written = readdirSync(folder).filter((name) => name.startsWith('answer.'));
  expect(written).toHaveLength(answers);
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
      await run([...line.split(' '), ...everyFile], env, FORMATS.length);
    },
    TIME,
  );

  test.concurrent.each(['trace --sample 5 --verbose', 'trace --sample 5 --quiet', 'quota --verbose'])(
    '%s: in all formats of what only shows',
    async (line) => {
      const env = places.get('seen') ?? expect.fail('no place');
      await run([...line.split(' '), ...everyShown], env, SHOWING.length);
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

  test('a bug', async () => {
    const preload = join(FOLDER, 'broken.cjs');
    writeFileSync(preload, 'Date.prototype.toISOString = () => { throw new Error("broken"); };');
    const env = { ...(places.get('seen') ?? {}), NODE_OPTIONS: `--require=${preload}` };
    await run(['status', '--format', 'json', '--verbose'], env);
  });
});
