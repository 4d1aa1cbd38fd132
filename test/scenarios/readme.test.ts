/**
 * Why: who has an outage at hand copies from the README before reading it. Its commands must run, its screens be what the
 * program prints, its links lead somewhere, and what it says of tests and scripts must be there. Tenant: a drill, where a
 * command asks the service; recordings, where it names files. Requests: whatever the commands need.
 */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { OVERVIEW_EXAMPLES } from '#cli/overview.js';
import { splitWords } from '#cli/split-words.js';
import { COMMANDS } from '#commands/index.js';
import { SIGN_IN_KINDS } from '#settings/profile.js';

import { PLAIN_STYLE, writeExport } from '../generator/exports.js';
import { population } from '../generator/population.js';
import { type Run, runMailcheck } from './run-mailcheck.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = await readFile(join(ROOT, 'README.md'), 'utf8');
const SCRIPTS = Object.keys(
  (JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: object }).scripts,
);
const TIME = 120_000;

/** A block of text between fences, by its language. */
const BLOCKS = [...README.matchAll(/^```(\w*)\n([^]*?)^```$/gmu)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const PROSE = README.replaceAll(/^```\w*\n[^]*?^```$/gmu, '');
const SPANS = [...PROSE.matchAll(/`([^`]+)`/gu)].map(([, span = '']) => span.replaceAll(/\s+/gu, ' '));
const IN_BLOCKS = BLOCKS.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'));

/** What follows the name of the program, without the remark behind it. */
const COMMAND_LINES = [
  ...new Set(
    [...IN_BLOCKS, ...SPANS]
      .map((line) => /^(?:npm ci && )?(?:mailcheck|npm start --) (\S.*)$/u.exec(line)?.[1] ?? '')
      .map((line) => line.replace(/\s+# .*$/u, ''))
      .filter((line) => line !== '' && !/^COMMAND\b/u.test(line)),
  ),
];

const ofCommands = await Promise.all(COMMANDS.map(async (entry) => (await entry.load()).examples));
/** Those of help are run by a test of their own. */
const OF_HELP = new Set([...OVERVIEW_EXAMPLES, ...ofCommands.flat()].map(({ line }) => line));

const SAMPLE = {
  ...{ seed: 1, messages: 30, newest: new Date('2026-06-02T17:00:00Z'), stepSeconds: 60 },
  ...{ maxRecipients: 2, awkward: false },
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const recordings = join(ROOT, 'test/recordings/relay');
  await copyFile(join(recordings, 'exchange/messages.csv'), join(folder, 'queue.csv'));
  const mail = [...population(SAMPLE)];
  await writeFile(join(folder, 'trace.csv'), [...writeExport('powershell-list', mail, PLAIN_STYLE)].join(''));
  await writeFile(
    join(folder, 'detail.csv'),
    [...writeExport('powershell-detail', mail, PLAIN_STYLE)].join(''),
  );
  await copyFile(join(recordings, 'postfix-rfc3339.log'), join(folder, 'mail.log'));
  await writeFile(
    join(folder, 'mail.log.1.gz'),
    gzipSync(await readFile(join(recordings, 'postfix-rfc3339.log'))),
  );
  const login = 'login --profile contoso --kind certificate --certificate mailcheck.pem --no-check';
  expect(await run(login)).toMatchObject({ exitCode: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** In one folder with one home, as a person would who goes through the page. */
function run(line: string): Promise<Run> {
  const split = splitWords(line);
  if (!split.ok) throw new Error(split.expected);
  return runMailcheck(split.words, { cwd: folder, env: { MAILCHECK_HOME: join(folder, 'home') } });
}

/** At a drill, where a service would be asked; of a sign-in only what is written down. */
function runnable(line: string): string {
  const named = line
    .replace(/ \| jq .*$/u, '')
    .replace('GUID', '00000000-0000-4000-8000-000000000001')
    .replace(/^(login .*--certificate) \S+$/u, '$1 mailcheck.pem --no-check');
  const isServed =
    /--drill|--file|--run|--help|--list/u.test(named) ||
    /^(?:explain|help|completion|login|logout|quota|check init|--version)\b/u.test(named);
  return isServed ? named : `${named} --drill`;
}

/** A drill ends with 0 unless its verdict is asked for. */
function isDone(line: string, code: number | null): boolean {
  return line.includes('--drill-exit') ? code === 1 || code === 2 : code === 0;
}

// Most of their time is the pace of a question a second.
describe('its commands', () => {
  test.concurrent.each(COMMAND_LINES.filter((line) => !OF_HELP.has(line)))(
    'mailcheck %s',
    async (line) => {
      const { exitCode, stdout, stderr } = await run(runnable(line));
      expect(stderr).not.toMatch(/^mailcheck: /mu);
      expect(exitCode).toSatisfy((code: number | null) => isDone(line, code));
      expect(stdout).not.toBe('');
    },
    TIME,
  );

  test('are found, and every command is among them', () => {
    expect(COMMAND_LINES.length).toBeGreaterThan(40);
    const missing = COMMANDS.map(({ words }) => words.join(' ')).filter(
      (words) => !SPANS.some((span) => span === words || span.startsWith(`${words} `)),
    );
    expect(missing).toEqual([]);
  });

  test('run nothing that another package may be called', () => {
    expect(README).not.toMatch(/npx (?:-\S+ )*mailcheck/u);
  });
});

/** Numbers and spans of time differ from run to run; words, columns and their order do not. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/\d[\d,.]*/gu, '0')
    .replaceAll(/0\s(?:d|h|min|s)(?:\s0\s(?:h|min|s))*/gu, '0 time')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

const SCREENS = BLOCKS.filter(({ text }) => text.startsWith('$ mailcheck ')).map(({ text }) => {
  const [first = '', ...rest] = text.split('\n');
  return [first.replace('$ mailcheck ', ''), rest.join('\n').split(/^…$/mu)] as const;
});

describe('its screens', () => {
  test.each(SCREENS)(
    'mailcheck %s',
    async (line, parts) => {
      const shown = shapeOf((await run(line)).stdout);
      const places = parts.map((part) => shown.indexOf(shapeOf(part)));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    },
    TIME,
  );

  test('are there, and fit a terminal', () => {
    expect(SCREENS.length).toBeGreaterThanOrEqual(3);
    for (const { text } of BLOCKS.filter(({ language }) => language === ''))
      expect(text.split('\n').filter((row) => row.length > 90)).toEqual([]);
  });
});

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

describe('what it points at', () => {
  const headings = new Set(
    [...PROSE.matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => `#${anchorOf(heading)}`),
  );
  const targets = [...PROSE.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, target = '']) => target);
  const places = [
    ...targets.filter((target) => !/^(?:#|https:)/u.test(target)),
    ...SPANS.filter((span) => /^(?:src|test)\/\S+$/u.test(span)),
    ...BLOCKS.flatMap(({ text }) => text.match(/\b(?:src|bin)\/[\w/.*-]*/gu) ?? []),
  ];

  test('sections are there', () => {
    const inside = targets.filter((target) => target.startsWith('#'));
    expect(inside.length).toBeGreaterThan(5);
    expect(inside.filter((target) => !headings.has(target))).toEqual([]);
  });

  test.each([...new Set(places)])('%s is there', async (place) => {
    const [parent = '', name = ''] = /^(.*?)\/?([^/]*)\/?$/u.exec(place)?.slice(1) ?? [];
    const isKnown = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'u');
    expect(
      (await readdir(join(ROOT, parent.split('/*')[0] ?? ''), { recursive: parent.includes('*') })).map(
        (path) => path.split('/').at(-1) ?? '',
      ),
    ).toSatisfy((names: readonly string[]) => names.some((entry) => isKnown.test(entry)));
  });

  test('every script of npm that it names is one', () => {
    const named = [...README.matchAll(/npm run ([\w:-]+)/gu)].map(([, script = '']) => script);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((script) => !SCRIPTS.includes(script))).toEqual([]);
  });
});

test('every promise stands beside what tries it', () => {
  const [, section = ''] = /^## Promises[^\n]*\n([^]*?)^## /mu.exec(README) ?? [];
  const rows = section.split('\n').filter((row) => /^\| (?!promise |-)/u.test(row));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !/\]\(test\/|`npm run/u.test(row))).toEqual([]);
});

test('every way of signing in is told', () => {
  const [, section = ''] = /^## Sign-in[^\n]*\n([^]*?)^## /mu.exec(README) ?? [];
  expect(SIGN_IN_KINDS.filter((kind) => !section.includes(`\`${kind}\``))).toEqual([]);
});

test('the drawing is one screen', () => {
  const [, section = ''] = /^## How it is built\n([^]*?)^## /mu.exec(README) ?? [];
  const [, drawing = ''] = /```\n([^]*?)```/u.exec(section) ?? [];
  expect(drawing.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});
