/** What `check` says of its policy, and what `check init` writes. */
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { check } from '#commands/check/check.js';
import { checkInit } from '#commands/check/init.js';
import { Failure } from '#failure.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';
import { policySchema } from '#mailflow/check/policy-schema.js';
import { writeUsualPolicy } from '#mailflow/check/write-policy.js';
import { readPolicyText } from '#sources/policy/read-policy-text.js';

import { pageOf } from '../../render/pages.js';
import { runCommand } from '../run-command.js';

const POLICY = `version: 1
for: {bad: 2, of: 3}
checks:
  held-mail:
    enabled: true
    warningHeld: 50
  quota: {enabled: false}
  bounce-rate:
    byParty: {service: {warningShare: 0.01}}
`;
const withPolicy = (text: string): Partial<Ports> => ({
  policyFile: (path) =>
    path === 'limits.yaml'
      ? Promise.resolve(readPolicyText(new TextEncoder().encode(text)))
      : Promise.reject(new Error(`no file ${path}`)),
});
const BY_POLICY = ['--policy', 'limits.yaml'];

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const failure: unknown = await work.catch((error: unknown) => error);
  if (failure instanceof Failure) return failure;
  throw new Error('it did not fail');
}

describe('--list', () => {
  test('has every check, asks nobody, and is no verdict', async () => {
    const { rows, conclusion } = await runCommand(check, ['--list']);
    expect(rows).toMatchObject(CHECK_IDS.map((id) => ({ id })));
    expect(conclusion.findings).toEqual([]);
    expect(conclusion.summary).toMatchObject({ policy: null, checks: 12, enabled: 10, required: 7 });
  });

  test('shows what the policy sets', async () => {
    const { rows, conclusion } = await runCommand(check, ['--list', ...BY_POLICY], withPolicy(POLICY));
    expect(conclusion.summary).toMatchObject({ policy: 'limits.yaml', enabled: 9, for: { bad: 2, of: 3 } });
    expect(rows).toContainEqual(expect.objectContaining({ id: 'quota', enabled: false }));
  });

  test.each([40, 80, 120])('at %i columns', async (width) => {
    const run = await runCommand(check, ['--list', ...BY_POLICY], withPolicy(POLICY));
    const text = run.text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/check-list-${width}.txt`);
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
  });
});

describe('--explain', () => {
  test('tells which limits hold and in which line they stand', async () => {
    const args = ['--explain', 'held-mail', ...BY_POLICY];
    const { rows, conclusion } = await runCommand(check, args, withPolicy(POLICY));
    expect(rows).toContainEqual(
      expect.objectContaining({ name: 'warningHeld', value: 50, usual: 20, from: 'limits.yaml:6' }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ name: 'criticalHeld', value: 200, usual: 200, from: null }),
    );
    expect(conclusion.summary).toMatchObject({
      from: { enabled: 'limits.yaml:5', required: null, for: 'limits.yaml:2' },
    });
  });

  test.each(CHECK_IDS)('has a page for %s, no wider than the screen', async (id) => {
    const run = await runCommand(check, ['--explain', id]);
    const text = run.text('table', pageOf(80));
    expect(text).toMatch(new RegExp(`^${id}: `, 'u'));
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('looks like this', async () => {
    const run = await runCommand(check, ['--explain', 'bounce-rate', ...BY_POLICY], withPolicy(POLICY));
    await expect(`${run.text('table', pageOf(80))}\n`).toMatchFileSnapshot('../golden/check-explain-80.txt');
    await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
      '../golden/check-explain-markdown.txt',
    );
  });

  test.each([
    ['heldmail', 'Did you mean mailcheck check --explain held-mail? mailcheck check --list shows all.'],
    ['colours', `Give one of ${CHECK_IDS.join(', ')}, as mailcheck check --explain held-mail`],
  ])('of %s, which there is not', async (id, remedy) => {
    const failure = await failureOf(runCommand(check, ['--explain', id]));
    expect(failure).toMatchObject({ kind: 'usage', message: `There is no check "${id}".`, remedy });
  });
});

test('--schema prints the schema and nothing else, so that it can go into a file', async () => {
  const run = await runCommand(check, ['--schema']);
  expect(JSON.parse(run.text('table', pageOf(40)))).toEqual(policySchema());
});

test('two questions at once are refused', async () => {
  const failure = await failureOf(runCommand(check, ['--list', '--schema']));
  expect(failure).toMatchObject({ kind: 'usage', message: '--list and --schema ask for two answers.' });
});

test('a policy with faults is refused for each question', async () => {
  const ports = withPolicy('version: 1\nwindw: 4h\n');
  for (const question of [['--list'], ['--explain', 'quota'], ['--plan'], []]) {
    const failure = await failureOf(runCommand(check, [...question, ...BY_POLICY], ports));
    expect(failure).toMatchObject({
      kind: 'input',
      message: 'limits.yaml:2:1: windw is no key that there is.',
      remedy: 'Give window in its place, as window: 4h',
    });
  }
});

describe('init', () => {
  async function init(args: readonly string[]) {
    const written: unknown[] = [];
    const run = await runCommand(checkInit, args, {
      writeFile: (path, text, options) => {
        written.push({ path, text, ...options });
        return Promise.resolve();
      },
    });
    return { ...run, written };
  }

  test.each([
    [[], 'mailcheck-policy.yaml', false],
    [['limits.yaml'], 'limits.yaml', false],
    [['limits.yaml', '--force'], 'limits.yaml', true],
  ])('%j writes %s', async (args, path, mayReplace) => {
    const { written, text } = await init(args);
    expect(written).toEqual([{ path, text: writeUsualPolicy(), mayReplace }]);
    expect(text('table', pageOf(80)).replaceAll('\n', ' ')).toBe(
      `Wrote ${path} with all defaults. Change it, then see what it comes to: mailcheck check --list --policy ${path}`,
    );
  });

  test('- writes no file, and shows it line by line as it is, however narrow the page', async () => {
    const { written, text } = await init(['-']);
    expect(written).toEqual([]);
    expect(text('table', pageOf(40))).toBe(writeUsualPolicy());
  });

  test.each([
    [['a.yaml', 'b.yaml'], 'check init takes one name; 2 were given.'],
    [['policy.json'], 'policy.json would not be JSON: check init writes YAML, which has comments.'],
  ])('%j is refused', async (args, message) => {
    expect(await failureOf(init(args))).toMatchObject({ kind: 'usage', message });
  });
});
