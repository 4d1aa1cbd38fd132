/**
 * Why: who has an outage asks many times, and a program that loads what it does not need is slow each time. What is read
 * for an answer is pinned here, since no test may measure time. Tenant: none. Requests: none.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { READY_TOKEN } from '../secrets/canary.js';
import { BIN, runProgram } from './run-mailcheck.js';

const HEAD = 'Received,SenderAddress,RecipientAddress,Subject,Status,MessageId,MessageTraceId';
const ROW =
  '2026-06-02T12:00:00Z,ann@contoso.example,bo@fabrikam.example,Report,Pending,<m@contoso.example>,t1';

/** Notes what is required, by the program and by what it requires, and what of Intl is woken. */
const NOTES = `
  const { appendFileSync } = require('node:fs');
  const Module = require('node:module');
  const note = (name) => appendFileSync(process.env.LOADED, name + '\\n');
  const load = Module._load;
  Module._load = (request, ...rest) => {
    note(Module.isBuiltin(request) ? 'node:' + request.replace('node:', '') : request);
    return load(request, ...rest);
  };
  for (const name of ['DateTimeFormat', 'NumberFormat', 'Segmenter', 'PluralRules', 'Collator']) {
    Intl[name] = new Proxy(Intl[name], {
      construct: (target, args) => (note('Intl.' + name), Reflect.construct(target, args)),
      apply: (target, self, args) => (note('Intl.' + name), Reflect.apply(target, self, args)),
    });
  }`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-start-up-'));
  await writeFile(join(folder, 'trace.csv'), `${HEAD}\n${ROW}\n`);
  await writeFile(join(folder, 'notes.cjs'), NOTES);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The files of the program, without the digest in their names, and Node's own modules. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const log = join(folder, 'loaded.txt');
  await writeFile(log, '');
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', TZ: 'Europe/Berlin', LOADED: log },
    ...{ MAILCHECK_HOME: join(folder, 'home'), MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
  };
  const words = ['--require', join(folder, 'notes.cjs'), BIN, ...args];
  const { exitCode } = await runProgram(process.execPath, words, { args, env, cwd: folder });
  expect(exitCode).toBe(0);
  const names = (await readFile(log, 'utf8')).trim().split('\n');
  return [
    ...new Set(
      names.map((name) => name.replace(/^\.?\.?\/.*\//u, '').replace(/^\.\/|(?:-[\w-]{8})?\.c?js$/gu, '')),
    ),
  ].toSorted();
}

describe('what is loaded', () => {
  test.each<readonly [readonly string[], readonly string[], string]>([
    [
      ['--version'],
      ['mailcheck', 'main', 'node:fs/promises', 'node:url', 'rolldown-runtime'],
      'a number and no more',
    ],
    [['--help'], ['mailcheck', 'main', 'overview', 'rolldown-runtime'], 'one page and no frame'],
    [
      ['explain', '451 4.3.2'],
      [
        ...['explain', 'frame', 'mailcheck', 'main'],
        ...['node:events', 'node:fs', 'node:path', 'node:process'],
        ...['rolldown-runtime', 'rules.json'],
      ],
      'the rules, the frame, no page of help, and none of Node beyond what it has loaded itself',
    ],
    [
      ['trace', '--file', 'trace.csv'],
      [
        ...['export', 'frame', 'mailcheck', 'main'],
        ...[
          'node:buffer',
          'node:events',
          'node:fs',
          'node:fs/promises',
          'node:os',
          'node:path',
          'node:process',
        ],
        ...['node:string_decoder', 'node:timers/promises', 'node:util', 'node:v8'],
        ...['profiles', 'rolldown-runtime', 'trace'],
      ],
      'no rules, network, store, drill or cryptography, and nobody asks Intl for the zone of the machine',
    ],
  ])('%j', async (args, files) => {
    expect(await loadedBy(args)).toEqual(files);
  });
});
