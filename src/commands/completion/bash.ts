/** For bash from 3.2 on, with or without bash-completion. Names of files are left to bash, which quotes them itself. */
import type { ShellCommand, ShellWords } from '#cli/shell-words.js';

import { firstWords, namesOf, subcommandsOf } from './command-tree.js';
import { pathCases, PROFILE_NAMES, type ValueActions, valueCases } from './shell-cases.js';

export function bashScript({ commands }: ShellWords): string {
  return `# bash completion for mailcheck; made by: mailcheck completion bash
${PROFILE_NAMES}
_mailcheck() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' words='' word IFS=$' \\t\\n'
  COMPREPLY=()
  # bash takes = for a word of its own.
  local at=$COMP_CWORD
  if [[ $cur == '=' ]]; then cur=''; else at=$((at - 1)); fi
  if [[ $at -gt 1 && \${COMP_WORDS[at]} == '=' ]]; then
    # Behind the format of --output FORMAT=FILE and --output=FORMAT=FILE.
    [[ \${COMP_WORDS[at-2]} == --output || "\${COMP_WORDS[at-3]}\${COMP_WORDS[at-2]}" == --output= ]] && return
    prev="\${COMP_WORDS[at-1]}="
  fi
  if [[ $COMP_CWORD -gt 2 ]]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${pathCases(
  'path',
  commands.filter(({ path }) => path.includes(' ')),
)}
    esac
  fi
  if [[ -z $path && $COMP_CWORD -gt 1 ]]; then
    case "\${COMP_WORDS[1]}" in
${pathCases(
  'path',
  commands.filter(({ path }) => !path.includes(' ')),
)}
    esac
  fi
  case "$path $prev" in
${commands.flatMap((command) => valueCases(command, ACTIONS)).join('\n')}
    *)
      case "$path" in
        '') [[ $COMP_CWORD -eq 1 ]] && words='${firstWords(commands).join(' ')} --help --version' ;;
${commands.map((command) => wordCase(command, commands)).join('\n')}
      esac
      ;;
  esac
  for word in $words; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
  # Names of files are offered where one belongs, and nowhere else; bash 3 cannot be told.
  [[ $words == '' ]] || compopt +o default 2>/dev/null
}
complete -o default -F _mailcheck mailcheck`;
}

const ACTIONS: ValueActions = {
  text: 'compopt +o default 2>/dev/null; return',
  file: 'return',
  choice: (choices) => `words='${choices.join(' ')}'`,
  written: (choices) =>
    `words='${choices.map((word) => `${word}=`).join(' ')}'; compopt -o nospace 2>/dev/null`,
  profile: 'words="$(_mailcheck_profiles)"; compopt +o default 2>/dev/null',
};

function wordCase(command: ShellCommand, commands: readonly ShellCommand[]): string {
  const flags = command.flags.flatMap(namesOf);
  const words = [...subcommandsOf(command, commands), ...command.positionals];
  return `        '${command.path}') if [[ $cur == -* ]]; then words='${flags.join(' ')}'; else words='${words.join(' ')}'; [[ -n $words ]] || compopt +o default 2>/dev/null; fi ;;`;
}
