/** Clauses of `case`, which bash and zsh write alike. */
import type { ShellCommand } from '#cli/shell-words.js';

import { namesOf } from './command-tree.js';

/** What a shell is told to do where a value belongs. */
export interface ValueActions {
  readonly text: string;
  readonly file: string;
  readonly choice: (choices: readonly string[]) => string;
  /** One of these, `=`, and the name of a file. */
  readonly written: (choices: readonly string[]) => string;
  readonly profile: string;
}

/**
 * Prints the names of the profiles, out of the file that `login` writes: each stands in a line of its own. Where it is not
 * there, or somebody else wrote it otherwise, nothing is offered.
 */
export const PROFILE_NAMES = `_mailcheck_profiles() {
  local settings="$HOME/.config"
  [[ \${XDG_CONFIG_HOME-} == /* ]] && settings="$XDG_CONFIG_HOME"
  command sed -n 's/^    "\\([a-z0-9_-]*\\)": {$/\\1/p' "\${MAILCHECK_HOME:-$settings/mailcheck}/profiles.json" 2>/dev/null
}`;

export function pathCases(variable: string, commands: readonly ShellCommand[]): string {
  return commands.map(({ path }) => `      '${path}') ${variable}='${path}' ;;`).join('\n');
}

/** What may follow a flag, with `=` or a blank between them. */
export function valueCases({ path, flags }: ShellCommand, actions: ValueActions): string[] {
  return flags.flatMap((flag) => {
    const bound = `'${path} --${flag.name}='`;
    const names = [bound, ...namesOf(flag).map((name) => `'${path} ${name}'`)].join('|');
    switch (flag.takes.kind) {
      case 'nothing':
        return [];
      case 'text':
        return [`    ${names}) ${actions.text} ;;`];
      case 'file':
        return [`    ${names}) ${actions.file} ;;`];
      case 'choice':
        return [`    ${names}) ${actions.choice(flag.takes.choices)} ;;`];
      case 'written':
        return [`    ${names}) ${actions.written(flag.takes.choices)} ;;`];
      case 'profile':
        return [`    ${names}) ${actions.profile} ;;`];
      case 'bound':
        return [`    ${bound}) ${actions.choice(flag.takes.choices)} ;;`];
    }
  });
}
