/**
 * Why: answers are piped, kept, mailed and archived; what stands in a file must be whole, private and the answer to
 * this run. Tenant: 40 rows with some trouble; one that stops answering; and drills. Requests: lists without details.
 */
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';

import { traceOf } from './read-answer.js';
import { cellsOf } from './read-csv.js';
import type { Run, RunOptions } from './run-mailcheck.js';
import { runMailcheck, startMailcheck } from './run-mailcheck.js';
import type { Served, ServedTenant } from './serve-tenant.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

let tenant: ServedTenant;
let folder = '';
beforeEach(async () => {
  tenant = await serveForty({});
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
});
afterEach(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

function serveForty(options: Served): Promise<ServedTenant> {
  const now = thisSecond();
  const statuses = ['failed', 'pending', 'delivered', 'delivered'];
  const rows = rowsBetween(now, [20, 200], 40, (index) => ({ status: statuses[index % 4] ?? '' }));
  return serveTenant(now, rows, { quirks: { quota: null }, ...options });
}

function trace(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const env = { ...tenant.env, ...options.env };
  return runMailcheck(['trace', '--sample', 'none', ...args], { cwd: folder, ...options, env });
}

describe('--output', () => {
  test('writes each file whole and private, beside the screen', async () => {
    const run = await trace(['--output', 'json=a.json', '--output=csv=b=c.csv', '--output', 'ndjson=d']);
    expect([run.exitCode, run.stdout.split('\n')[0]]).toEqual([
      0,
      '10 held (4.x) and 10 failed (5.x) of 40 deliveries, 14 messages.',
    ]);
    expect((await readdir(folder)).toSorted()).toEqual(['a.json', 'b=c.csv', 'd']);
    const json = traceOf({ ...run, stdout: await readFile(join(folder, 'a.json'), 'utf8') });
    expect([json.data.length, json.outcome.exitCode]).toEqual([40, 0]);
    expect(cellsOf(await readFile(join(folder, 'b=c.csv'), 'utf8'))).toHaveLength(41);
    expect((await readFile(join(folder, 'd'), 'utf8')).trimEnd().split('\n')).toHaveLength(41);
    for (const name of ['a.json', 'b=c.csv', 'd'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  test('replaces an older file, also behind a link, and makes it private', async () => {
    await writeFile(join(folder, 'kept.json'), 'old');
    await chmod(join(folder, 'kept.json'), 0o644);
    await symlink('kept.json', join(folder, 'latest.json'));
    expect((await trace(['--output', 'json=latest.json'])).exitCode).toBe(0);
    expect((await lstat(join(folder, 'latest.json'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'kept.json'), 'utf8')).toContain('"mailcheck.trace/1"');
    expect((await stat(join(folder, 'kept.json'))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['429:900', 3, 'throttled'],
    ['401', 4, 'refused'],
  ])('keeps the older file when the service answers %s', async (fault, exitCode) => {
    await tenant.close();
    tenant = await serveForty({ faults: faultScript({ 1: fault, 2: fault }) });
    await writeFile(join(folder, 'kept.json'), 'old');
    const run = await trace(['--output', 'json=kept.json', '--output', 'csv=new.csv']);
    expect(run.exitCode).toBe(exitCode);
    expect(await readFile(join(folder, 'kept.json'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['kept.json']);
  });

  test('writes what there is when pages are missing, and the file says so', async () => {
    const run = await trace(['--max-requests', '1', '--sample', '5', '--output', 'json=part.json']);
    expect(run.exitCode).toBe(3);
    const part = traceOf({ ...run, stdout: await readFile(join(folder, 'part.json'), 'utf8') });
    expect(part.incomplete).toEqual([expect.objectContaining({ reason: 'quota' })]);
    expect(part.outcome).toEqual({ level: 'unknown', exitCode: 3 });
  });

  test.each([
    ['json=missing/a.json', 'a folder that is not there'],
    ['json=.', 'a folder itself'],
  ])('%s is refused before anything is asked: %s', async (output) => {
    const run = await trace(['--output', 'csv=good.csv', '--output', output]);
    expect([run.exitCode, run.stdout]).toEqual([64, '']);
    expect(run.stderr).toMatch(/mailcheck: \S+ cannot be written\.\n {2}Name a file in a folder/u);
    expect(tenant.lines).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a pipe is written, not replaced', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read, run] = await Promise.all([readFile(pipe, 'utf8'), trace(['--output', 'json=pipe'])]);
    expect([run.exitCode, (await lstat(pipe)).isFIFO()]).toEqual([0, true]);
    expect(traceOf({ ...run, stdout: read }).data).toHaveLength(40);
  });

  test('a batch with a broken line keeps its answers in the file', async () => {
    const input = '{"id":1,"text":"550 5.1.1 x"}\nbroken\n';
    const run = await runMailcheck(['explain', '--batch', '--output', 'csv=a.csv'], { cwd: folder, input });
    expect([run.exitCode, run.stderr.split('\n')[0]]).toEqual([
      65,
      'mailcheck: 1 input line was broken; all others are answered.',
    ]);
    expect(cellsOf(await readFile(join(folder, 'a.csv'), 'utf8'))).toHaveLength(3);
  });
});

describe('--limit', () => {
  test.each([['json'], ['ndjson'], ['csv']])('%s holds as many rows, trouble first', async (format) => {
    const { stdout } = await trace(['--limit', '15', '--format', format]);
    const states =
      format === 'csv'
        ? cellsOf(stdout)
            .slice(1)
            .map((cells) => cells[1])
        : [...stdout.matchAll(/"state":"(\w+)"/gu)].map((match) => match[1]);
    expect(states).toHaveLength(15);
    expect(states.filter((state) => state === 'delivered')).toEqual([]);
  });

  test.each([
    [['--limit', '15'], 15],
    [['--limit', '0'], 0],
    [['--limit', '400'], 40],
    [[], 40],
  ])('%j: the summary stays whole and says how many are shown', async (args, shown) => {
    const { summary, data } = traceOf(await trace([...args, '--format', 'json']));
    expect(summary).toMatchObject({ deliveries: 40, held: 10, failed: 10, delivered: 20, shown });
    expect(data).toHaveLength(shown);
  });

  test('the screen shows five rows unless told otherwise: the sums above them must stay in sight', async () => {
    const [usual, three] = await Promise.all([trace([]), trace(['--limit', '3'])]);
    expect(usual.stdout).toContain('\nDeliveries, 5 of 40; newest trouble first');
    expect(three.stdout).toContain('\nDeliveries, 3 of 40; newest trouble first');
    expect(three.stdout.match(/^(?:pending|bounced) /gmu)).toHaveLength(3);
  });
});

describe('pipes, colour and talk', () => {
  test('piping changes neither format nor words', async () => {
    const { stdout } = await trace([]);
    expect(stdout).toMatch(/^10 held \(4\.x\) and 10 failed \(5\.x\)/u);
    expect(stdout).not.toContain('\u001b');
  });

  test.each<[string[], Record<string, string>, boolean, string]>([
    [['--color', 'always'], {}, true, 'asked for'],
    [['--color', 'always'], { NO_COLOR: '1' }, true, 'asked for by flag, which is stronger'],
    [['--color', 'never'], { FORCE_COLOR: '1' }, false, 'refused'],
    [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, false, 'refused by the environment'],
    [[], {}, false, 'a pipe has none'],
  ])('%j with %j: colour %s: %s', async (args, env, isColoured) => {
    const { stdout } = await trace(args, { env });
    expect(stdout.includes('\u001b[')).toBe(isColoured);
  });

  test('without COLUMNS nothing is cut in a pipe', async () => {
    const { stdout } = await trace(['--limit', '40'], { env: { COLUMNS: '' } });
    expect(stdout).not.toContain('…');
    expect(stdout).toContain('r37@contoso.example');
  });

  test('--quiet says nothing but errors', async () => {
    expect((await trace(['--quiet'])).stderr).toBe('');
    const wrong = await runMailcheck(['trace', '--quiet', '--file', 'missing.csv'], { cwd: folder });
    expect([wrong.exitCode, wrong.stderr]).toEqual([65, expect.stringMatching(/^mailcheck: /u)]);
  });

  test('what CSV cannot hold is said on stderr', async () => {
    const run = await trace(['--sample', '5', '--max-requests', '1', '--format', 'csv']);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toMatch(/^Not seen: the details of 5 of 5 sampled deliveries \(quota\)/mu);
  });

  test.each([['table'], ['json'], ['ndjson'], ['csv']])(
    'a reader of %s that leaves is no error',
    async (format) => {
      const run = await runMailcheck(['trace', '--drill=calm', '--since', '2d', '--format', format], {
        linesRead: 1,
      });
      expect([run.exitCode, run.stderr.split('\n').length]).toEqual([0, 2]);
    },
  );
});

describe('--redact', () => {
  test.each([['table'], ['json'], ['ndjson'], ['csv'], ['markdown']])(
    'no person is left in %s',
    async (format) => {
      const { stdout } = await trace(['--redact', '--format', format, '--limit', '40']);
      expect(stdout).not.toMatch(/\br\d+@|ben@|Invoice 17|203\.0\.113\.10/u);
      expect(stdout).toMatch(/user-[0-9a-f]{8}/u);
    },
  );

  test('the same person keeps one mark within a run, and gets another in the next', async () => {
    const runs = [
      await trace(['--redact', '--format', 'json']),
      await trace(['--redact', '--format', 'json']),
    ];
    const [first, second] = runs.map((run) => traceOf(run).data.map((row) => row.sender));
    expect(new Set(first).size).toBe(1);
    expect(new Set(second).size).toBe(1);
    expect(first?.[0]).toMatch(/^user-[0-9a-f]{8}@fabrikam\.example$/u);
    expect(first?.[0]).not.toBe(second?.[0]);
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a listing that hangs, as JSON too', async (signal, exitCode) => {
  await tenant.close();
  tenant = await serveForty({ faults: faultScript({ 1: 'stall' }) });
  await writeFile(join(folder, 'kept.json'), 'old');
  const args = ['trace', '--format', 'json', '--output', 'json=kept.json'];
  const child = startMailcheck(args, { env: tenant.env, cwd: folder });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await tenant.firstRequest;
  child.kill(signal);
  expect(await ended).toBe(exitCode);
  const answer = traceOf({ stdout: Buffer.concat(chunks).toString(), stderr: '', exitCode });
  expect(answer.outcome).toEqual({ level: 'unknown', exitCode });
  expect(answer.error?.kind).toBe(signal === 'SIGINT' ? 'interrupted' : 'terminated');
  expect(await readdir(folder)).toEqual(['kept.json']);
  expect(await readFile(join(folder, 'kept.json'), 'utf8')).toBe('old');
});
