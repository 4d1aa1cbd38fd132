import { describe, expect, test } from 'vitest';

import type { Request } from '#cli/arguments.js';
import { parseArguments } from '#cli/arguments.js';
import { defineCommand } from '#cli/command.js';
import type { Flag } from '#cli/flag.js';
import { switchFlag, textsFlag } from '#cli/flag.js';
import { Failure } from '#failure.js';

function commandOf(words: readonly string[], flags: readonly Flag<unknown>[], positional?: string) {
  return defineCommand<null, never, null>({
    words,
    summary: words.join(' '),
    ...(positional === undefined ? {} : { positional }),
    permissions: [],
    examples: [],
    flags,
    judges: false,
    schema: 'mailcheck.test/1',
    parse: () => null,
    // eslint-disable-next-line require-yield -- a command without rows
    run: async function* () {
      await Promise.resolve();
      return {
        result: null,
        summary: null,
        tenant: null,
        source: null,
        window: null,
        findings: [],
        incomplete: [],
      };
    },
    views: { columns: [], table: () => '' },
  });
}

const ENTRIES = [
  commandOf(['trace'], [textsFlag('sender', 'ADDRESS', ''), switchFlag('wait', '')]),
  commandOf(['trace', 'show'], [textsFlag('recipient', 'ADDRESS', '')], 'ID'),
  commandOf(['explain'], [switchFlag('batch', '')], '[TEXT|-]'),
].map((command) => ({
  words: command.words,
  summary: command.summary,
  load: () => Promise.resolve(command),
}));

async function parsed(argv: readonly string[]): Promise<unknown> {
  const request: Request = await parseArguments(argv, ENTRIES);
  if (request.kind === 'help') return { help: request.words };
  const { command, raw } = request;
  return {
    words: command.words.join(' '),
    positionals: raw.positionals,
    flags: Object.fromEntries(raw.valuesByFlag),
  };
}

describe('parseArguments', () => {
  test.each<[string[], unknown, string]>([
    [['trace'], { words: 'trace', positionals: [], flags: {} }, 'a command alone'],
    [
      ['trace', 'show', 'x'],
      { words: 'trace show', positionals: ['x'], flags: {} },
      'the longer command wins',
    ],
    [
      ['trace', '--sender', 'a@b.example', '--sender=c@d.example', '--wait'],
      { words: 'trace', positionals: [], flags: { sender: ['a@b.example', 'c@d.example'], wait: [''] } },
      'repeated flags gather, both spellings',
    ],
    [
      ['explain', '--drill', '451 4.3.2'],
      { words: 'explain', positionals: ['451 4.3.2'], flags: { drill: [''] } },
      'a bare --drill takes no word',
    ],
    [
      ['explain', '--drill=calm', 'x'],
      { words: 'explain', positionals: ['x'], flags: { drill: ['calm'] } },
      'only = binds a value',
    ],
    [
      ['explain', '--', '--batch'],
      { words: 'explain', positionals: ['--batch'], flags: {} },
      'after -- all is text',
    ],
    [
      ['explain', '--', '--help'],
      { words: 'explain', positionals: ['--help'], flags: {} },
      'even what looks like help',
    ],
    [
      ['explain', '550', '5.1.1'],
      { words: 'explain', positionals: ['550', '5.1.1'], flags: {} },
      'unquoted words',
    ],
    [['explain', '-'], { words: 'explain', positionals: ['-'], flags: {} }, 'a dash is standard input'],
    [['explain', '-q', 'x'], { words: 'explain', positionals: ['x'], flags: { quiet: [''] } }, 'short flags'],
    [['trace', '--help'], { help: ['trace'] }, 'help of a command'],
    [['trace', 'show', '-h'], { help: ['trace', 'show'] }, 'help of a longer command'],
    [['help', 'trace', 'show'], { help: ['trace', 'show'] }, 'help as a word'],
    [['--help'], { help: [] }, 'the overview'],
    [[], { help: [] }, 'nothing at all'],
  ])('%j: %j: %s', async (argv, expected) => {
    expect(await parsed(argv)).toEqual(expected);
  });

  test.each<[string[], string, string]>([
    [['trase'], "Unknown command 'trase'.", 'Did you mean trace?'],
    [['trace', 'shwo'], 'trace takes no word; "shwo" was given.', 'There is also mailcheck trace show.'],
    [['trace', '--sinder', 'x'], "Unknown option '--sinder'.", 'Did you mean --sender?'],
    [['trace', '--sinder=x'], "Unknown option '--sinder'.", 'Did you mean --sender?'],
    [['trace', '--xyzzy=x\ny'], "Unknown option '--xyzzy'.", 'See mailcheck trace --help.'],
    [['trace', '--client-secret=x'], "Unknown option '--client-secret'.", 'No flag takes a secret'],
    [['trace', '--password', 'x'], "Unknown option '--password'.", 'No flag takes a secret'],
    [['--secret=x', 'trace'], "Unknown option '--secret'.", 'No flag takes a secret'],
    [['--secret=x'], '--secret came before any command.', 'Put the command first'],
    [['trace', '--sender'], "Option '--sender <ADDRESS>' argument missing.", 'See mailcheck trace --help.'],
    [['--format', 'json', 'trace'], '--format came before any command.', 'Put the command first'],
    [['xyzzy'], "Unknown command 'xyzzy'.", 'See mailcheck --help.'],
  ])('%j is refused: %s %s', async (argv, message, remedy) => {
    const failure: unknown = await parseArguments(argv, ENTRIES).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect((failure as Failure).remedy).toContain(remedy);
  });
});
