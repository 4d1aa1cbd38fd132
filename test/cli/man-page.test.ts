/** The manual page: all of it is there, and the programs that set it have nothing to say of it. */
import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { COMMON_FLAGS } from '#cli/flags.js';
import { renderManPage } from '#cli/man-page.js';
import { COMMANDS } from '#commands/index.js';
import { TOPICS } from '#commands/topics/index.js';

const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
const page = renderManPage({ commands, topics: TOPICS, version: '1.2.3', date: '2026-06-02' });
const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

function shown(program: string, words: readonly string[]): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(program, words, { input: page, encoding: 'utf8' });
  return { stdout: stdout.replace(/\u001b\[[\d;]*m|.\u0008/gu, ''), stderr };
}

test('begins with its name and version', () => {
  expect(page.split('\n')[0]).toBe('.TH MAILCHECK 1 "2026-06-02" "mailcheck 1.2.3" "User Commands"');
});

test('is ASCII, and no line of text begins with a request', () => {
  expect(page).toMatch(/^[\x0a\x20-\x7e]*$/u);
  const requests = page.split('\n').filter((line) => /^['.]/u.test(line));
  expect(
    requests.filter((line) => !/^\.(?:TH|SH|SS|TP|PP|IP|B|I|br|nf|fi|RS|RE)(?: |$)/u.test(line)),
  ).toEqual([]);
});

describe('set by groff', () => {
  test.skipIf(!isInstalled('groff'))('has no fault', () => {
    expect(shown('groff', ['-man', '-Tutf8', '-ww', '-z']).stderr).toBe('');
  });

  test.skipIf(!isInstalled('groff'))('sets each permission apart, and no colon behind a question', () => {
    const lines = shown('groff', ['-man', '-Tutf8', '-rLL=1000n', '-P-cbou'])
      .stdout.split('\n')
      .map((line) => line.trim());
    const told = commands.flatMap(({ permissions }) => permissions);
    expect(
      told.filter((text) => !lines.some((line) => /^(?:•|Permissions:) /u.test(line) && line.endsWith(text))),
    ).toEqual([]);
    expect(lines.filter((line) => line.includes('?:'))).toEqual([]);
  });

  test.skipIf(!isInstalled('groff'))('holds every command, example, flag and topic as they are typed', () => {
    const text = shown('groff', ['-man', '-Tutf8', '-rLL=500n', '-P-cbou']).stdout;
    for (const { words, examples, flags } of commands) {
      expect(text).toContain(`mailcheck ${words.join(' ')}`);
      for (const { line } of examples) expect(text).toContain(`mailcheck ${line}`);
      for (const { name } of flags) expect(text).toContain(`--${name}`);
    }
    for (const { name } of COMMON_FLAGS) expect(text).toContain(`--${name}`);
    for (const { name } of TOPICS) expect(text).toContain(name);
  });
});

test.skipIf(!isInstalled('mandoc'))('mandoc has no fault to find', () => {
  const { stdout, stderr } = shown('mandoc', ['-T', 'lint', '-W', 'warning']);
  expect(stdout + stderr).toBe('');
});
