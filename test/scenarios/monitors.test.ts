/**
 * Why: a monitor or a build acts on the verdict while nobody looks, so it must get one from every run, also from those
 * that went wrong before anything was asked, and never one that names a person. Tenant: drills; one that answers
 * nothing but throttling. Requests: those of status and health.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';

import { readCommands, readStepFile } from '../monitors/read-github.js';
import { readJunit } from '../monitors/read-junit.js';
import { readNagios } from '../monitors/read-nagios.js';
import type { MetricFamily } from '../monitors/read-openmetrics.js';
import { readOpenMetrics } from '../monitors/read-openmetrics.js';
import { READY_TOKEN } from '../secrets/canary.js';
import { IDLE_SECRETS } from '../secrets/secret-variables.js';
import { traceOf } from './read-answer.js';
import type { Run, RunOptions } from './run-mailcheck.js';
import { runMailcheck, runProgram } from './run-mailcheck.js';
import type { ServedTenant } from './serve-tenant.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

let folder = '';
const open: ServedTenant[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-monitors-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  await rm(folder, { recursive: true, force: true });
});

const mailcheck = (line: string, options: RunOptions = {}): Promise<Run> =>
  runMailcheck(line.split(' '), { cwd: folder, ...options });
const textOf = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** Every request is refused for now. */
async function throttled(): Promise<Readonly<Record<string, string>>> {
  const now = thisSecond();
  const faults = faultScript(
    Object.fromEntries(Array.from({ length: 60 }, (_, index) => [index + 1, '429:900'])),
  );
  const tenant = await serveTenant(
    now,
    rowsBetween(now, [20, 200], 5, () => ({})),
    { faults },
  );
  open.push(tenant);
  return tenant.env;
}

function level(families: readonly MetricFamily[]): number | undefined {
  return families.find(({ name }) => name === 'mailcheck_level')?.samples[0]?.value;
}

const NUMBERS: Readonly<Record<string, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

describe('one run, five files', () => {
  test.each([
    ['status --drill=june-2026', 'critical', 2],
    ['queue --drill=june-2026', 'critical', 2],
    ['health --drill=calm', 'ok', 0],
    ['connectors --drill=june-2026', 'warning', 1],
    ['relay --drill=june-2026', 'warning', 1],
  ])('%s tells %s in each', async (line, expected, code) => {
    const files = ['json', 'nagios', 'junit', 'openmetrics', 'github'].map(
      (name) => `--output ${name}=${name}`,
    );
    const run = await mailcheck(`${line} --drill-exit --quiet ${files.join(' ')}`);
    expect([run.exitCode, run.stderr]).toEqual([code, '']);
    const json = traceOf({ ...run, stdout: await textOf('json') });
    expect(json.outcome.level).toBe(expected);
    const nagios = readNagios(await textOf('nagios'));
    expect([nagios.word, nagios.perfdata[0]?.value]).toEqual([expected.toUpperCase(), code]);
    const junit = readJunit(await textOf('junit'));
    expect(junit.properties.get('level')).toBe(expected);
    expect(junit.cases[0]).toMatchObject({
      name: 'verdict',
      ending: expected === 'ok' ? 'passed' : 'failure',
    });
    const metrics = readOpenMetrics(await textOf('openmetrics'));
    expect(level(metrics)).toBe(NUMBERS[expected]);
    expect(metrics.find(({ name }) => name === 'mailcheck_drill')?.samples[0]?.value).toBe(1);
    const [verdict] = readCommands(await textOf('github'));
    expect(verdict?.properties['title']).toMatch(new RegExp(`^DRILL .*: ${expected.toUpperCase()}$`, 'u'));
    // Whoever collects metrics is another user; all else is ours alone.
    const modes = await Promise.all(['json', 'junit', 'openmetrics'].map((name) => stat(join(folder, name))));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['600', '600', '644']);
  });

  test('names no person in the four, though the screen beside them does', async () => {
    const files = ['nagios', 'junit', 'openmetrics', 'github'].map((name) => `--output ${name}=${name}`);
    const run = await mailcheck(`queue --drill=june-2026 ${files.join(' ')}`);
    expect(run.stdout).toMatch(/[a-z0-9]@[a-z]/u);
    for (const name of await readdir(folder)) expect(await textOf(name)).not.toMatch(/[a-z0-9]@[a-z]/u);
  });

  test.each([
    ['', /\[ip-[0-9a-f]{8}\]/u, 'redacted by itself'],
    [' --no-redact', /\[\d+\.\d+\.\d+\.\d+\]/u, 'shown where that is asked for'],
  ])('status --format junit%s: an address is %s', async (flag, pattern) => {
    const { stdout } = await mailcheck(`status --drill=june-2026 --format junit${flag}`);
    expect(stdout).toMatch(pattern);
  });
});

