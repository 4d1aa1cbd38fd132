/**
 * Why: node:process has no getuid on Windows, and a file that imports it by name cannot even be loaded there. Tenant: calm,
 * in the program itself. Requests: those of a drill. Node is told that this is Windows; paths are still those of this machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { runMailcheck } from './run-mailcheck.js';

let env: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-windows-'));
  const preload = new URL('../processes/as-on-windows.mjs', import.meta.url).href;
  env = { NODE_OPTIONS: `--import=${preload}`, TEMP: folder, MAILCHECK_HOME: join(folder, 'home') };
});
afterAll(() => rm(env['TEMP'] ?? '', { recursive: true, force: true }));

const LINES: readonly (readonly [line: string, why: string])[] = [
  ['health --drill=calm', 'with a store'],
  ['trace --drill=calm', 'with another'],
  ['doctor --drill=calm', 'looks at modes, of which there are none'],
  ['relay --drill=calm', 'a file'],
  ['quota', 'the ledger'],
  ['login --profile contoso --kind managed-identity --tenant contoso.example --no-check', 'writes profiles'],
  ['logout --all', 'takes away what is kept of them'],
];

test.each(LINES)(
  'mailcheck %s: %s',
  async (line) => {
    const run = await runMailcheck(line.split(' '), { env });
    expect([run.exitCode, run.stderr.match(/^mailcheck: .*$/mu)?.[0]]).toEqual([0, undefined]);
  },
  60_000,
);

test('a drill without a temporary folder is a matter of this machine, and ends', async () => {
  const place = join(env['TEMP'] ?? '', 'is', 'not');
  const run = await runMailcheck(['trace', '--drill=calm'], { env: { TMPDIR: place } });
  expect(run.exitCode).toBe(4);
  expect(run.stderr.replace(/\s+/gu, ' ')).toMatch(
    /temporary folder .* cannot be written \(ENOENT\)\. .*TMPDIR/u,
  );
}, 60_000);
