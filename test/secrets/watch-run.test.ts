/** A search that could not fail would prove nothing: a secret is planted wherever a run could leave one. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SECRET_VARIABLES } from '#settings/secret-variables.js';

import { DRIVERS } from '../history/driver/drivers.js';
import { type ProgramOptions, startProgram } from '../scenarios/run-mailcheck.js';
import { canary } from './canary.js';
import { takeLeaks } from './watch-run.js';

const SECRET = canary('planted');
let folder = '';
let home = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-planted-'));
  home = join(folder, 'home');
  await mkdir(join(home, 'sign-in'), { recursive: true });
  await chmod(join(home, 'sign-in'), 0o700);
  await mkdir(join(folder, 'work'));
  await mkdir(join(folder, 'tmp'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Something that says on standard output what it is told, while something else happens. Gives what was found. */
async function leaksOf(
  happens: () => Promise<unknown>,
  { script = 'cat', said = '', ...more }: Partial<ProgramOptions> & { script?: string; said?: string } = {},
): Promise<readonly string[]> {
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', MAILCHECK_HOME: home, TMPDIR: join(folder, 'tmp') },
    ...more.env,
  };
  const child = startProgram('sh', ['-c', script], {
    ...{ args: ['trace'], cwd: join(folder, 'work'), ...more, env },
  });
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = new Promise((resolve) => child.once('close', resolve));
  await happens();
  child.stdin?.end(said);
  await ended;
  return takeLeaks();
}

const nothing = (): Promise<void> => Promise.resolve();

function keepInStore(text: string): Promise<void> {
  const [, driver] = DRIVERS.at(-1) ?? expect.fail('no store');
  const database = driver(join(home, 'watch.db'));
  try {
    database.exec('CREATE TABLE health (answer TEXT)');
    database.exec(`INSERT INTO health VALUES ('${text}')`);
  } finally {
    database.close();
  }
  return Promise.resolve();
}

const FORMS: readonly (readonly [string, string])[] = [
  ['plain', SECRET],
  ['base64', Buffer.from(`ann:${SECRET}`).toString('base64')],
  ['in a URL', `https://contoso.example/token?a=1&client_secret=${encodeURIComponent(SECRET)}`],
];

describe.each(FORMS)('%s', (_form, text) => {
  test.each<readonly [string, RegExp, () => Promise<readonly string[]>]>([
    ['standard output', /: stdout: a marked secret/u, () => leaksOf(nothing, { said: text })],
    ['standard error', /: stderr: /u, () => leaksOf(nothing, { said: text, script: 'cat >&2' })],
    ['a store', /watch\.db: /u, () => leaksOf(() => keepInStore(text))],
    ['a report in its folder', /answer\.json: /u, () => leaksOf(() => write('work/answer.json', text))],
    [
      'a report elsewhere',
      /report\.html: /u,
      () =>
        leaksOf(() => write('report.html', text), {
          args: ['status', '--output', `html=${join(folder, 'report.html')}`],
        }),
    ],
    [
      'the file of a step',
      /summary: /u,
      () => leaksOf(() => write('summary', text), { env: { GITHUB_STEP_SUMMARY: join(folder, 'summary') } }),
    ],
    ['a temporary file', /tmp.spool: /u, () => leaksOf(() => write('tmp/spool', text))],
    ['a log deep in its state', /deep.log: /u, () => leaksOf(() => write('home/a/b/deep.log', text))],
  ])('%s', async (_where, words, found) => {
    expect(await found()).toEqual([expect.stringMatching(words)]);
  });
});

async function write(name: string, text: string, mode = 0o644): Promise<void> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `before ${text} after`, { mode });
}

test('the name of a file is searched as well', async () => {
  const name = `home/${encodeURIComponent(SECRET)}.json`;
  expect(await leaksOf(() => write(name, ''))).toEqual([expect.stringMatching(/a file name/u)]);
});

describe('what lay there before', () => {
  test('is the test’s own while nobody touches it', async () => {
    await write('work/app.pem', SECRET, 0o600);
    expect(await leaksOf(nothing)).toEqual([]);
  });

  test('is searched when it was written to', async () => {
    await write('work/app.pem', SECRET, 0o600);
    expect(await leaksOf(() => write('work/app.pem', `${SECRET}, and more`))).toHaveLength(1);
  });
});

describe('what login keeps', () => {
  const PATH = 'home/sign-in/contoso.json';
  const keep = (): Promise<void> => write(PATH, SECRET, 0o600);
  const agreed = { args: ['login', '--keep-token'] };

  test('may lie there once somebody has agreed, for this run and later ones', async () => {
    expect(await leaksOf(keep, agreed)).toEqual([]);
    await rm(join(folder, PATH));
    expect(await leaksOf(keep)).toEqual([]);
  });

  test.each<readonly [string, () => Promise<readonly string[]>]>([
    ['nobody was asked', () => leaksOf(keep)],
    ['others can read it', () => leaksOf(() => write(PATH, SECRET, 0o644), agreed)],
    [
      'others can look into the folder',
      () => leaksOf(() => keep().then(() => chmod(join(home, 'sign-in'), 0o755)), agreed),
    ],
    ['it lies elsewhere', () => leaksOf(() => write('home/contoso.json', SECRET, 0o600), agreed)],
  ])('may not where %s', async (_why, found) => {
    expect(await found()).toHaveLength(1);
  });
});

describe('the lines of a drill', () => {
  const LINES = `# DRILL calm\nexport AZURE_CLIENT_SECRET='${SECRET}'\n$env:MAILCHECK_GRAPH_TOKEN = '${SECRET}'\n`;

  test.each<readonly [string, string, Partial<ProgramOptions> & { script?: string }, number]>([
    ['may name its secret', LINES, { args: ['drill', '--log'] }, 0],
    ['may do so on standard output alone', LINES, { args: ['drill'], script: 'cat >&2' }, 1],
    ['may name no other', `${LINES}export OTHER='${SECRET}'\n`, { args: ['drill'] }, 1],
    ['may name it nowhere else', `${LINES}# 12:00:00 200 graph GET ?a=${SECRET}`, { args: ['drill'] }, 1],
    ['are those of no other command', LINES, { args: ['trace', '--drill'] }, 1],
  ])('%s', async (_what, said, more, count) => {
    expect(await leaksOf(nothing, { ...more, said })).toHaveLength(count);
  });
});

test.each([
  ...SECRET_VARIABLES.map((name) => ({ [name]: 'opaque' })),
  { HTTPS_PROXY: 'http://ann:opaque@127.0.0.1:9' },
])('a secret that nobody would find again starts nothing: %j', (env) => {
  expect(() => startProgram('true', [], { args: [], env })).toThrow(/write it with canary\(\)/u);
});
