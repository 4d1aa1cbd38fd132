/** The manual page, made from the same specs as the help: man(7) source. Pure. */
import { spellingOf } from './arguments.js';
import type { Command, Example } from './command.js';
import type { Flag } from './flag.js';
import { COMMON_FLAGS } from './flags.js';
import { OVERVIEW_EXAMPLES } from './overview.js';
import type { Topic } from './topic.js';

interface ManPage {
  readonly commands: readonly Command[];
  readonly topics: readonly Topic[];
  readonly version: string;
  /** `2026-11-26`. */
  readonly date: string;
}

export function renderManPage({ commands, topics, version, date }: ManPage): string {
  return [
    `.TH MAILCHECK 1 "${date}" "mailcheck ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'mailcheck \\- where is the mail, is it late or lost, will it come, and whose fault is it',
    '.SH SYNOPSIS',
    '.B mailcheck',
    '.I COMMAND',
    '[flags]',
    '.br',
    '.B mailcheck help',
    '.I TOPIC',
    '.SH DESCRIPTION',
    'Message trace, service health and connector checks for Exchange Online, on one screen.',
    'Standard output is the answer, standard error is talk; piping changes colour and width, never the format.',
    '.SH EXAMPLES',
    'The first needs no account.',
    ...OVERVIEW_EXAMPLES.flatMap(exampleLines),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH COMMON FLAGS',
    'A flag means the same wherever it may stand; the help of a command lists those that do something there.',
    ...COMMON_FLAGS.flatMap(flagLines),
    '.SH HELP TOPICS',
    ...topics.flatMap(({ name, summary }) => ['.TP', `.B ${roff(name)}`, `${roff(summary)}.`]),
    '.SH EXIT STATUS',
    '0 done, 1 warning, 2 critical, 3 unknown, 4 refused, 64 wrong usage, 65 an input file is missing or broken,',
    '70 a bug, 130 and 143 interrupted.',
    '.B mailcheck help exit\\-codes',
    'has the details.',
    '.SH ENVIRONMENT',
    '.B mailcheck help environment',
    'lists all variables.',
    '',
  ].join('\n');
}

function commandLines(command: Command): string[] {
  const name = command.words.join(' ');
  const { positional, about, permissions } = command;
  const shared = new Set(COMMON_FLAGS.map((flag) => flag.name));
  return [
    `.SS mailcheck ${roff([name, ...(positional === undefined ? [] : [positional])].join(' '))}`,
    `${text(command.summary)}.`,
    ...(about === undefined ? [] : ['.PP', text(about)]),
    ...command.flags.filter((flag) => !shared.has(flag.name)).flatMap(flagLines),
    ...permissionLines(permissions),
    ...command.examples.flatMap(exampleLines),
  ];
}

function permissionLines(permissions: readonly string[]): string[] {
  const [first = 'none.'] = permissions;
  if (permissions.length < 2) return ['.PP', `Permissions: ${roff(first)}`];
  return ['.PP', 'Permissions:', ...permissions.flatMap((line) => ['.IP \\(bu 2', text(line)])];
}

function flagLines(flag: Flag<unknown>): string[] {
  const shown =
    flag.optionalValue === true
      ? `--${flag.name}[=${flag.value ?? ''}]`
      : spellingOf(flag).replace(/[<>]/g, '');
  return ['.TP', `.B ${roff(shown)}`, text(flag.help)];
}

/** Copied as it stands: nothing is filled, and no sign becomes a nicer one. */
function exampleLines({ does, line }: Example): string[] {
  const end = does.endsWith('?') ? '' : ':';
  return ['.PP', `${text(does)}${end}`, '.PP', '.nf', '.RS 4', text(`mailcheck ${line}`), '.RE', '.fi'];
}

/** A line of text: a dot or an apostrophe at its beginning would be a request. */
function text(line: string): string {
  return roff(line).replace(/^(?=[.'])/u, '\\&');
}

/** Signs of ours that roff would read or make nicer. */
function roff(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replace(
      /[^\x20-\x7e]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
