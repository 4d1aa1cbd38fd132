/**
 * Why: what one run used the next one must know, what the service asked of one holds for all, and a machine that
 * cannot keep a ledger still gets its answer. Tenant: some held deliveries. Requests: counted at the service.
 */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { nodeSqliteDriver } from '#history/driver/node-sqlite.js';
import { faultScript } from '#simulator/faults.js';

import { DRIVERS } from '../history/driver/drivers.js';
import { rowsOf } from '../processes/eight.js';
import { traceOf } from './read-answer.js';
import type { Run } from './run-mailcheck.js';
import { BIN, runMailcheck, runProgram, startProgram } from './run-mailcheck.js';
import type { Served, ServedTenant } from './serve-tenant.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

const hasOwnSqlite = (await nodeSqliteDriver()) !== null;

let folder = '';
let home = '';
const open: ServedTenant[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  home = join(folder, 'home');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function serve(options: Served = {}): Promise<ServedTenant> {
  const now = thisSecond();
  const held = rowsBetween(now, [20, 200], 30, () => ({ status: 'pending' }));
  const tenant = await serveTenant(now, held, { quirks: { quota: null }, ...options });
  open.push(tenant);
  return tenant;
}

function trace(
  tenant: ServedTenant,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return runMailcheck(['trace', '--format', 'json', '--sample', '5', ...args], {
    env: { ...tenant.env, MAILCHECK_HOME: home, ...env },
  });
}

interface QuotaAnswer {
  readonly schema: string;
  readonly data: readonly { readonly used: number; readonly pausedUntil: string | null }[];
}

async function account(): Promise<QuotaAnswer> {
  const run = await runMailcheck(['quota', '--format', 'json'], { env: { MAILCHECK_HOME: home } });
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  return JSON.parse(run.stdout) as QuotaAnswer;
}

describe('from run to run', () => {
  test('what was used is known, by whom and for which endpoint, and asking costs nothing', async () => {
    const tenant = await serve();
    await trace(tenant);
    await trace(tenant, ['--sample', '2']);
    const answer = await account();
    expect(answer).toMatchObject({
      schema: 'mailcheck.quota/1',
      summary: { quotas: 1, used: 9 },
      data: [
        {
          ...{ origin: tenant.graphUrl, tenant: '', limit: 90, used: 9, free: 81, freeUnattended: 66 },
          usedBy: [
            { command: 'trace', attended: false, requests: 6 },
            { command: 'trace', attended: false, requests: 3 },
          ],
        },
      ],
      outcome: { level: 'ok', exitCode: 0 },
    });
    expect(tenant.lines).toHaveLength(9);
  });

  test('a quota that is used up ends the next run with the time to come again', async () => {
    const tenant = await serve();
    // Ten in 5 minutes: nine are used, one of them is for people.
    await trace(tenant, ['--quota', '10', '--sample', '7']);
    const run = await trace(tenant, ['--quota', '10']);
    expect([run.exitCode, tenant.lines.length]).toEqual([3, 8]);
    const { error } = JSON.parse(run.stdout) as { error: { kind: string; retryAfterSeconds: number } };
    expect(error.kind).toBe('throttled');
    expect(error.retryAfterSeconds).toBeGreaterThan(280);
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(301);
    expect(run.stderr).toContain('mailcheck quota tells who used it');
  });

  test('a service that asked one run to wait is not asked by the next', async () => {
    const tenant = await serve({ faults: faultScript({ 1: '429:600' }) });
    expect((await trace(tenant)).exitCode).toBe(3);
    const next = await trace(tenant);
    expect([next.exitCode, tenant.lines.length]).toEqual([3, 1]);
    expect(next.stderr).toContain('The service asked another run of mailcheck to wait.');
    expect((await account()).data).toMatchObject([{ free: 0, pausedUntil: expect.any(String) as string }]);
  });

  test('nothing was used: the answer says so, and makes no store', async () => {
    const run = await runMailcheck(['quota'], { env: { MAILCHECK_HOME: home } });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/all\s+are free/u);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['ndjson', 'csv', 'markdown'])('the account as %s', async (format) => {
    await trace(await serve());
    const run = await runMailcheck(['quota', '--format', format], { env: { MAILCHECK_HOME: home } });
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain('http://127.0.0.1:');
  });
});

describe('the files', () => {
  test.each(['000', '022', '077'])('are for their owner alone under umask %s', async (mask) => {
    const tenant = await serve();
    const script = `umask ${mask}; exec "${process.execPath}" "${BIN}" trace --sample none`;
    // The simulated tenant answers from this process, which must not be blocked.
    const child = startProgram('sh', ['-c', script], {
      ...{ args: ['trace'], env: { ...tenant.env, MAILCHECK_HOME: home }, stdio: 'ignore' },
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
    expect(await modeOf(home)).toBe('700');
    const names = await readdir(home);
    expect(names).toContain('quota.db');
    for (const name of names) expect([name, await modeOf(join(home, name))]).toEqual([name, '600']);
  });

  test('hold nothing of the mail', async () => {
    const tenant = await serve();
    await trace(tenant);
    const [, driver] = DRIVERS[0]!;
    const kept = rowsOf(driver, join(home, 'quota.db'), 'SELECT * FROM slot').map((slot) =>
      Object.keys(slot),
    );
    expect(kept[0]).toEqual([
      'id',
      'origin',
      'tenant',
      'at',
      'run',
      'process_id',
      'command',
      'attended',
      'service_quota',
    ]);
    for (const name of await readdir(home)) {
      const grep = spawnSync('grep', ['-c', '-a', '-e', 'fabrikam', '-e', 'Invoice', join(home, name)]);
      expect([name, grep.stdout.toString().trim()]).toEqual([name, '0']);
    }
  });
});

/** The answer is whole, the code is that of a whole answer, and one note says what is different. */
function expectAlone(run: Run, tenant: ServedTenant, why: RegExp): void {
  expect(run.exitCode).toBe(0);
  expect(traceOf(run).source.requests).toBe(6);
  expect(tenant.lines).toHaveLength(6);
  expect(run.stderr).toMatch(why);
  expect(run.stderr.match(/The request quota is counted for this process alone\./gu)).toHaveLength(1);
}

describe('without a store', () => {
  test('--no-history keeps nothing', async () => {
    const tenant = await serve();
    expectAlone(await trace(tenant, ['--no-history']), tenant, /^Nothing is kept \(--no-history\)\./mu);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a folder that others can write to',
      () => mkdir(home).then(() => chmod(home, 0o777)),
      /others can write to/u,
    ],
    ['a file in the place of the folder', () => writeFile(home, ''), /cannot be made|is no folder/u],
    [
      'a folder in the place of the file',
      () => mkdir(join(home, 'quota.db'), { recursive: true }),
      /is no regular file/u,
    ],
    [
      'a folder that cannot be made',
      () => Promise.resolve((home = '/proc/mailcheck-home')),
      /cannot be made/u,
    ],
  ])('%s costs nobody an answer', async (_what, spoil, why) => {
    await spoil();
    const tenant = await serve();
    expectAlone(await trace(tenant), tenant, why);
  });

  test('a disk without room costs nobody an answer', async () => {
    const tenant = await serve();
    // A file may be no larger than 4 KiB: the first page fits, the tables do not.
    const script = `trap '' XFSZ; ulimit -f 8; exec "${process.execPath}" "${BIN}" trace --format json --sample 5`;
    const env = { ...tenant.env, PATH: process.env['PATH'] ?? '', MAILCHECK_HOME: home };
    const run = await runProgram('sh', ['-c', script], { args: ['trace'], env });
    expectAlone(run, tenant, /cannot be used: its disk/u);
  });

  test('a damaged ledger is set aside, and counted on in a new one', async () => {
    const tenant = await serve();
    await trace(tenant);
    await writeFile(join(home, 'quota.db'), 'no database at all '.repeat(999));
    const run = await trace(tenant);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('quota.db is damaged; it is kept as');
    expect((await account()).data).toMatchObject([{ used: 6 }]);
  });

  test.runIf(!hasOwnSqlite)('Node.js 20 without the package says what to install', async () => {
    const tenant = await serve();
    const without = new URL('../processes/without-libsql.mjs', import.meta.url).href;
    const run = await trace(tenant, [], { NODE_OPTIONS: `--import=${without}` });
    expectAlone(run, tenant, /has no SQLite of its own, and the package libsql is not installed\./u);
    expect(run.stderr).toContain('npm install --global libsql@0.5');
  });

  test('quota itself cannot answer then, and says so', async () => {
    await mkdir(join(home, 'quota.db'), { recursive: true });
    const run = await runMailcheck(['quota'], { env: { MAILCHECK_HOME: home } });
    expect([run.exitCode, run.stdout]).toEqual([4, '']);
    expect(run.stderr).toContain('is no regular file');
  });
});

test('a drill neither uses the real budget nor leaves anything in the real store', async () => {
  const run = await runMailcheck(['trace', '--drill', '--sample', '5'], { env: { MAILCHECK_HOME: home } });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).not.toContain('alone');
  expect(await readdir(folder)).toEqual([]);
});

const TELLING = new URL('../processes/telling-imports.mjs', import.meta.url).href;

test.each<[string[], number]>([
  [['--help'], 0],
  [['--version'], 0],
  [['explain', '450 4.4.318 x'], 0],
  [['help', 'files'], 0],
  [['quota', '--help'], 0],
  [['trace', '--sinse', '4h'], 64],
])('%j needs no store and loads nothing of it', async (args, code) => {
  const run = await runMailcheck(args, { env: { NODE_OPTIONS: `--import=${TELLING}` } });
  expect([run.exitCode, run.stdout.match(/LOADED .*/u)?.[0]]).toEqual([code, undefined]);
});

test('a trace does load it', async () => {
  const run = await trace(await serve(), [], { NODE_OPTIONS: `--import=${TELLING}` });
  const loaded = [...run.stdout.matchAll(/LOADED the store: (.*)/gu)].map(([, name = '']) => name);
  // Its own code, and not the driver alone: else the rows above could no longer fail by it.
  expect(loaded.filter((name) => name.startsWith('file:'))).not.toEqual([]);
});
