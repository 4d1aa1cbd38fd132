/** Clauses of `case`, which bash and zsh write alike. */
import type { ShellCommand } from '#cli/shell-words.js';

import { namesOf } from './command-tree.js';

/** What a shell is told to do where a value belongs. */
export interface ValueActions {
  readonly text: string;
  readonly file: string;
  readonly choice: (choices: readonly string[]) => string;
}

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
      case 'bound':
        return [`    ${bound}) ${actions.choice(flag.takes.choices)} ;;`];
    }
  });
}
