/** From argv to a command and its raw values. commander does the parsing; only the chosen command is loaded. */
import { Command as Parser, CommanderError, Option } from 'commander';

import { Failure } from '#failure.js';
import { nearestWord } from '#mailflow/nearest-word.js';

import type { Command } from './command.js';
import type { Flag, RawArguments } from './flag.js';
import { COMMON_FLAGS } from './flags.js';

/** A command before it is loaded: enough for the overview and for spelling suggestions. */
export interface CommandEntry {
  readonly words: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export type Request =
  | { readonly kind: 'help'; readonly words: readonly string[] }
  | { readonly kind: 'command'; readonly command: Command; readonly raw: RawArguments };

export async function parseArguments(
  argv: readonly string[],
  entries: readonly CommandEntry[],
): Promise<Request> {
  const entry = chooseEntry(argv, entries);
  if (entry === null) return requestWithoutCommand(argv, entries);
  if (asksForHelp(argv)) return { kind: 'help', words: entry.words };
  const command = await entry.load();
  return { kind: 'command', command, raw: parseWith(command, entries, argv) };
}

/** The command whose words come first in argv; of two that fit, the longer, as `trace show` before `trace`. */
export function chooseEntry(argv: readonly string[], entries: readonly CommandEntry[]): CommandEntry | null {
  const words = argv.slice(0, endOfWords(argv)).filter((word) => !word.startsWith('-'));
  const fitting = entries.filter((entry) => entry.words.every((word, index) => words[index] === word));
  return fitting.reduce<CommandEntry | null>(
    (best, entry) => (best === null || entry.words.length > best.words.length ? entry : best),
    null,
  );
}

function requestWithoutCommand(argv: readonly string[], entries: readonly CommandEntry[]): Request {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: 'help', words: [] };
  if (first === 'help') return { kind: 'help', words: rest.filter((word) => !word.startsWith('-')) };
  if (first === '--help' || first === '-h') return { kind: 'help', words: [] };
  if (first.startsWith('-')) throw flagFirst(first.split('=', 1)[0] ?? first);
  parseWith(null, entries, argv);
  throw unknownCommand(first);
}

function flagFirst(flag: string): Failure {
  const meant = nearestWord(flag, ['--help', '--version']);
  const hint = meant === null ? '' : `Did you mean mailcheck ${meant}? `;
  return new Failure('usage', `${flag} came before any command.`, {
    remedy: `${hint}Put the command first, as mailcheck trace --since 4h; mailcheck --help lists them.`,
  });
}

function unknownCommand(word: string): Failure {
  return new Failure('usage', `There is no command "${word}".`, {
    remedy: 'mailcheck --help lists the commands.',
  });
}

/** `--` ends the flags; what follows is text, even when it looks like a flag or a command. */
function endOfWords(argv: readonly string[]): number {
  const end = argv.indexOf('--');
  return end === -1 ? argv.length : end;
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.slice(0, endOfWords(argv)).some((word) => word === '--help' || word === '-h');
}

