import type { ShellCommand, ShellFlag } from '#cli/shell-words.js';

/** What may be the first word. */
export function firstWords(commands: readonly ShellCommand[]): string[] {
  return [...new Set(commands.map(({ path }) => path.split(' ')[0] ?? ''))];
}

/** `show` for `health`, where there is `health show`. */
export function subcommandsOf({ path }: ShellCommand, commands: readonly ShellCommand[]): string[] {
  return commands
    .filter((other) => other.path.startsWith(`${path} `))
    .map((other) => other.path.slice(path.length + 1));
}

export function namesOf({ name, short }: ShellFlag): string[] {
  return short === null ? [`--${name}`] : [`--${name}`, `-${short}`];
}
