import { Failure } from '#failure.js';

import type { RelayInput } from './relay-input.js';
import type { RelayFormat } from './relay-reader.js';

/** The format that was named. Throws a usage failure that lists them all. */
export function formatNamed(name: string, formats: readonly RelayFormat[]): RelayFormat {
  const found = formats.find((format) => format.name === name.toLowerCase());
  if (found !== undefined) return found;
  throw new Failure('usage', `--relay-format cannot be "${name}".`, {
    remedy: `Give one of ${formats.map((format) => format.name).join(', ')}, as --relay-format ${formats[0]?.name ?? ''}`,
  });
}

/** What an input is, told by how it begins. Throws an input failure that shows what was seen. */
export function detectFormat(
  { name, beginning }: Pick<RelayInput, 'name' | 'beginning'>,
  formats: readonly RelayFormat[],
): RelayFormat {
  const head = beginning.slice(0, LOOKED_AT);
  const found = formats.find((format) => format.accepts(head));
  if (found !== undefined) return found;
  throw new Failure('input', `${name} is in no known format: it begins with "${firstLine(head)}".`, {
    remedy: `Accepted: ${formats.map((format) => `${format.title} (${format.name})`).join('; ')}. Where you know better, name it with --relay-format.`,
  });
}

/** A few KiB tell a format; a log may begin with lines of other programs. */
const LOOKED_AT = 65_536;
const MOST_SHOWN = 80;

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  const shown = line.trim();
  return shown.length <= MOST_SHOWN ? shown : `${shown.slice(0, MOST_SHOWN - 1)}…`;
}
