/** A flag is data with its parser: the same words, the same meaning and the same error everywhere. */
import { Failure } from '#failure.js';
import { nearestWord } from '#mailflow/nearest-word.js';

import type { ParseContext } from './parse-context.js';

export interface RawArguments {
  readonly positionals: readonly string[];
  /** Values by long name without dashes; a switch that is set holds one empty text. */
  readonly valuesByFlag: ReadonlyMap<string, readonly string[]>;
}

export interface Flag<T> {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value, as `DURATION`; absent for a switch. */
  readonly value?: string;
  /** True when only `--name=value` binds a value and a bare `--name` is enough. */
  readonly optionalValue?: boolean;
  readonly repeatable?: boolean;
  readonly help: string;
  /** All values that there are, where they can be listed; shells offer them. */
  readonly choices?: readonly string[];
  /** One good value, shown in errors. */
  readonly example?: string;
  readonly read: (values: readonly string[], context: ParseContext, flag: string) => T;
}

export function readFlag<T>(raw: RawArguments, flag: Flag<T>, context: ParseContext): T {
  return flag.read(raw.valuesByFlag.get(flag.name) ?? [], context, `--${flag.name}`);
}

/** The usage failure of a value: what was given, what is accepted, one example. */
export function badValue(flag: string, given: string, accepted: string, example: string): Failure {
  return new Failure('usage', `${flag} cannot be "${given}".`, {
    remedy: `Give ${accepted}, as ${flag} ${example}`,
  });
}

export function lastOf(values: readonly string[]): string | null {
  return values.at(-1) ?? null;
}

export function switchFlag(name: string, help: string, short?: string): Flag<boolean> {
  return { name, help, ...(short === undefined ? {} : { short }), read: (values) => values.length > 0 };
}

export function choiceFlag<T extends string, D extends T | null>(
  name: string,
  choices: readonly T[],
  fallback: D,
  help: string,
): Flag<T | D> {
  return {
    name,
    help,
    value: choices.join('|'),
    choices,
    read: (values, _context, flag) => {
      const given = lastOf(values);
      if (given === null) return fallback;
      const choice = choices.find((candidate) => candidate === given.toLowerCase());
      if (choice === undefined)
        throw badValue(flag, given, choices.join(', '), nearestWord(given, choices) ?? choices[0] ?? '');
      return choice;
    },
  };
}

export function textFlag(name: string, value: string, help: string): Flag<string | null> {
  return { name, value, help, read: lastOf };
}

export function textsFlag(name: string, value: string, help: string): Flag<readonly string[]> {
  return { name, value, help, repeatable: true, read: (values) => values };
}

export function countFlag(name: string, help: string, smallest: number): Flag<number | null> {
  return {
    name,
    value: 'N',
    help,
    read: (values, _context, flag) => {
      const given = lastOf(values);
      if (given === null) return null;
      if (!/^\d{1,9}$/.test(given) || Number(given) < smallest) {
        throw badValue(flag, given, `a whole number from ${smallest}`, '100');
      }
      return Number(given);
    },
  };
}
