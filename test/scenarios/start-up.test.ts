/**
 * Why: who has an outage asks many times, and a program that loads what it does not need is slow each time. What is read
 * for an answer is pinned here, since no test may measure time. Tenant: none. Requests: none.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { READY_TOKEN } from '../secrets/canary.js';
import { BIN, runProgram } from './run-mailcheck.js';

const HEAD = 'Received,SenderAddress,RecipientAddress,Subject,Status,MessageId,MessageTraceId';
const ROW =
  '2026-06-02T12:00:00Z,ann@contoso.example,bo@fabrikam.example,Report,Pending,<m@contoso.example>,t1';

/** Notes what the module loader gives out. */
const LOADER = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(process.env.LOADED, url + '\\n');
    return next(url, context);
  }`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-start-up-'));
  await writeFile(join(folder, 'trace.csv'), `${HEAD}\n${ROW}\n`);
  await writeFile(join(folder, 'loader.mjs'), LOADER);
  const loader = JSON.stringify(pathToFileURL(join(folder, 'loader.mjs')).href);
  await writeFile(
    join(folder, 'register.mjs'),
    `import { register } from 'node:module'; register(${loader});`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The files of the program, without the digest in their names, and Node's own modules. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const log = join(folder, 'loaded.txt');
  await writeFile(log, '');
  const loader = pathToFileURL(join(folder, 'register.mjs')).href;
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...{ TZ: 'UTC', LOADED: log, MAILCHECK_HOME: join(folder, 'home'), MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
  };
  const { exitCode } = await runProgram(process.execPath, ['--import', loader, BIN, ...args], {
    ...{ args, env, cwd: folder },
  });
  expect(exitCode).toBe(0);
  const urls = (await readFile(log, 'utf8')).trim().split('\n');
  return [
    ...new Set(urls.map((url) => url.replace(/^file:.*\//u, '').replace(/(?:-[\w-]{8})?\.js$/u, ''))),
  ].toSorted();
}

describe('what is loaded', () => {
  test.each<readonly [readonly string[], readonly string[], string]>([
    [['--version'], ['mailcheck', 'main', 'node:fs/promises'], 'a number and no more'],
    [['--help'], ['mailcheck', 'main', 'overview', 'rolldown-runtime'], 'one page and no frame'],
    [
      ['explain', '451 4.3.2'],
      ['explain', 'frame', 'mailcheck', 'main', 'overview', 'rolldown-runtime'],
      'the rules, the frame, and none of Node beyond what it has loaded itself',
    ],
  ])('%j', async (args, files) => {
    expect(await loadedBy(args)).toEqual(files);
  });

  test('an export is read without rules, network, store or drill', async () => {
    const loaded = await loadedBy(['trace', '--file', 'trace.csv']);
    expect(loaded.filter((name) => !name.startsWith('node:'))).toEqual([
      ...['export', 'frame', 'mailcheck', 'main', 'overview', 'profiles', 'rolldown-runtime'],
      'trace',
    ]);
    expect(
      loaded.filter((name) => /^node:(?:http|https|tls|net|dns|sqlite|zlib|readline)$/u.test(name)),
    ).toEqual([]);
  });
});