function parseWith(
  command: Command | null,
  entries: readonly CommandEntry[],
  argv: readonly string[],
): RawArguments {
  const values = new Map<string, string[]>();
  let positionals: readonly string[] = [];
  const root = new Parser('mailcheck')
    .exitOverride()
    .configureOutput(SILENT)
    .helpOption(false)
    .helpCommand(false);
  // For whoever mistypes it.
  if (command === null) root.command('help');
  for (const parser of parserTree(root, command === null ? entries : onTheWayTo(command, entries))) {
    if (command === null || parser.words.join(' ') !== command.words.join(' ')) continue;
    addFlags(parser.node, [...command.flags, ...COMMON_FLAGS], values);
    parser.node.argument('[words...]').action(() => {
      positionals = parser.node.args;
    });
  }
  try {
    root.parse(argv.map(bindBareOptional(command)), { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? usageFailure(error, command) : error;
  }
  if (command !== null && command.positional === undefined && positionals[0] !== undefined) {
    throw unexpectedWord(positionals[0], command.words.join(' '), entries);
  }
  return { positionals, valuesByFlag: values };
}

function unexpectedWord(word: string, name: string, entries: readonly CommandEntry[]): Failure {
  const longer = entries
    .map((entry) => entry.words.join(' '))
    .filter((words) => words.startsWith(`${name} `));
  const hint =
    longer.length === 0 ? '' : `There is also ${longer.map((words) => `mailcheck ${words}`).join(', ')}. `;
  return new Failure('usage', `${name} takes no word; "${word}" was given.`, {
    remedy: `${hint}See mailcheck ${name} --help.`,
  });
}

/** The command and those that it hangs below: of the others nothing can be meant. */
function onTheWayTo(command: Command, entries: readonly CommandEntry[]): CommandEntry[] {
  return entries.filter(({ words }) => words.every((word, index) => command.words[index] === word));
}

interface ParserNode {
  readonly words: readonly string[];
  readonly node: Parser;
}

/** One commander node per command; `trace show` hangs below `trace`. */
function parserTree(root: Parser, entries: readonly CommandEntry[]): ParserNode[] {
  const nodes: ParserNode[] = [];
  const shortFirst = [...entries].sort((a, b) => a.words.length - b.words.length);
  for (const { words, summary } of shortFirst) {
    const parent =
      nodes.find((candidate) => candidate.words.join(' ') === words.slice(0, -1).join(' '))?.node ?? root;
    const node = parent.command(words.at(-1) ?? '').description(summary);
    nodes.push({
      words,
      node: node.exitOverride().configureOutput(SILENT).helpOption(false).helpCommand(false),
    });
  }
  return nodes;
}

const SILENT = { writeOut: () => undefined, writeErr: () => undefined };

function addFlags(parser: Parser, flags: readonly Flag<unknown>[], values: Map<string, string[]>): void {
  for (const flag of flags) {
    parser.addOption(new Option(spellingOf(flag)));
    parser.on(`option:${flag.name}`, (value: string | null | undefined) => {
      values.set(flag.name, [...(values.get(flag.name) ?? []), value ?? '']);
    });
  }
}

export function spellingOf(flag: Flag<unknown>): string {
  const long = flag.value === undefined ? `--${flag.name}` : `--${flag.name} <${flag.value}>`;
  return flag.short === undefined ? long : `-${flag.short}, ${long}`;
}

/** commander would let a flag with an optional value eat the next word; only `=` may bind one. */
function bindBareOptional(command: Command | null): (word: string) => string {
  const names = [...(command?.flags ?? []), ...COMMON_FLAGS].filter((flag) => flag.optionalValue === true);
  return (word) => (names.some((flag) => word === `--${flag.name}`) ? `${word}=` : word);
}

function usageFailure(error: CommanderError, command: Command | null): Failure {
  const [what = 'wrong usage', hint] = withoutUnknownValue(error)
    .replace(/^error: /, '')
    .split('\n');
  const page = command === null ? 'mailcheck --help' : `mailcheck ${command.words.join(' ')} --help`;
  const suggestion = hint === undefined ? ofUnknownFlag(what, command) : hint.replace(/^\(|\)$/g, '');
  return new Failure('usage', `${what.charAt(0).toUpperCase()}${what.slice(1)}.`, {
    remedy: `${suggestion === '' ? '' : `${suggestion} `}See ${page}.`,
    cause: error,
  });
}

/** Behind the = of a flag that nobody knows may stand a secret, and what we say is kept in logs. */
function withoutUnknownValue({ code, message }: CommanderError): string {
  return code === 'commander.unknownOption'
    ? message.replace(/^(error: unknown option '--[^'=]*)=[^]*$/, "$1'")
    : message;
}

/** What helps whoever gave a flag that only its value kept from being taken for another, or one for a secret. */
function ofUnknownFlag(what: string, command: Command | null): string {
  const [, flag] = /^unknown option '(--[^']*)'$/.exec(what) ?? [];
  if (flag === undefined) return '';
  const known = [...(command?.flags ?? []), ...COMMON_FLAGS].map(({ name }) => `--${name}`);
  const meant = nearestWord(flag, known);
  if (meant !== null) return `Did you mean ${meant}?`;
  return /secret|password|token/i.test(flag)
    ? 'No flag takes a secret: set AZURE_CLIENT_SECRET or name a file (mailcheck login --secret-file FILE), and renew one that was typed here.'
    : '';
}
