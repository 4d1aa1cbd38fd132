/**
 * Why: a policy is written by hand and kept beside other people's files; whatever is in it, the built program says what is
 * wrong and ends with 65, or judges by it. Tenant: a drill where one is asked. Requests: whatever the checks need.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runMailcheck } from './run-mailcheck.js';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]): ReturnType<typeof runMailcheck> =>
  runMailcheck(args, { cwd: folder });

test.each([
  [['check', 'init', '-']],
  [['check', '--schema']],
  [['check', '--list']],
  [['check', '--explain', 'held-mail']],
])('%j asks no tenant, so that a drill changes nothing of it', async (args) => {
  const [plain, drilled] = await Promise.all([run(...args), run(...args, '--drill')]);
  expect([plain.exitCode, drilled.exitCode]).toEqual([0, 0]);
  expect(drilled.stdout).toBe(plain.stdout);
});

describe('whatever the file holds', () => {
  const files: readonly (readonly [why: string, content: string | Uint8Array, line: string])[] = [
    [
      'a secret',
      'correct horse battery staple\n',
      'mailcheck: policy.yaml:1:1: the policy cannot be a text.',
    ],
    ['an empty file', '', 'mailcheck: policy.yaml: the policy is empty.'],
    ['no text', Uint8Array.from([0xff, 0x00, 0x80]), 'mailcheck: policy.yaml: the policy is not UTF-8 text.'],
    ['more than a mebibyte', `# ${'x'.repeat(1_048_576)}\n`, 'mailcheck: policy.yaml is larger than 1 MiB.'],
    [
      'a million values by aliases',
      `a: &a [x, x, x]\n${['b', 'c', 'd'].map((key, index) => `${key}: &${key} [*${'abc'[index]}, *${'abc'[index]}]\n`).join('')}`,
      'mailcheck: policy.yaml has 6 faults, so that nothing was judged by it.',
    ],
    [
      'lists in lists',
      '['.repeat(1_000_000),
      'mailcheck: policy.yaml:1:41: the policy is nested deeper than any policy.',
    ],
    ['code', 'version: !!js/function "return 1"\n', 'mailcheck: policy.yaml:1:24: version has a tag (!).'],
    [
      'a prototype',
      'version: 1\n__proto__: {}\n',
      'mailcheck: policy.yaml:2:1: __proto__ is no key that there is.',
    ],
    [
      'an escape sequence in a key',
      '"version\\e[2J": 1\nversion: 1\n',
      'mailcheck: policy.yaml:1:1: version\\u{1b}[2J is no key that there is.',
    ],
  ];

  test.each(files)('%s: 65, one line of cause, one of cure', async (_why, content, line) => {
    await writeFile(join(folder, 'policy.yaml'), content);
    for (const command of [['check'], ['queue'], ['check', '--list']]) {
      const { exitCode, stdout, stderr } = await run(...command, '--policy', 'policy.yaml');
      expect([exitCode, stdout, stderr.split('\n')[0]]).toEqual([65, '', line]);
      expect(stderr).not.toContain('\u001b');
    }
  });

  test.each(['missing.yaml', '.', '/dev/zero'])('%s is no file that can be read', async (path) => {
    const { exitCode, stderr } = await run('check', '--policy', path);
    expect([exitCode, stderr.split('\n').length]).toEqual([65, 3]);
  });
});

test('what init writes is a policy that changes nothing', async () => {
  expect((await run('check', 'init', 'limits.yaml')).exitCode).toBe(0);
  const list = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run('check', '--list', '--format', 'json', ...args)).stdout);
  const settings = (answer: unknown): unknown =>
    JSON.parse(
      JSON.stringify(answer, (key, value: unknown) =>
        /^(?:generatedAt|policy|from)$/u.test(key) ? 0 : value,
      ),
    );
  expect(settings(await list('--policy', 'limits.yaml'))).toEqual(settings(await list()));
});

test('init leaves a file alone that is there, and shows it on standard output as it would write it', async () => {
  await writeFile(join(folder, 'mailcheck-policy.yaml'), 'mine\n');
  expect((await run('check', 'init')).exitCode).toBe(64);
  expect(await readFile(join(folder, 'mailcheck-policy.yaml'), 'utf8')).toBe('mine\n');
  const shown = await run('check', 'init', '-');
  expect((await run('check', 'init', '--force')).exitCode).toBe(0);
  expect(await readFile(join(folder, 'mailcheck-policy.yaml'), 'utf8')).toBe(shown.stdout);
});

test('the policy of the README is one', async () => {
  const [, text = ''] = /```yaml\n(version: 1\n[^`]*)```/u.exec(await readFile(README, 'utf8')) ?? [];
  await writeFile(join(folder, 'policy.yaml'), text);
  const { exitCode, stdout, stderr } = await run(
    'check',
    '--list',
    '--policy',
    'policy.yaml',
    '--format',
    'json',
  );
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ summary: { checks: 12, enabled: 11, for: { bad: 2, of: 3 } } });
});

test.each([
  ['the usual limits', 'version: 1\n', 0],
  [
    'a limit that a calm day exceeds',
    'version: 1\nchecks:\n  held-mail: {warningMinutes: 1, warningHeld: 1, domains: 1, everydayShare: 0}\n',
    1,
  ],
])('%s on a calm day', async (_why, text, exitCode) => {
  await writeFile(join(folder, 'policy.yaml'), text);
  const args = ['--drill=calm', '--drill-exit', '--policy', 'policy.yaml'];
  expect((await run('check', ...args)).exitCode).toBe(exitCode);
});
