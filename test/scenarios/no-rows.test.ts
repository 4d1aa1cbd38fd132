/**
 * Why: "nothing found" is what an admin sees when mail is deferred before the service accepts it; an empty table would
 * read as "all is well". Tenant: a few delivered rows that no question here asks for. Requests: the list, once.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';
import type { ServedTenant } from './serve-tenant.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

let tenant: ServedTenant;
let folder = '';
beforeAll(async () => {
  const now = thisSecond();
  tenant = await serveTenant(
    now,
    rowsBetween(now, [20, 200], 30, () => ({})),
    { quirks: { quota: null } },
  );
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  await writeFile(join(folder, 'empty.json'), '{"value":[]}');
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const SENTENCES = [
  'No delivery matches. That alone does not prove that mail was lost: a message',
  'that was refused or put off before the service accepted it is in no trace.',
  'Ask the sender for the text of the reply or of the bounce and give it to',
  '`mailcheck explain`.',
].join('\n');

describe('a window that is settled', () => {
  const settled = (): string[] => [
    '--from',
    minutesAgo(240),
    '--to',
    minutesAgo(30),
    '--sender',
    'x@y.example',
  ];

  test('says what absence means, and that is the whole answer', async () => {
    const run = await runMailcheck(['trace', ...settled()], { env: tenant.env });
    expect([run.exitCode, run.stdout]).toEqual([0, `${SENTENCES}\n`]);
  });

  test('is complete for a script', async () => {
    const run = await runMailcheck(['trace', ...settled(), '--format', 'json'], { env: tenant.env });
    const { data, incomplete, outcome, summary, window } = traceOf(run);
    expect([run.exitCode, data, incomplete, outcome]).toEqual([0, [], [], { level: 'ok', exitCode: 0 }]);
    expect(summary).toMatchObject({ deliveries: 0, messages: 0, held: 0, failed: 0, shown: 0 });
    expect(summary.reasons.held).toEqual({ population: 0, examined: 0, confidence: 0.95, by: [] });
    expect(window).toMatchObject({ complete: true, settledUntil: window.to });
  });

  test('one message that nobody knows', async () => {
    const args = [
      'trace',
      'show',
      '<nobody@contoso.example>',
      '--from',
      minutesAgo(240),
      '--to',
      minutesAgo(30),
    ];
    const run = await runMailcheck(args, { env: tenant.env });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^Searched \S+ \S+ UTC to \S+ \S+ UTC; /u);
    expect(run.stdout.endsWith(`${SENTENCES}\n`)).toBe(true);
  });
});

describe('a window that touches the last 15 minutes', () => {
  test.each<[string[], string]>([
    [['trace', '--sender', 'x@y.example'], 'a trace'],
    [['trace', 'show', '<nobody@contoso.example>'], 'one message'],
    [['trace', 'show', '5f0c3c1e-0000-4000-8000-0123456789ab'], 'one message by its trace id'],
  ])('%j: what was accepted just now may not be visible yet: %s', async (args) => {
    const run = await runMailcheck(args, { env: tenant.env });
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain(`${SENTENCES}\nNot seen: mail accepted in the last 15 minutes`);
    const script = await runMailcheck([...args, '--format', 'json'], { env: tenant.env });
    const { incomplete, outcome } = traceOf(script);
    expect([script.exitCode, outcome]).toEqual([3, { level: 'unknown', exitCode: 3 }]);
    expect(incomplete).toEqual([
      {
        what: 'mail accepted in the last 15 minutes',
        reason: 'not-visible-yet',
        remedy: 'Ask again in 15 minutes, or end the window earlier with --to.',
        retryAfterSeconds: expect.any(Number) as number,
      },
    ]);
  });

  test('but a few rows are an answer, for the newest are always on their way', async () => {
    const run = await runMailcheck(['trace'], { env: tenant.env });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^0 held \(4\.x\) and 0 failed \(5\.x\) of 30 deliveries, 10 messages\.\n/u);
  });
});

test('a drill that finds nothing has run, unless its verdict is wanted', async () => {
  const nothing = ['trace', '--drill=calm', '--sender', 'nobody@contoso.example'];
  const [plain, strict] = await Promise.all([
    runMailcheck(nothing),
    runMailcheck([...nothing, '--drill-exit']),
  ]);
  expect([plain.exitCode, strict.exitCode]).toEqual([0, 3]);
  for (const run of [plain, strict])
    expect(run.stdout.startsWith(`DRILL calm: simulated tenant\n\n${SENTENCES}\n`)).toBe(true);
});

test.each([
  ['table', `${SENTENCES}\n`],
  ['csv', /^receivedAt,state,[\w,]+\r\n$/u],
  [
    'ndjson',
    /^\{"schema":"mailcheck\.end\/1","outcome":\{"level":"ok","exitCode":0\},"incomplete":\[\]\}\n$/u,
  ],
])('an export without rows, as %s', async (format, expected) => {
  const run = await runMailcheck(['trace', '--file', 'empty.json', '--format', format], { cwd: folder });
  expect(run.exitCode).toBe(0);
  if (typeof expected === 'string') expect(run.stdout).toBe(expected);
  else expect(run.stdout).toMatch(expected);
});

test('an export without rows, as Markdown, is the sentence too', async () => {
  const run = await runMailcheck(['trace', '--file', 'empty.json', '--format', 'markdown'], { cwd: folder });
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain('does not prove that mail was lost');
});