describe('--format nagios has four codes and one line, whatever happens', () => {
  test.each<[string, RegExp, string]>([
    ['status --sinse 4h --format nagios', /Unknown option/u, 'a wrong flag'],
    ['--format nagios', /before any command/u, 'no command'],
    ['trase --format=nagios', /trase/u, 'a misspelt command'],
    ['trace --format NAGIOS', /table, json, ndjson, csv, markdown/u, 'a command that judges nothing'],
    ['queue --format nagios --plan', /tells a verdict, and this answer is none/u, 'a plan'],
    ['queue --format nagios --watch 60s', /--watch/u, 'what has no end'],
    ['queue --format nagios --file missing.csv', /missing\.csv/u, 'a file that is not there'],
    ['status --format nagios', /AZURE_TENANT_ID|not signed in|could not be asked/iu, 'no credentials'],
    [
      'status --drill=calm --format nagios --output json=no/a.json',
      /cannot be written/u,
      'a file for nobody',
    ],
    ['status --drill=august --format nagios', /calm, january-2026/u, 'a scenario that is none'],
    ['queue --graph-url http://127.0.0.1:9 --format nagios', /cannot be reached/u, 'a dead endpoint'],
  ])('%s is UNKNOWN: %s', async (line, pattern) => {
    const env = line.includes('--graph-url') ? { MAILCHECK_GRAPH_TOKEN: READY_TOKEN } : {};
    const run = await mailcheck(line, { env });
    expect([run.exitCode, run.stderr]).toEqual([3, '']);
    expect(run.stdout.match(/^MAILCHECK /gmu)).toHaveLength(1);
    const { word, perfdata } = readNagios(run.stdout);
    expect([word, perfdata[0]?.value]).toEqual(['UNKNOWN', 3]);
    expect(run.stdout).toMatch(pattern);
  });

  test.each([
    ['check --domain ann@contoso.example --format nagios', /user-[0-9a-f]{8}@contoso/u, 'a plugin'],
    ['check --domain ann@contoso.example --format junit', /user-[0-9a-f]{8}@contoso/u, 'the log of a build'],
    ['check --domain ann@contoso.example --format github --no-redact', /ann@contoso/u, 'asked for'],
    ['trace --limit ann@contoso.example --format json --redact', /user-[0-9a-f]{8}@contoso/u, 'a script'],
    ['trace --limit ann@contoso.example', /ann@contoso/u, 'who typed it'],
  ])('%s: what was given wrongly is told as addresses are: %s, for %s', async (line, pattern) => {
    const { stdout, stderr } = await mailcheck(line);
    const told = `${stdout}${stderr}`;
    expect(told).toMatch(pattern);
    if (!pattern.source.startsWith('ann')) expect(told).not.toContain('ann@');
  });

  test('behind -- it is text, and the codes are the usual ones', async () => {
    const run = await mailcheck('explain --nosuch -- --format nagios');
    expect([run.exitCode, run.stdout]).toEqual([64, '']);
  });

  test('the last format counts, as everywhere', async () => {
    const run = await mailcheck('status --sinse 4h --format nagios --format json');
    expect([run.exitCode, JSON.parse(run.stdout)]).toMatchObject([64, { outcome: { exitCode: 64 } }]);
  });

  test.each([
    ['--fail-on critical', 0, 'OK', 1],
    ['--fail-on warning', 1, 'WARNING', 1],
  ])('%s: code %i, word %s, and the level all the same', async (flag, code, word, number) => {
    const run = await mailcheck(`connectors --drill=june-2026 --drill-exit --format nagios ${flag}`);
    const told = readNagios(run.stdout);
    expect([run.exitCode, told.word, told.perfdata[0]?.value]).toEqual([code, word, number]);
  });
});

