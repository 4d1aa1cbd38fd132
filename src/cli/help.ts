/** Help pages as text: examples first, then flags, then what it needs. Pure. */
import type { CommandEntry } from './arguments.js';
import { spellingOf } from './arguments.js';
import type { Command, Example } from './command.js';
import type { Flag } from './flag.js';
import { COMMON_FLAGS, formatFlag, formatFlagFor } from './flags.js';
import type { Topic } from './topic.js';

export const OVERVIEW_EXAMPLES: readonly Example[] = [
  { does: 'Rehearse an outage on a simulated tenant, no account needed', line: 'trace --drill=june-2026' },
  { does: 'Does mail flow, what is stuck, why, and what to do now?', line: 'status' },
  { does: 'Where is the mail of the last four hours?', line: 'trace --since 4h' },
  {
    does: 'What does this error mean, and whose side is it?',
    line: 'explain "450 4.4.318 Connection was closed abruptly"',
  },
  { does: 'No app registration yet? Read an export', line: 'trace --file export.csv' },
];

export function renderOverview(
  entries: readonly CommandEntry[],
  topics: readonly Topic[],
  width: number,
): string {
  const list = (rows: readonly (readonly [string, string])[]): string => twoColumns(rows, width);
  return [
    'mailcheck: where is the mail, is it late or lost, will it come, and whose fault is it?\n',
    'Examples\n' + renderExamples(OVERVIEW_EXAMPLES, width),
    'Commands\n' + list(entries.map((entry) => [entry.words.join(' '), entry.summary])),
    'Help topics (mailcheck help TOPIC)\n' + list(topics.map((topic) => [topic.name, topic.summary])),
    'mailcheck COMMAND --help shows the flags of a command.\n',
  ]
    .map((part) => wrapPlain(part, width))
    .join('\n');
}

export function renderCommandHelp(command: Command, width: number): string {
  const usage = `mailcheck ${[...command.words, ...(command.positional === undefined ? [] : [command.positional])].join(' ')} [flags]`;
  const needs = command.permissions.length === 0 ? ['none'] : command.permissions;
  return [
    `${wrapPlain(`${command.summary}.`, width)}\n`,
    'Examples\n' + renderExamples(command.examples, width),
    `Usage\n${indented(usage, width)}\n`,
    ...(command.about === undefined ? [] : [wrapPlain(command.about, width) + '\n']),
    ...(command.flags.length === 0 ? [] : ['Flags\n' + renderFlags(command.flags, width)]),
    'Common flags\n' + renderFlags(commonFlagsOf(command), width),
    `Permissions\n${needs.map((need) => indented(need, width)).join('\n')}\n`,
    `Exit codes\n${indented(`${command.exitCodes ?? exitCodeLine(command.judges)} (mailcheck help exit-codes)`, width)}\n`,
  ].join('\n');
}

function commonFlagsOf({ commonFlags = COMMON_FLAGS, judges }: Command): readonly Flag<unknown>[] {
  return commonFlags.map((flag) => (flag === formatFlag ? formatFlagFor(judges) : flag));
}

export async function renderTopic({ paragraphs }: Topic, width: number): Promise<string> {
  const texts = typeof paragraphs === 'function' ? await paragraphs() : paragraphs;
  return texts.map((paragraph) => wrapPlain(paragraph, width) + '\n').join('\n');
}

function exitCodeLine(judges: boolean): string {
  return judges ? '0 fine, 1 warning, 2 critical, 3 unknown, 4 refused' : '0 done, 3 only in part, 4 refused';
}

function renderExamples(examples: readonly Example[], width: number): string {
  return examples
    .map((example) => `${indented(example.does, width, '  # ')}\n  mailcheck ${example.line}\n`)
    .join('');
}

function renderFlags(flags: readonly Flag<unknown>[], width: number): string {
  return twoColumns(
    flags.map((flag) => [displayOf(flag), flag.help] as const),
    width,
  );
}

function displayOf(flag: Flag<unknown>): string {
  const spelled = spellingOf(flag).replace(/<(.*)>/, '$1');
  return flag.optionalValue === true ? `--${flag.name}[=${flag.value ?? ''}]` : spelled;
}

const WIDEST_LEFT = 34;

/** Two columns where they fit; a left part that is too long stands on a line of its own. */
function twoColumns(rows: readonly (readonly [string, string])[], width: number): string {
  const widest = Math.min(WIDEST_LEFT, Math.max(0, ...rows.map(([left]) => left.length)));
  const left = width < 60 ? Math.min(widest, 14) : widest;
  const indent = left + 4;
  return rows
    .map(([name, help]) => {
      const body = wrapPlain(help, Math.max(16, width - indent)).split('\n');
      const head = name.length <= left ? `  ${name.padEnd(left)}  ${body.shift() ?? ''}` : `  ${name}`;
      return [head, ...body.map((line) => ' '.repeat(indent) + line)].join('\n') + '\n';
    })
    .join('');
}

function indented(text: string, width: number, indent = '  '): string {
  return wrapLine(text, width - indent.length).replace(/^/gmu, indent);
}

/** Wraps our own ASCII text at spaces; indented lines (commands to copy) are never broken. */
function wrapPlain(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('  ') || line.length <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].join('\n');
}
