/** For fish, with one line of help beside each word. Names of files are offered where one belongs, by fish itself. */
import type { ShellCommand, ShellFlag, ShellWords } from '#cli/shell-words.js';

import { firstWords, subcommandsOf } from './command-tree.js';

export function fishScript({ commands }: ShellWords): string {
  const nested = commands.filter(({ path }) => path.includes(' ')).map(({ path }) => quoted(path));
  return `# fish completion for mailcheck; made by: mailcheck completion fish
function __mailcheck_route
    set -l words (commandline -opc)
    set -l route "$words[2]"
    if test (count $words) -gt 2; and contains -- "$words[2] $words[3]" ${nested.join(' ')}
        set route "$words[2] $words[3]"
    end
    test "$route" = "$argv[1]"
end
function __mailcheck_profiles
    set -l settings "$HOME/.config"
    string match -q '/*' -- "$XDG_CONFIG_HOME"; and set settings "$XDG_CONFIG_HOME"
    set -l place "$settings/mailcheck"
    test -n "$MAILCHECK_HOME"; and set place "$MAILCHECK_HOME"
    test -r "$place/profiles.json"; and string match -r -g '^ {4}"([a-z0-9_-]+)": \\{$' <"$place/profiles.json" 2>/dev/null
end
function __mailcheck_first
    test (count (commandline -opc)) -eq 1
end
complete -c mailcheck -e
complete -c mailcheck -f
complete -c mailcheck -n __mailcheck_first -s h -l help -d 'Show the help.'
complete -c mailcheck -n __mailcheck_first -l version -d 'Show the version.'
${firstWords(commands)
  .map((word) =>
    offered('__mailcheck_first', word, commands.find(({ path }) => path === word)?.summary ?? ''),
  )
  .join('\n')}
${commands.flatMap((command) => linesOf(command, commands)).join('\n')}`;
}

function linesOf(command: ShellCommand, commands: readonly ShellCommand[]): string[] {
  const condition = `__mailcheck_route ${quoted(command.path)}`;
  const summaryOf = (word: string): string =>
    commands.find(({ path }) => path === `${command.path} ${word}`)?.summary ?? '';
  return [
    ...subcommandsOf(command, commands).map((word) => offered(condition, word, summaryOf(word))),
    ...command.positionals.map((word) => offered(condition, word, '')),
    ...command.flags.flatMap((flag) => flagLines(flag, condition)),
  ];
}

function flagLines({ name, short, help, takes }: ShellFlag, condition: string): string[] {
  const start = `complete -c mailcheck -n ${quoted(condition)} -l ${name}${short === null ? '' : ` -s ${short}`} -d ${quoted(help)}`;
  switch (takes.kind) {
    case 'nothing':
      return [start];
    case 'text':
      return [`${start} -x`];
    case 'file':
      return [`${start} -r -F`];
    case 'choice':
      return [`${start} -x -a ${quoted(takes.choices.join(' '))}`];
    case 'written':
      return [`${start} -r -F -a ${quoted(takes.choices.map((choice) => `${choice}=`).join(' '))}`];
    case 'profile':
      return [`${start} -x -a '(__mailcheck_profiles)'`];
    case 'bound':
      return [start, ...takes.choices.map((choice) => offered(condition, `--${name}=${choice}`, ''))];
  }
}

function offered(condition: string, word: string, help: string): string {
  const described = help === '' ? '' : ` -d ${quoted(help)}`;
  return `complete -c mailcheck -n ${quoted(condition)} -a ${quoted(word)}${described}`;
}

/** In single quotes fish reads two characters as special, the quote and the backslash. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/gu, String.raw`\$&`)}'`;
}
