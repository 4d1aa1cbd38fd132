/** For zsh, with one line of help beside each word. Names of files are left to `_files`. */
import type { ShellCommand, ShellWords } from '#cli/shell-words.js';

import { firstWords, namesOf, subcommandsOf } from './command-tree.js';
import { pathCases, PROFILE_NAMES, type ValueActions, valueCases } from './shell-cases.js';

export function zshScript({ commands }: ShellWords): string {
  const first = firstWords(commands).map((word) => {
    const command = commands.find(({ path }) => path === word);
    return described(word, command?.summary ?? '');
  });
  return `#compdef mailcheck
# zsh completion for mailcheck; made by: mailcheck completion zsh
${PROFILE_NAMES}
_mailcheck() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" route=''
  local -a offered
  if (( CURRENT == 2 )); then
    offered=(${first.join(' ')} '--help' '--version')
    _describe 'command' offered
    return
  fi
  if (( CURRENT > 3 )); then
    case "\${words[2]} \${words[3]}" in
${pathCases(
  'route',
  commands.filter(({ path }) => path.includes(' ')),
)}
    esac
  fi
  if [[ -z $route ]]; then
    case "\${words[2]}" in
${pathCases(
  'route',
  commands.filter(({ path }) => !path.includes(' ')),
)}
    esac
  fi
  if [[ $cur == --*=* ]]; then
    prev="\${cur%%=*}="
    compset -P 1 '*='
    cur="\${cur#*=}"
  fi
  case "$route $prev" in
${commands.flatMap((command) => valueCases(command, ACTIONS)).join('\n')}
  esac
  case "$route" in
${commands.map((command) => wordCase(command, commands)).join('\n')}
  esac
}
if [[ \${funcstack[1]} == _mailcheck ]]; then
  _mailcheck "$@"
else
  compdef _mailcheck mailcheck
fi`;
}

const ACTIONS: ValueActions = {
  text: 'return 1',
  file: '_files; return',
  choice: (choices) => `compadd -- ${choices.join(' ')}; return`,
  written: (choices) =>
    `if [[ $cur == *=* ]]; then compset -P 1 '*='; _files; else compadd -S '' -- ${choices.map((word) => `${word}=`).join(' ')}; fi; return`,
  profile: 'compadd -- ${(f)"$(_mailcheck_profiles)"}; return',
};

function wordCase(command: ShellCommand, commands: readonly ShellCommand[]): string {
  const flags = command.flags.flatMap((flag) => namesOf(flag).map((name) => described(name, flag.help)));
  const words = [...subcommandsOf(command, commands), ...command.positionals];
  const others = words.length === 0 ? 'return 1' : `compadd -- ${words.join(' ')}`;
  return `    '${command.path}')
      if [[ $cur == -* ]]; then
        offered=(${flags.join(' ')})
        _describe 'flag' offered
      else
        ${others}
      fi
      ;;`;
}

/** `word:help` as one word of zsh, in which a colon of either is escaped. */
function described(word: string, help: string): string {
  const escaped = [word, help].map((text) => text.replace(/[\\:]/gu, String.raw`\$&`)).join(':');
  return `'${escaped.replaceAll("'", String.raw`'\''`)}'`;
}
