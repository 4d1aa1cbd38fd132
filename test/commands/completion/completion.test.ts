import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gatherShellWords } from '#cli/gather-shell-words.js';
import { completion } from '#commands/completion/completion.js';
import { COMMANDS } from '#commands/index.js';
import { TOPICS } from '#commands/topics/index.js';
import { Failure } from '#failure.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';
import { FORMATS, SHOWING_FORMATS } from '#render/formats.js';
import { EMPTY_PROFILE, writeProfiles } from '#settings/profile.js';
import { SCENARIOS } from '#simulator/scenario/scenarios.js';
import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';

import { pageOf } from '../../render/pages.js';
import { runCommand } from '../run-command.js';
import { isInstalled, listedByBash, listedByFish, typed } from './real-shell.js';

const words = await gatherShellWords(COMMANDS, TOPICS);

async function scriptFor(shell: string): Promise<string> {
  const run = await runCommand(completion, [shell], { shellWords: () => Promise.resolve(words) });
  return run.text('table', pageOf(80));
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-shells-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the words', () => {
  test('name every command, every flag of it, and every topic', async () => {
    const { commands } = words;
    expect(commands.map(({ path }) => path)).toEqual([
      ...COMMANDS.map((entry) => entry.words.join(' ')),
      'help',
    ]);
    for (const entry of COMMANDS) {
      const { flags } = await entry.load();
      const known = commands
        .find(({ path }) => path === entry.words.join(' '))
        ?.flags.map(({ name }) => name);
      expect(known).toEqual(expect.arrayContaining(flags.map(({ name }) => name)));
    }
    expect(commands.at(-1)?.positionals).toEqual(expect.arrayContaining(TOPICS.map(({ name }) => name)));
  });

  test('name the formats of relays that can be read, and the checks that there are', () => {
    const takes = (path: string, flag: string) =>
      words.commands.find((command) => command.path === path)?.flags.find(({ name }) => name === flag)?.takes;
    const formats = RELAY_FORMATS.map(({ name }) => name);
    expect(takes('relay', 'relay-format')).toEqual({ kind: 'choice', choices: formats });
    expect(takes('check', 'explain')).toEqual({ kind: 'choice', choices: CHECK_IDS });
    expect(takes('trace', 'output')).toEqual({ kind: 'written', choices: SHOWING_FORMATS });
    expect(takes('status', 'output')).toEqual({ kind: 'written', choices: FORMATS });
  });

  test('name the scenarios that there are', () => {
    const drill = words.commands.find(({ path }) => path === 'drill');
    expect(drill?.positionals).toEqual(SCENARIOS.map(({ name }) => name));
  });

  test('need no quoting in any shell', () => {
    const all = words.commands.flatMap(({ path, flags, positionals }) => [
      ...[...path.split(' '), ...positionals],
      ...flags.flatMap(({ name, takes }) => [name, ...('choices' in takes ? takes.choices : [])]),
    ]);
    expect(all.filter((word) => !/^[a-z0-9][a-z0-9-]*$/u.test(word))).toEqual([]);
  });
});

test.each([
  [[], 'none is named'],
  [['bsh'], 'there is no such shell'],
  [['bash', 'zsh'], 'one at a time'],
])('%j is refused: %s', async (args) => {
  const failure: unknown = await runCommand(completion, args).catch((error: unknown) => error);
  if (!(failure instanceof Failure)) throw new Error('it was taken');
  expect(failure.kind).toBe('usage');
  expect(failure.remedy).toContain('bash, zsh, fish, powershell');
});

test('PowerShell: every command, flag and list of values stands in the script', async () => {
  const script = await scriptFor('powershell');
  for (const { path, flags } of words.commands) {
    expect(script).toContain(`'${path}' = @(`);
    for (const { name, takes } of flags) {
      expect(script).toContain(`'--${name}'`);
      if (takes.kind === 'choice')
        expect(script).toContain(`'${path} --${name}' = @('${takes.choices[0] ?? ''}'`);
    }
  }
});

