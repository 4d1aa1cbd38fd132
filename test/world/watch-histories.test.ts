/** Whose looks they are, and that a store that cannot be had costs nobody an answer. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseArguments } from '#cli/arguments.js';
import { type CommonOptions, readCommonOptions } from '#cli/common-options.js';
import { COMMANDS } from '#commands/index.js';
import type { Look } from '#mailflow/incident/look.js';

import { openWatchHistories } from '../../src/world/watch-histories.js';
import { CONTEXT } from '../commands/run-command.js';
import { keptHealth } from '../contract/health-history.contract.js';
import { lookAt } from '../contract/look-history.contract.js';

const EVER = new Date(0);

let home = '';
const notes: string[] = [];
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'mailcheck-test-')), 'home');
  notes.length = 0;
});
afterEach(() => rm(join(home, '..'), { recursive: true, force: true }));

async function optionsOf(args: readonly string[]): Promise<CommonOptions> {
  const request = await parseArguments(['trace', ...args], COMMANDS);
  if (request.kind !== 'command') throw new Error('the arguments ask for help');
  return readCommonOptions(request.raw, CONTEXT);
}

/** One run: what it finds, before it keeps a look and an answer of its own. Null where nothing is kept. */
async function run(args: readonly string[], minute = 0): Promise<readonly Look[] | null> {
  const environment = { MAILCHECK_HOME: home };
  const onNote = (text: string): void => void notes.push(text);
  const opened = openWatchHistories({ options: await optionsOf(args), environment, onNote });
  const found = (await opened.ofTenant?.looks.since(EVER)) ?? null;
  await opened.ofTenant?.looks.keep(lookAt(minute));
  await opened.ofTenant?.health.keep(keptHealth(minute));
  await opened.close();
  return found;
}

const CONTOSO = ['--tenant', 'contoso.example'];

test('a run finds the looks of earlier ones, whichever service was asked for traces', async () => {
  expect(await run(CONTOSO, 0)).toEqual([]);
  expect(await run([...CONTOSO, '--via', 'exchange'], 1)).toEqual([lookAt(0)]);
  expect(await run(['--tenant', 'CONTOSO.example'], 2)).toEqual([lookAt(0), lookAt(1)]);
  expect(notes).toEqual([]);
});

test.each<[string, readonly string[]]>([
  ['another tenant', ['--tenant', 'fabrikam.example']],
  ['another cloud', [...CONTOSO, '--cloud', 'dod']],
  ['another Graph', [...CONTOSO, '--graph-url', 'http://127.0.0.1:9']],
  ['another Exchange', [...CONTOSO, '--via', 'exchange', '--exchange-url', 'http://127.0.0.1:9']],
])('%s finds none of them', async (_who, args) => {
  await run(CONTOSO);
  expect(await run(args)).toEqual([]);
});

test('without a tenant that is known nothing is kept, and no store is made', async () => {
  expect(await run([])).toBeNull();
  expect(await readdir(join(home, '..'))).toEqual([]);
});

test.each<[string, (path: string) => Promise<void>, string]>([
  ['is of another program', (path) => writeFile(path, foreignDatabase()), 'a database of another program'],
  ['is a folder', (path) => mkdir(path), 'no regular file'],
  ['lies where others can write', () => chmod(home, 0o777), 'others can write'],
])('a store that %s costs nobody an answer, and is told once', async (_what, spoil, why) => {
  await mkdir(home, { mode: 0o700 });
  await spoil(join(home, 'watch.db'));
  expect(await run(CONTOSO)).toEqual([]);
  expect(notes).toEqual([expect.stringContaining(why)]);
  expect(notes[0]).toContain('This run knows no earlier look and keeps none.');
});

/** The header of an empty database that is marked as somebody's (https://sqlite.org/fileformat2.html). */
function foreignDatabase(): Uint8Array {
  const page = Buffer.alloc(4096);
  page.write('SQLite format 3\0');
  page.writeUInt16BE(4096, 16);
  page.set([1, 1, 0, 64, 32, 32], 18);
  page.writeUInt32BE(1, 28);
  page.writeUInt32BE(4, 44);
  page.writeUInt32BE(1, 56);
  page.writeUInt32BE(7, 60);
  page.writeUInt32BE(0x12345678, 68);
  page[100] = 13;
  return page;
}
