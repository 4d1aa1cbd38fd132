/**
 * Why: a drill in one shell and the program in another is how a script is rehearsed, and it is the only proof that
 * the real sign-in library and our client agree with a token endpoint. Tenant: a drill of its own process, june-2026.
 * Requests: the drill's log tells of the token request, then of the trace with that token.
 */
import type { ChildProcess } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { afterEach, expect, test } from 'vitest';

import { canary } from '../secrets/canary.js';
import { traceOf } from './read-answer.js';
import { runMailcheck, startMailcheck } from './run-mailcheck.js';

interface RunningDrill {
  readonly child: ChildProcess;
  /** Standard output so far, by lines. */
  readonly lines: readonly string[];
  /** Resolves when a line fits; a test that waits in vain fails by its timeout. */
  readonly line: (pattern: RegExp) => Promise<string>;
  readonly exitCode: Promise<number | null>;
}

const running: RunningDrill[] = [];
afterEach(async () => {
  for (const drill of running.splice(0)) {
    drill.child.kill('SIGINT');
    await drill.exitCode;
  }
});

function startDrill(...args: readonly string[]): RunningDrill {
  const child = startMailcheck(['drill', ...args]);
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  let wake: () => void = () => undefined;
  if (child.stdout === null) throw new Error('standard output is a pipe here');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((each) => pattern.test(each));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const drill = { child, lines, line, exitCode };
  running.push(drill);
  return drill;
}

const SH = /^export (\w+)='([^']*)'$/u;
const POWERSHELL = /^\$env:(\w+) = '([^']*)'$/u;
/** A real sign-in of that shell is taken away, so that nothing of it reaches the drill. */
const TAKEN_AWAY = [
  'MAILCHECK_GRAPH_TOKEN',
  'MAILCHECK_EXCHANGE_TOKEN',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'MAILCHECK_PROFILE',
  'MAILCHECK_SIGN_IN',
  'MAILCHECK_SECRET_FILE',
  'MAILCHECK_CERTIFICATE_PASSWORD_FILE',
  'MAILCHECK_KEEP_TOKEN',
];
const NAMES = [
  'MAILCHECK_GRAPH_URL',
  'MAILCHECK_EXCHANGE_URL',
  'MAILCHECK_STATUS_URL',
  'MAILCHECK_CONTROL_URL',
  'MAILCHECK_MAIL_HOST',
  'AZURE_AUTHORITY_HOST',
  'MAILCHECK_CA_FILE',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'MAILCHECK_DNS_SERVER',
  'MAILCHECK_CONTROL_MAIL_HOST',
  'MAILCHECK_MAIL_DETOUR',
  'MAILCHECK_HOME',
  'MAILCHECK_RELAY_FILE',
  'MAILCHECK_SOURCE_LABEL',
];

