/**
 * Why: people copy examples before they read; each must run as it stands. Tenant: a drill, where an example asks the
 * service; exports of a few rows, where it names files. Requests: whatever the examples need.
 */
import { mkdtempSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { OVERVIEW_EXAMPLES } from '#cli/overview.js';
import { COMMANDS } from '#commands/index.js';
import { TOPICS } from '#commands/topics/index.js';

import { PLAIN_STYLE, writeExport } from '../generator/exports.js';
import { population } from '../generator/population.js';
import { IDLE_SECRETS } from '../secrets/secret-variables.js';
import type { JsonDelivery } from './read-answer.js';
import { traceOf } from './read-answer.js';
import { BIN, type Run, runMailcheck, startProgram } from './run-mailcheck.js';

const REPORT = fileURLToPath(new URL('../corpus/mail/exo-delayed.eml', import.meta.url));

/** A message of the drill: the examples name one that is nowhere. */
let real: JsonDelivery;

const SAMPLE = {
  ...{ seed: 1, messages: 30, newest: new Date('2026-06-02T17:00:00Z'), stepSeconds: 60 },
  ...{ maxRecipients: 2, awkward: false },
};
const LIST = [...writeExport('powershell-list', population(SAMPLE), PLAIN_STYLE)].join('');
const DETAIL = [...writeExport('powershell-detail', population(SAMPLE), PLAIN_STYLE)].join('');

const RELAY_QUEUE = `${JSON.stringify({
  ...{ queue_name: 'deferred', queue_id: '4kXq2Z1abcz3f', arrival_time: 1_780_419_600, message_size: 2048 },
  ...{ sender: 'ben@fabrikam.example', recipients: [{ address: 'ann@contoso.example' }] },
})}\n`;
const RELAY_LOG =
  '2026-06-02T10:00:00+00:00 relay postfix/qmgr[8]: 4kXq2Z1abcz3f: from=<ben@fabrikam.example>, size=100, nrcpt=1 (queue active)\n';

beforeAll(async () => {
  const answer = traceOf(await runMailcheck(['trace', '--drill', '--sample', 'none', '--format', 'json']));
  real = answer.data[0]!;
});

const FOLDERS = mkdtempSync(join(tmpdir(), 'mailcheck-examples-'));
afterAll(() => rm(FOLDERS, { recursive: true, force: true, maxRetries: 3 }));

/** Some examples write files; each begins in a folder of its own. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(FOLDERS, 'example-'));
  for (const name of ['trace.csv', 'export.csv']) await writeFile(join(folder, name), LIST);
  await writeFile(join(folder, 'detail.csv'), DETAIL);
  await writeFile(join(folder, 'policy.yaml'), 'version: 1\nchecks:\n  held-mail:\n    warningHeld: 50\n');
  await writeFile(join(folder, 'queue.json'), RELAY_QUEUE);
  await writeFile(join(folder, 'mail.log'), RELAY_LOG);
  await writeFile(join(folder, 'mail.log.1.gz'), gzipSync(RELAY_LOG));
  await copyFile(REPORT, join(folder, 'report.eml'));
  return folder;
}

/** As a person would run it: by a shell, which takes the quotes away. What has no end of its own is stopped once it has begun. */
async function runInShell(line: string, input: string): Promise<Run> {
  const cwd = await newFolder();
  const script = `mailcheck() { exec "${process.execPath}" "${BIN}" "$@"; }\nmailcheck ${line}`;
  const env = {
    ...{ ...IDLE_SECRETS, PATH: process.env['PATH'] ?? '', TZ: 'UTC', COLUMNS: '80' },
    MAILCHECK_HOME: join(cwd, 'home'),
  };
  const child = startProgram('sh', ['-c', script], { args: line.split(' '), cwd, env });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    const hasBegun = stdout.includes('MAILCHECK_SOURCE_LABEL') || stdout.includes('Next look');
    if (isEndless(line) && hasBegun) child.kill('SIGINT');
  });
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ stdout, stderr, exitCode })));
}

function isEndless(line: string): boolean {
  return /^drill\b|--watch/u.test(line);
}

/** What a drill knows instead of what the example names, and the drill itself where a service is asked. */
function runnable(line: string): string {
  const named = line
    .replace(
      '"<a1@contoso.example>"',
      line.includes('--file') ? '"<a1@contoso.example>"' : `"${real.messageId}"`,
    )
    .replace(/5f0c3c1e-\S+/u, real.messageTraceId)
    .replace('--recipient ann@contoso.example', `--recipient "${real.recipient}"`)
    .replace("'postqueue -j'", "'cat queue.json'")
    .replace(/ \| jq .*$/u, '');
  const isServed = /--drill|--file|--run/u.test(named) || /^(?:explain|drill)\b/u.test(named);
  return isServed ? named : `${named} --drill`;
}

const ofCommands = await Promise.all(COMMANDS.map(async (entry) => (await entry.load()).examples));
const EXAMPLES = [...OVERVIEW_EXAMPLES, ...ofCommands.flat()].map(
  ({ line, input = '' }) => [line, input] as const,
);

describe('the examples of the help pages', () => {
  // Most wait for the pace that Exchange asks for.
  test.concurrent.each(EXAMPLES)('mailcheck %s', async (line, input) => {
    const run = await runInShell(runnable(line), input);
    expect([run.exitCode, run.stderr.match(/^mailcheck: .*/mu)?.[0] ?? '']).toEqual(
      isEndless(line) ? [130, expect.stringMatching(/(drill|watch) has ended/u)] : [0, ''],
    );
    expect(run.stdout).not.toBe('');
    expect(run.stdout).not.toContain('\u001b');
    if (line.startsWith('trace show') && !line.includes('--file'))
      expect(run.stdout).toContain(real.recipient);
  });
});

const OF_TOPICS = TOPICS.flatMap(({ name, paragraphs }) =>
  [
    ...(typeof paragraphs === 'function' ? '' : paragraphs.join('\n')).matchAll(
      /^(?: {2}|Rehearse it: )mailcheck (.+)$/gmu,
    ),
  ].map(([, line = '']) => [name, line] as const),
);

describe('the lines of the help topics', () => {
  test.concurrent.each(OF_TOPICS)('%s: mailcheck %s', async (_name, line) => {
    const run = await runInShell(runnable(line), '');
    expect([run.exitCode, run.stdout === '']).toEqual([0, false]);
  });

  test('are found', () => {
    expect(OF_TOPICS.length).toBeGreaterThanOrEqual(5);
  });
});

test('a message of the exports is shown with its way', async () => {
  const [message] = [...population(SAMPLE)];
  const run = await runInShell(
    `trace show "${message?.messageId ?? ''}" --file trace.csv --file detail.csv`,
    '',
  );
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain(message?.recipients[0]?.address);
  expect(run.stdout).toMatch(/\n\d\d:\d\d:\d\d +Receive +accepted by the service\n/u);
});

test.concurrent.each(COMMANDS.map((entry) => [entry.words]))(
  '%j --help is the same page as help, and needs no service',
  async (words) => {
    const [flag, page] = await Promise.all([
      runMailcheck([...words, '--help']),
      runMailcheck(['help', ...words]),
    ]);
    expect([flag.exitCode, flag.stderr]).toEqual([0, '']);
    expect(flag.stdout).toBe(page.stdout);
    expect(flag.stdout).toMatch(/\nExamples\n {2}# /u);
  },
);
