/**
 * Why: a text that is copied into a monitor must work there as it stands. Each text of `mailcheck help ci` is read by the
 * rules of the program that it is for, and what it starts is started, in the middle of an outage; where the program itself
 * is on this machine, it judges the text as well. Tenant: January at 14:50. Requests: not counted here.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { ci } from '#commands/topics/ci.js';
import * as examples from '#commands/topics/ci/examples.js';
import { type Drill, startDrill } from '#simulator/drill.js';

import { readCommands, readStepFile } from '../monitors/read-github.js';
import { readJunit } from '../monitors/read-junit.js';
import { readNagios } from '../monitors/read-nagios.js';
import { readOpenMetrics } from '../monitors/read-openmetrics.js';
import { READY_TOKEN } from '../secrets/canary.js';
import { BIN, runProgram } from './run-mailcheck.js';
import { thisSecond } from './serve-tenant.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-ci-'));
// Icinga reads as a user of its own.
chmodSync(FOLDER, 0o755);
const INSTALLED = '/usr/local/bin/mailcheck';
/** Stands where the examples have it installed. */
const PROGRAM = file('mailcheck', `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, 0o755);
const TIME = 120_000;

function file(name: string, text: string, mode = 0o600): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text, { mode });
  return path;
}

let drill: Drill;
let tenant: Environment = {};
beforeAll(async () => {
  const now = thisSecond();
  drill = await startDrill({
    ...{ scenario: 'january-2026', at: '14:50', seed: 1, clock: () => now, log: null },
    ...{ tokenChecks: 'any', quirks: { quota: null } },
  });
  const tokens = { MAILCHECK_GRAPH_TOKEN: READY_TOKEN, MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN };
  tenant = { ...drill.environment(file('ca.pem', drill.caPem)), ...tokens };
});
afterAll(async () => {
  await drill.close();
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
});

type Environment = Readonly<Record<string, string>>;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, words: readonly string[], env: Environment): Promise<Ran> {
  const { exitCode, ...said } = await runProgram(program, words, { args: words, env, cwd: FOLDER });
  return { code: exitCode ?? 0, ...said };
}

/** What the text says, pointed at the drill instead: sign-in and folders are those of this test. */
function here(given: Environment, home: string): Environment {
  return { ...given, ...tenant, MAILCHECK_HOME: join(FOLDER, home) };
}

function has(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

test('every text stands on the page, line by line', () => {
  const page = Array.isArray(ci.paragraphs) ? ci.paragraphs.join('\n') : '';
  for (const text of Object.values(examples))
    for (const line of text.trimEnd().split('\n')) expect(page).toContain(line);
});

test('no text holds a secret, or asks for one in an argument', () => {
  for (const text of Object.values(examples))
    expect(text).not.toMatch(/SECRET|secrets\.|PASSWORD|_TOKEN|--client-secret/u);
});

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly permissions: object;
  readonly jobs: {
    readonly check: {
      readonly steps: readonly Step[];
      readonly env: Environment;
      readonly permissions?: object;
    };
  };
}

describe('GitHub Actions', () => {
  const workflow = parse(examples.WORKFLOW) as Workflow;
  const { steps, env } = workflow.jobs.check;
  /** Of a step that was not there, and of one that stands there. */
  const runOf = (id: string): string => steps.find((step) => step.id === id)?.run ?? expect.fail(id);

  test('the job may ask for an id token and nothing else', () => {
    expect(workflow.permissions).toEqual({ 'id-token': 'write' });
    expect(workflow.jobs.check.permissions).toBeUndefined();
  });

  test('actions are pinned, versions are named, and its times are times', () => {
    for (const { uses } of steps)
      if (uses !== undefined) expect(uses).toMatch(/^[\w./-]+@FULL_COMMIT_HASH$/u);
    expect(steps.find((step) => step.run?.includes('npm'))?.run).toMatch(
      /--ignore-scripts exchange-mailcheck@VERSION$/u,
    );
    for (const { cron } of workflow.on.schedule) expectCronTimes(cron.split(' '));
  });

  test('what others wrote reaches a shell by the environment alone', () => {
    for (const { run: script = '' } of steps) expect(script).not.toContain('${{');
  });

  test(
    'the steps run in the shell of a runner, and the ones after it are told',
    async () => {
      const summary = file('summary.md', '');
      const outputs = file('outputs', '');
      const inStep = {
        ...here(env, 'runner'),
        PATH: `${FOLDER}:${process.env['PATH'] ?? ''}`,
        ...{ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs },
      };
      const bash = (script: string, more: Environment = {}): Promise<Ran> =>
        run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { ...inStep, ...more });
      const judged = await bash(runOf('judge'));
      expect([judged.code, judged.stderr]).toEqual([2, '']);
      expect(readCommands(judged.stdout).map(({ command }) => command)).toContain('error');
      expect(readFileSync(summary, 'utf8')).toMatch(/CRITICAL/u);
      expect(readJunit(readFileSync(join(FOLDER, 'mail-flow.xml'), 'utf8')).cases.length).toBeGreaterThan(5);
      const told = readStepFile(readFileSync(outputs, 'utf8'));
      expect([told.get('level'), told.get('exit-code')]).toEqual(['critical', '2']);
      const tell = steps.find((step) => step.env !== undefined) ?? expect.fail('no step tells');
      expect(tell.if).toBe('always()');
      const said = await bash(tell.run ?? '', filledIn(tell.env ?? {}, told));
      expect([said.code, said.stdout]).toEqual([0, `critical - ${told.get('sentence') ?? ''}\n`]);
    },
    TIME,
  );
});

/** `${{ steps.judge.outputs.NAME }}`, as a runner fills it in. */
function filledIn(env: Environment, outputs: ReadonlyMap<string, string>): Environment {
  return Object.fromEntries(
    Object.entries(env).map(([name, text]) => {
      const wanted = /^\$\{\{ steps\.judge\.outputs\.([\w-]+) \}\}$/u.exec(text)?.[1] ?? expect.fail(text);
      return [name, outputs.get(wanted) ?? expect.fail(wanted)];
    }),
  );
}

const CRON_RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

function expectCronTimes(fields: readonly string[]): void {
  expect(fields).toHaveLength(CRON_RANGES.length);
  for (const [index, [low, high]] of CRON_RANGES.entries()) {
    for (const part of fields[index]?.split(',') ?? []) {
      const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/u.exec(part) ?? expect.fail(part);
      for (const number of [from, to]) {
        if (number === undefined) continue;
        expect(Number(number)).toBeGreaterThanOrEqual(low);
        expect(Number(number)).toBeLessThanOrEqual(high);
      }
      if (step !== undefined) expect(Number(step)).toBeGreaterThan(0);
    }
  }
}

describe('cron', () => {
  const lines = examples.CRONTAB.trimEnd().split('\n');
  const settings = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/u.exec(line) ?? [];
      return name === '' ? [] : [[name, value]];
    }),
  );
  const jobs = lines.filter((line) => !/^[A-Z_]+=/u.test(line));

  test('one job with five times, a user and a command without a percent sign, which would end it', () => {
    expect(jobs).toHaveLength(1);
    const [user, ...command] = jobs[0]?.split(' ').slice(5) ?? [];
    expectCronTimes(jobs[0]?.split(' ').slice(0, 5) ?? []);
    expect([user, command[0]]).toEqual(['mailcheck', INSTALLED]);
    expect(jobs[0]).not.toContain('%');
    expect(settings['MAILTO']).toMatch(/@/u);
  });

  test(
    'what cron mails is the news, and no more of the same',
    async () => {
      const command = jobs[0]?.split(' ').slice(6).join(' ').replace(INSTALLED, PROGRAM) ?? '';
      const env = { ...here(settings, 'cron'), PATH: '/usr/bin:/bin' };
      const runs: Ran[] = [];
      for (let tick = 0; tick < 4; tick += 1) runs.push(await run('/bin/sh', ['-c', command], env));
      expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
      expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
      expect(runs[0]?.stdout).toMatch(/CRITICAL/u);
      // It may grow worse once more before it is old.
      expect(runs.at(-1)?.stdout).toBe('');
    },
    TIME,
  );
});

/** `[Section]`, then `Key=Value`, where a backslash at the end of a line goes on with the next. */
function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  let section = '';
  for (const line of text.replaceAll(/\\\n\s*/gu, '').split('\n')) {
    if (line === '') continue;
    const named = /^\[(\w+)\]$/u.exec(line)?.[1];
    if (named !== undefined) {
      section = named;
      continue;
    }
    const [, key = '', value = ''] = /^(\w+)=(.*)$/u.exec(line) ?? expect.fail(line);
    values.set(`${section}.${key}`, [...(values.get(`${section}.${key}`) ?? []), value]);
  }
  return values;
}

describe('systemd and the textfile collector', () => {
  const METRICS = '/var/lib/prometheus/node-exporter';
  const unit = readUnit(examples.SERVICE);
  const seen: { ran: Ran | null; metrics: string } = { ran: null, metrics: '' };

  beforeAll(async () => {
    const [program = '', ...args] =
      unit.get('Service.ExecStart')?.[0]?.replace(INSTALLED, PROGRAM).replace(METRICS, FOLDER).split(/ +/u) ??
      [];
    const settings = (unit.get('Service.Environment') ?? []).map(
      (line) => line.split('=') as [string, string],
    );
    seen.ran = await run(program, args, here(Object.fromEntries(settings), 'service'));
    seen.metrics = readFileSync(join(FOLDER, 'mailcheck.prom'), 'utf8');
  }, TIME);

  test('the service runs, and its verdicts are successes', () => {
    expect([seen.ran?.code, seen.ran?.stderr]).toEqual([2, '']);
    expect(unit.get('Service.SuccessExitStatus')?.[0]?.split(' ')).toEqual(['1', '2', '3']);
  });

  test('the metrics take their name when they are whole, and alerts ask for those that are there', async () => {
    expect((await readdir(FOLDER)).filter((name) => name.includes('.prom'))).toEqual(['mailcheck.prom']);
    const names = readOpenMetrics(seen.metrics).map(({ name }) => name);
    const alerts = parse(examples.ALERTS) as { groups: { rules: { expr: string }[] }[] };
    const rules = alerts.groups.flatMap((group) => group.rules);
    const asked = new Set(rules.flatMap(({ expr }) => expr.match(/mailcheck_\w+/gu) ?? []));
    expect(asked.size).toBeGreaterThan(1);
    expect([...asked].filter((name) => !names.includes(name))).toEqual([]);
  });

  test('the timer starts the service of its name, every five minutes', () => {
    const timer = readUnit(examples.TIMER);
    expect([timer.get('Timer.OnCalendar'), timer.get('Install.WantedBy')]).toEqual([
      ['*:0/5'],
      ['timers.target'],
    ]);
    expect(timer.has('Timer.Unit')).toBe(false);
  });

  test.skipIf(!has('systemd-analyze'))(
    'systemd-analyze has nothing to say (skipped where it is not installed)',
    () => {
      const units = [
        file('mailcheck.service', examples.SERVICE.replaceAll(INSTALLED, PROGRAM)),
        file('mailcheck.timer', examples.TIMER),
      ];
      expect(execFileSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8', stdio: 'pipe' })).toBe(
        '',
      );
    },
  );

  test.skipIf(!has('promtool'))(
    'promtool accepts metrics and rules (skipped where it is not installed)',
    () => {
      execFileSync('promtool', ['check', 'metrics'], { input: seen.metrics, stdio: 'pipe' });
      execFileSync('promtool', ['check', 'rules', file('alerts.yml', examples.ALERTS)], { stdio: 'pipe' });
    },
  );
});

/** The verdict as a plugin tells it: a line that begins with the program and the word of its code. */
function expectPlugin({ code, stdout, stderr }: Ran): void {
  expect([code, stderr]).toEqual([2, '']);
  expect(stdout).toMatch(/^MAILCHECK CRITICAL - /u);
  expect(readNagios(stdout).perfdata.length).toBeGreaterThan(3);
}

describe('Icinga 2', () => {
  const text = examples.ICINGA;
  const quoted = (list: string): readonly string[] =>
    [...list.matchAll(/"([^"]*)"/gu)].map((match) => match[1] ?? '');
  const block = (name: string): string =>
    new RegExp(String.raw`^  ${name} = [\[{](.*?)[\]}]$`, 'msu').exec(text)?.[1] ?? expect.fail(name);

  test(
    'its command runs, without the arguments whose variable is not set',
    async () => {
      const [program = '', ...words] = quoted(block('command'));
      const timeout = /vars\.mailcheck_timeout = "(\w+)"/u.exec(text)?.[1] ?? '';
      const pairs = block('arguments').trim().split('\n').map(quoted);
      const args = pairs.flatMap(([flag = '', value]) =>
        value === '$mailcheck_timeout$' ? [flag, timeout] : [],
      );
      expect(pairs.map(([flag]) => flag)).toEqual(['--policy', '--timeout']);
      expect(program).toBe(INSTALLED);
      const env = Object.fromEntries(
        [...block('env').matchAll(/(\w+) = "([^"]*)"/gu)].map(([, name = '', value = '']) => [name, value]),
      );
      expectPlugin(await run(PROGRAM, [...words, ...args], here(env, 'icinga')));
    },
    TIME,
  );

  test.skipIf(!has('icinga2'))(
    'icinga2 accepts it (skipped where it is not installed)',
    () => {
      const around = `include <itl>
const NodeName = "localhost"
object Endpoint NodeName {}
object Zone NodeName { endpoints = [ NodeName ] }
object Host "exchange-online" {
  check_command = "dummy"
  vars.mailcheck_tenant = "contoso.example"
  vars.mailcheck_client = "22222222-2222-4222-8222-222222222222"
}
`;
      const path = file('icinga.conf', around + text, 0o644);
      const said = execFileSync('icinga2', ['daemon', '-C', '-c', path], { encoding: 'utf8', stdio: 'pipe' });
      expect(said).toMatch(/Instantiated 1 Service\./u);
    },
    TIME,
  );
});

describe('Nagios', () => {
  const definitions = [...examples.NAGIOS.matchAll(/^define (\w+) \{\n(.*?)^\}$/gmsu)].map(
    ([, kind = '', body = '']) => ({
      kind,
      values: new Map(
        body
          .replaceAll(/\\\n\s*/gu, '')
          .trim()
          .split('\n')
          .map((line) => {
            const [, key = '', value = ''] = /^\s*(\w+)\s+(.*)$/u.exec(line) ?? expect.fail(line);
            return [key, value] as const;
          }),
      ),
    }),
  );

  test(
    'the service calls the command that is defined, and its line runs',
    async () => {
      const [command, service] = definitions;
      expect([command?.kind, service?.kind]).toEqual(['command', 'service']);
      const [called, ...given] = service?.values.get('check_command')?.split('!') ?? [];
      expect(called).toBe(command?.values.get('command_name'));
      const line = (command?.values.get('command_line') ?? '').replaceAll(
        /\$ARG(\d)\$/gu,
        (_macro, number: string) => given[Number(number) - 1] ?? expect.fail(number),
      );
      expect(line).not.toContain('$');
      const home = `MAILCHECK_HOME=${join(FOLDER, 'nagios')}`;
      const pointed = line
        .replace(INSTALLED, PROGRAM)
        .replace(/MAILCHECK_HOME=\S+/u, home)
        // The tenant of the drill has another name.
        .replace(/AZURE_TENANT_ID=\S+/u, `AZURE_TENANT_ID=${tenant['AZURE_TENANT_ID'] ?? ''}`);
      expectPlugin(await run('/bin/sh', ['-c', pointed], here({}, 'nagios')));
    },
    TIME,
  );
});
