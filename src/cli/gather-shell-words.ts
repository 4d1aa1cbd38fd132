/** The words of the program, read from the specs of its commands. */
import type { CommandEntry } from './arguments.js';
import type { Flag } from './flag.js';
import { COMMON_FLAGS, formatFlag, formatFlagFor, outputFlag } from './flags.js';
import { profileFlag } from './login-flags.js';
import type { ShellCommand, ShellFlag, ShellWords, Taken } from './shell-words.js';
import type { Topic } from './topic.js';

const HELP_FLAG: ShellFlag = { name: 'help', short: 'h', help: 'Show the help.', takes: { kind: 'nothing' } };

export async function gatherShellWords(
  entries: readonly CommandEntry[],
  topics: readonly Topic[],
): Promise<ShellWords> {
  const commands = await Promise.all(entries.map(wordsOfCommand));
  const pages = [...entries.map(({ words }) => words[0] ?? ''), ...topics.map(({ name }) => name)];
  const help: ShellCommand = {
    path: 'help',
    summary: 'The page of a command or of a topic',
    flags: [],
    positionals: [...new Set(pages)],
  };
  return { commands: [...commands, help] };
}

async function wordsOfCommand({ words, summary, load }: CommandEntry): Promise<ShellCommand> {
  const { flags, commonFlags = COMMON_FLAGS, positionalChoices = [], judges } = await load();
  const format = formatFlagFor(judges);
  const shared = commonFlags.map((flag) => (flag === formatFlag ? format : flag));
  return {
    path: words.join(' '),
    summary,
    flags: [...[...flags, ...shared].map((flag) => shellFlag(flag, format.choices ?? [])), HELP_FLAG],
    positionals: positionalChoices,
  };
}

function shellFlag(flag: Flag<unknown>, formats: readonly string[]): ShellFlag {
  return { name: flag.name, short: flag.short ?? null, help: flag.help, takes: takenBy(flag, formats) };
}

function takenBy(flag: Flag<unknown>, formats: readonly string[]): Taken {
  const { value, choices, optionalValue = false } = flag;
  if (flag === outputFlag) return { kind: 'written', choices: formats };
  if (flag === profileFlag) return { kind: 'profile' };
  if (value === undefined) return { kind: 'nothing' };
  if (optionalValue) return { kind: 'bound', choices: choices ?? [] };
  if (choices !== undefined) return { kind: 'choice', choices };
  return { kind: value === 'FILE' ? 'file' : 'text' };
}