describe('a bug', () => {
  /** The program with a main that breaks, or with an old Node.js. */
  async function broken(main: string | null, args: readonly string[], before = ''): Promise<Run> {
    const bin = join(folder, 'bin');
    await mkdir(join(folder, 'lib'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    if (main !== null) await writeFile(join(folder, 'lib', 'main.cjs'), main);
    await cp(fileURLToPath(new URL('../../bin', import.meta.url)), bin, { recursive: true });
    await writeFile(join(folder, 'before.cjs'), before);
    const words = ['--require', join(folder, 'before.cjs'), join(bin, 'mailcheck.js'), ...args];
    return runProgram(process.execPath, words, { args, env: { ...IDLE_SECRETS } });
  }

  const THROWS = "exports.main = () => { throw new Error('a | b\\u001b\\nat x'); };";
  const LATER =
    "exports.main = () => { setTimeout(() => { throw new Error('late'); }); return new Promise(() => {}); };";
  const OLD = "Object.defineProperty(process.versions, 'node', { value: '18.1.0' });";

  test.each([
    ['one that is thrown', THROWS, '', /bug: a \? b\?/u],
    ['one that comes later', LATER, '', /bug: late/u],
    ['an old Node.js', THROWS, OLD, /needs Node\.js 20\.19/u],
  ])('%s is UNKNOWN for a plugin', async (_what, main, before, pattern) => {
    const run = await broken(main, ['status', '--format', 'nagios'], before);
    expect([run.exitCode, run.stderr]).toEqual([3, '']);
    const { word, text } = readNagios(run.stdout);
    expect(word).toBe('UNKNOWN');
    expect(text).toMatch(pattern);
  });

  test('is none in a checkout that was not built: it says how', async () => {
    const { exitCode, stdout, stderr } = await broken(null, ['status']);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^mailcheck: this checkout is not built yet\.\n.*npm run bundle/u);
  });

  test('ends the run, whatever still goes on: a monitoring system would wait for a plugin', async () => {
    const goesOn = `setInterval(() => undefined, 1000); ${LATER}`;
    const run = await broken(goesOn, ['status', '--format', 'nagios']);
    expect([run.exitCode, run.stderr]).toEqual([3, '']);
    expect(run.stdout).toContain('bug: late');
  });

  test('tells where it was, and of a message no line but the first', async () => {
    const thrown = "exports.main = () => { throw new Error('a\\n    at /b/canary.js:1:1'); };";
    const { stderr } = await broken(thrown, ['status']);
    expect(stderr).toMatch(/Node\.js [\d.]+ on \w+, at main\.cjs:1:\d+ < mailcheck\.js:\d+:\d+/u);
    expect(stderr).not.toContain('canary');
  });

  test.each([
    ['one that is thrown', THROWS, '', 70],
    ['an old Node.js', THROWS, OLD, 4],
  ])('%s has its own code for everyone else', async (_what, main, before, code) => {
    const run = await broken(main, ['explain', '--', '--format=nagios'], before);
    expect([run.exitCode, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(/^mailcheck: /u);
  });
});

describe('a run that failed', () => {
  test('writes a report, and leaves metrics to grow old', async () => {
    await writeFile(join(folder, 'mail.prom'), 'old');
    const files = 'junit=mail.xml nagios=mail.txt github=mail.log openmetrics=mail.prom json=mail.json'
      .split(' ')
      .map((file) => `--output ${file}`);
    const run = await mailcheck(`queue --via graph ${files.join(' ')}`, { env: await throttled() });
    expect(run.exitCode).toBe(3);
    expect((await readdir(folder)).toSorted()).toEqual(['mail.log', 'mail.prom', 'mail.txt', 'mail.xml']);
    expect(await textOf('mail.prom')).toBe('old');
    const { cases, properties } = readJunit(await textOf('mail.xml'));
    expect([cases.map(({ ending }) => ending), properties.get('level')]).toEqual([['error'], 'unknown']);
    expect(readNagios(await textOf('mail.txt')).word).toBe('UNKNOWN');
    expect(readCommands(await textOf('mail.log'))).toEqual([expect.objectContaining({ command: 'warning' })]);
  });

  test('that judged in part is told as unknown everywhere, with what was not seen', async () => {
    const run = await mailcheck('status --format openmetrics --timeout 5s', { env: await throttled() });
    expect(run.exitCode).toBe(3);
    const families = readOpenMetrics(run.stdout);
    expect(level(families)).toBe(3);
    const checks = families.find(({ name }) => name === 'mailcheck_check_level')?.samples ?? [];
    expect(checks.map(({ labels }) => labels['check'])).toContain('not-seen-throttled');
  });
});

describe('a step of GitHub Actions', () => {
  const step = (): Readonly<Record<string, string>> => ({
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    GITHUB_OUTPUT: join(folder, 'outputs'),
  });

  test('has annotations, and a summary and outputs behind those of earlier commands', async () => {
    await writeFile(join(folder, 'outputs'), 'before=1\n');
    await writeFile(join(folder, 'summary.md'), 'before\n');
    const run = await mailcheck('status --drill=june-2026 --drill-exit --format github', { env: step() });
    expect(run.exitCode).toBe(2);
    expect(readCommands(run.stdout)).toHaveLength(run.stdout.split('\n').length - 1);
    const outputs = readStepFile(await textOf('outputs'));
    expect([...outputs.keys()]).toEqual(['before', 'level', 'exit-code', 'sentence']);
    expect([outputs.get('level'), outputs.get('exit-code')]).toEqual(['critical', '2']);
    expect(outputs.get('sentence')).toMatch(/mail is being deferred/u);
    expect(await textOf('summary.md')).toMatch(/^before\n### DRILL june-2026 mailcheck status: CRITICAL\n/u);
  });

  test('hears of a run that failed, too', async () => {
    const env = { ...(await throttled()), ...step() };
    expect((await mailcheck('queue --via graph --output github=x', { env })).exitCode).toBe(3);
    expect(readStepFile(await textOf('outputs')).get('level')).toBe('unknown');
  });

  test('is written to by no other format', async () => {
    await mailcheck('health --drill=calm --output junit=x.xml', { env: step() });
    expect(await readdir(folder)).toEqual(['x.xml']);
  });

  test.each(['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'])(
    '%s that leads elsewhere is refused before anything is asked',
    async (name) => {
      await symlink('/dev/null', join(folder, 'link'));
      const run = await mailcheck('health --drill=calm --format github', {
        env: { ...step(), [name]: join(folder, 'link') },
      });
      expect([run.exitCode, run.stdout]).toEqual([4, '']);
      expect(run.stderr).toContain(`What ${name} names cannot be written.`);
      expect(await readdir(folder)).toEqual(['link']);
    },
  );
});

test.each([
  ['trace --format junit', /--format cannot be "junit"[^]*table, json, ndjson, csv, markdown/u],
  ['trace --output junit=x', /--output cannot be "junit=x"[^]*one of table, json, ndjson, csv, markdown/u],
  ['status --plan --output junit=x', /junit tells a verdict, and this answer is none/u],
])('%s is refused, for there is no verdict', async (line, pattern) => {
  const run = await mailcheck(line);
  expect([run.exitCode, run.stdout, await readdir(folder)]).toEqual([64, '', []]);
  expect(run.stderr.replaceAll(/\s+/gu, ' ')).toMatch(pattern);
});
