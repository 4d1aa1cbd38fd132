/**
 * Scripts for shells, made from the specs of the commands. Nothing of ours runs while somebody types, so it costs no
 * time, and no word of theirs, nor the name of a file, is ever read as a command.
 *
 * 2026-11: a library was looked for and none taken. @bomb.sh/tab 0.0.22, the one that is kept up and fits commander 14,
 * hands the typed words to `eval` in bash, needs bash-completion, and starts the program at each key; omelette and
 * @pnpm/tabtab have had no release for over a year.
 */
import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { formatFlag, outputFlag } from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import type { ShellWords } from '#cli/shell-words.js';
import { Failure } from '#failure.js';
import { nearestWord } from '#mailflow/nearest-word.js';

import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { powershellScript } from './powershell.js';
import { zshScript } from './zsh.js';

const SCRIPTS = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
} satisfies Readonly<Record<string, (words: ShellWords) => string>>;

type Shell = keyof typeof SCRIPTS;

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish', 'powershell'];

interface CompletionRow {
  readonly shell: Shell;
  readonly script: string;
}

export const completion = defineCommand<Shell, CompletionRow, null>({
  words: ['completion'],
  summary: 'Print what makes a shell complete the words of mailcheck',
  positional: 'bash|zsh|fish|powershell',
  positionalChoices: SHELLS,
  permissions: [],
  examples: [
    { does: 'For bash: put  source <(mailcheck completion bash)  into ~/.bashrc', line: 'completion bash' },
    { does: 'For zsh: save it as _mailcheck in a folder of $fpath', line: 'completion zsh' },
    { does: 'For fish: save it as mailcheck.fish in ~/.config/fish/completions', line: 'completion fish' },
    { does: 'For PowerShell: put it into the file that $PROFILE names', line: 'completion powershell' },
  ],
  about:
    'The script holds commands, flags and the values that can be listed; names of files are completed by the shell itself. It runs nothing of mailcheck, so make it anew after an update.',
  flags: [],
  commonFlags: [formatFlag, outputFlag],
  exitCodes: '0 done, 64 no such shell',
  judges: false,
  schema: 'mailcheck.completion/1',
  parse: parseShell,
  run: scriptOf,
  views: {
    columns: [
      { key: 'shell', title: 'Shell', value: (row) => row.shell },
      { key: 'script', title: 'Script', value: (row) => row.script },
    ],
    table: (rows) => rows.map((row) => row.script).join('\n'),
  },
});

function parseShell(raw: RawArguments): Shell {
  const given = raw.positionals.join(' ');
  const shell = SHELLS.find((candidate) => candidate === given.toLowerCase());
  if (shell !== undefined) return shell;
  throw new Failure(
    'usage',
    given === '' ? 'completion needs a shell.' : `There is no script for "${given}".`,
    {
      remedy: `Give ${SHELLS.join(', ')}, as mailcheck completion ${nearestWord(given, SHELLS) ?? 'bash'}`,
    },
  );
}

async function* scriptOf(shell: Shell, ports: Ports): Answer<CompletionRow, null> {
  yield { shell, script: SCRIPTS[shell](await ports.shellWords()) };
  return {
    ...{ result: null, summary: null, tenant: null, source: null, window: null },
    ...{ findings: [], incomplete: [] },
  };
}