/** The drill's environment lines, as the shell that they are pasted into would read them. */
async function environmentOf(drill: RunningDrill, assignment: RegExp): Promise<Record<string, string>> {
  await drill.line(/MAILCHECK_SOURCE_LABEL/u);
  const pairs = drill.lines.flatMap((line) => {
    const [, name, value] = assignment.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

test('the program signs in at the drill with its lines, and the log shows the token in use', async () => {
  const drill = startDrill('june-2026', '--log');
  const env = await environmentOf(drill, SH);
  expect(Object.keys(env)).toEqual(NAMES);
  expect(drill.lines[0]).toMatch(/^# DRILL june-2026: EX1331830/u);
  expect(env['AZURE_AUTHORITY_HOST']).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/u);
  expect((await stat(env['MAILCHECK_CA_FILE'] ?? '')).mode & 0o777).toBe(0o600);

  const run = await runMailcheck(['trace', '--format', 'json'], { env });
  const trace = traceOf(run);
  expect([run.exitCode, trace.source.kind]).toEqual([0, 'drill']);
  expect(trace.summary['held']).toBeGreaterThan(50);

  // The second shell counts its requests in the drill's own ledger, and quota there tells of them.
  const account = await runMailcheck(['quota'], { env });
  expect(account.stdout).toMatch(/^DRILL june-2026: simulated tenant\n[^]*\ntrace {2}/u);

  await drill.line(/getDetailsByRecipient/u);
  const log = drill.lines.filter((line) => /^# \d\d:\d\d:\d\d /u.test(line));
  const token = log.findIndex((line) =>
    / 200 sign-in POST \/[0-9a-f-]{36}\/oauth2\/v2\.0\/token/u.test(line),
  );
  const list = log.findIndex((line) =>
    / 200 graph GET \/v1\.0\/admin\/exchange\/tracing\/messageTraces\?/u.test(line),
  );
  expect(token).toBeGreaterThanOrEqual(0);
  expect(list).toBeGreaterThan(token);
  const fingerprint = /token ([0-9a-f]{8}) issued/u.exec(log[token] ?? '')?.[1] ?? 'none';
  const traced = log.filter((line) => line.includes(' graph GET '));
  expect(traced.filter((line) => !line.includes(`token ${fingerprint}`))).toEqual([]);
  expect(drill.lines.slice(1, 1 + TAKEN_AWAY.length)).toEqual(TAKEN_AWAY.map((name) => `unset ${name}`));

  drill.child.kill('SIGINT');
  expect(await drill.exitCode).toBe(130);
  await expect(access(env['MAILCHECK_CA_FILE'] ?? '')).rejects.toThrow(/ENOENT/u);
});

test('a person is told that it is a drill from another shell', async () => {
  const drill = startDrill('calm');
  const env = await environmentOf(drill, SH);
  const run = await runMailcheck(['trace', '--sample', 'none'], { env });
  expect(run.stdout).toMatch(/^DRILL calm: simulated tenant\n/u);
  expect(drill.lines.filter((line) => / graph GET /u.test(line))).toEqual([]);
  drill.child.kill('SIGTERM');
  expect(await drill.exitCode).toBe(143);
});

test('a wrong secret is refused, with its cure, and the secret is not told', async () => {
  const drill = startDrill('calm', '--log');
  const env = await environmentOf(drill, SH);
  const secret = canary('wrong-secret');
  const run = await runMailcheck(['trace', '--format', 'json'], {
    env: { ...env, AZURE_CLIENT_SECRET: secret },
  });
  const trace = traceOf(run);
  expect([run.exitCode, trace.error?.kind, trace.data]).toEqual([4, 'sign-in', []]);
  expect(run.stderr).toMatch(/AZURE_CLIENT_SECRET/u);
  expect(run.stderr).not.toMatch(/\n\s+at /u);
  await drill.line(/ 401 sign-in POST /u);
  expect(drill.lines.join('\n')).not.toMatch(/ graph GET /u);
});

test('an authority that the CA file does not vouch for gets no secret', async () => {
  const drill = startDrill('calm', '--log');
  const env = { ...(await environmentOf(drill, SH)), MAILCHECK_CA_FILE: '' };
  // It ends as soon as it knows: a timer of the library that outlived the refusal kept it for 30 s once.
  const run = await runMailcheck(['trace'], { env });
  expect([run.exitCode, run.stdout]).toEqual([4, '']);
  expect(run.stderr).toMatch(/MAILCHECK_CA_FILE|--ca-file/u);
  expect(drill.lines.join('\n')).not.toMatch(/sign-in|graph GET/u);
}, 20_000);

test('lines for PowerShell are assignments of PowerShell', async () => {
  const drill = startDrill('calm', '--shell', 'powershell');
  const env = await environmentOf(drill, POWERSHELL);
  expect(Object.keys(env)).toEqual(NAMES);
  expect(drill.lines.filter((line) => !POWERSHELL.test(line))).toEqual([
    drill.lines[0],
    ...TAKEN_AWAY.map((name) => `$env:${name} = $null`),
  ]);
  expect(drill.lines[0]).toMatch(/^# DRILL calm: /u);
});
