/** Help pages as text: examples first, then flags, then what it needs. Pure. */
import { spellingOf } from './arguments.js';
import type { Command } from './command.js';
import type { Flag } from './flag.js';
import { COMMON_FLAGS, formatFlag, formatFlagFor } from './flags.js';
import { indented, renderExamples, twoColumns, wrapPlain } from './help-layout.js';
import type { Topic } from './topic.js';

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