const COMPLETED: readonly (readonly [line: string, words: readonly string[], why: string])[] = [
  ['mailcheck tra⇥', ['trace'], 'a command'],
  ['mailcheck health mess⇥', ['health', 'messages'], 'a verb'],
  ['mailcheck trace --resend⇥', ['trace', '--resend-list'], 'a flag of the command'],
  ['mailcheck trace show --verb⇥', ['trace', 'show', '--verbose'], 'a flag of every command'],
  ['mailcheck trace --format js⇥', ['trace', '--format', 'json'], 'a value'],
  ['mailcheck trace --format=js⇥', ['trace', '--format=json'], 'a value behind ='],
  ['mailcheck trace --drill=ju⇥', ['trace', '--drill=june-2026'], 'a scenario'],
  ['mailcheck help outa⇥', ['help', 'outage'], 'a topic'],
  ['mailcheck drill ca⇥', ['drill', 'calm'], 'a scenario without a flag'],
  ['mailcheck completion fi⇥', ['completion', 'fish'], 'a shell'],
  ['mailcheck trace --file odd⇥', ['trace', '--file', 'odd.csv'], 'a file'],
  ['mailcheck trace --ca-file=odd⇥', ['trace', '--ca-file=odd.csv'], 'a file behind ='],
  ['mailcheck trace --output js⇥odd⇥', ['trace', '--output', 'json=odd.csv'], 'a format, and a file for it'],
  ['mailcheck trace --output=js⇥odd⇥', ['trace', '--output=json=odd.csv'], 'the same behind ='],
  ['mailcheck status --profile fa⇥', ['status', '--profile', 'fabrikam'], 'a profile'],
  ['mailcheck status --profile=co⇥', ['status', '--profile=contoso'], 'a profile behind ='],
  ['mailcheck relay --relay-format exim-l⇥', ['relay', '--relay-format', 'exim-log'], 'a format of a relay'],
  [
    'mailcheck trace --file ev⇥',
    ['trace', '--file', 'evil$(touch pwned);`touch pwned`.csv'],
    'a hostile name',
  ],
  ['mailcheck trace --file sp⇥', ['trace', '--file', "space and 'quote'.csv"], 'a name with blanks'],
  ['mailcheck trace --sender $(touch typed)⇥x', ['trace', '--sender', 'x'], 'what is typed stays as typed'],
];

async function writeProfilesInto(place: string): Promise<void> {
  await mkdir(place, { recursive: true });
  const byName = new Map(['contoso', 'fabrikam'].map((name) => [name, { ...EMPTY_PROFILE, tenant: name }]));
  await writeFile(join(place, 'profiles.json'), writeProfiles({ defaultName: 'contoso', byName }));
}

describe.each(['bash', 'zsh'] as const)('%s at a terminal', (shell) => {
  test.skipIf(!isInstalled(shell))(
    `completes, where ${shell} is installed`,
    { timeout: 60_000 },
    async () => {
      const names = ['odd.csv', 'evil$(touch pwned);`touch pwned`.csv', "space and 'quote'.csv"];
      for (const name of names) await writeFile(join(folder, name), '');
      await writeProfilesInto(join(folder, '.config/mailcheck'));
      const got = await typed(
        shell,
        await scriptFor(shell),
        folder,
        COMPLETED.map(([line]) => line),
      );
      expect(got).toEqual(COMPLETED.map(([, expected]) => expected));
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
  );
});

const LISTED: readonly (readonly [line: string, some: readonly string[], why: string])[] = [
  ['', COMMANDS.map((entry) => entry.words[0] ?? ''), 'all commands'],
  ['status --format ', FORMATS, 'all formats, where there is a verdict'],
  ['health ', ['show', 'messages'], 'verbs'],
  ['help ', TOPICS.map(({ name }) => name), 'all topics'],
  ['drill ', SCENARIOS.map(({ name }) => name), 'all scenarios'],
  ['trace --fail-on ', ['warning', 'critical', 'never'], 'the levels'],
  ['check --explain ', CHECK_IDS, 'all checks'],
  ['status --output ', FORMATS.map((name) => `${name}=`), 'all formats, each for a file'],
];

describe('lists', () => {
  test.skipIf(!isInstalled('bash')).each(LISTED)('bash: mailcheck %s: %j, %s', async (line, some) => {
    const listed = listedByBash(await scriptFor('bash'), `mailcheck ${line}`.split(' '));
    expect(listed).toEqual(expect.arrayContaining([...some]));
  });

  test.skipIf(!isInstalled('fish')).each(LISTED)('fish: mailcheck %s: %j, %s', async (line, some) => {
    const listed = listedByFish(await scriptFor('fish'), `mailcheck ${line}`, folder);
    expect(listed).toEqual(expect.arrayContaining([...some]));
  });

  test.skipIf(!isInstalled('bash')).each([
    ['trace --since ', 'a time is nobody’s to guess'],
    ['trace show --drill ', 'its value stands behind ='],
    ['explain --file x ', 'a text is free'],
  ])('bash: mailcheck %s: nothing, for %s', async (line) => {
    expect(listedByBash(await scriptFor('bash'), `mailcheck ${line}`.split(' '))).toEqual([]);
  });

  test.skipIf(!isInstalled('fish'))('fish offers profiles, and the file of an output', async () => {
    await writeProfilesInto(join(folder, '.config/mailcheck'));
    await writeFile(join(folder, 'fishy.txt'), '');
    const script = await scriptFor('fish');
    const listed = (line: string) => listedByFish(script, `mailcheck ${line}`, folder);
    expect(listed('status --profile ').toSorted()).toEqual(['contoso', 'fabrikam']);
    expect(listed('status --output json=fishy.t')).toEqual(['json=fishy.txt']);
  });

  test.skipIf(!isInstalled('fish'))(
    'fish offers files where one belongs, whatever they are called',
    async () => {
      await writeFile(join(folder, 'fishy$(touch pwned).csv'), '');
      const script = await scriptFor('fish');
      expect(listedByFish(script, 'mailcheck trace --file fi', folder)).toContainEqual(
        expect.stringContaining('pwned'),
      );
      expect(listedByFish(script, 'mailcheck trace fi', folder)).toEqual([]);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
  );
});
