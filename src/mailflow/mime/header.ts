/** Header fields of a mail or a part (RFC 5322, 2.2): names, values unfolded, encoded words decoded on demand. */
import { decodeCharset } from './charset.js';
import { decodeWords } from './encoded-word.js';
import type { Octets } from './octets.js';

export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, bytes as they came. */
  readonly value: Octets;
}

export interface Header {
  readonly fields: readonly HeaderField[];
}

export const EMPTY_HEADER: Header = { fields: [] };

/** Beyond what any mail has; a header of nothing but fields must not cost an object each. */
const MOST_FIELDS = 5000;
const NAME = /^([!-9;-~]{1,76})[ \t]*:/;

/** Reads lines of a header block. A line that is neither field nor continuation is passed over. */
export function parseHeader(block: Octets): Header {
  const fields: { name: string; pieces: string[] }[] = [];
  for (const line of block.split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text.startsWith(' ') || text.startsWith('\t')) {
      fields.at(-1)?.pieces.push(text.trim());
      continue;
    }
    const [whole, name] = NAME.exec(text) ?? [];
    if (whole === undefined || name === undefined) continue;
    if (fields.length === MOST_FIELDS) break;
    fields.push({ name: name.toLowerCase(), pieces: [text.slice(whole.length).trim()] });
  }
  return { fields: fields.map(({ name, pieces }) => ({ name, value: pieces.join(' ') })) };
}

/** The first field of that name, raw; null when there is none. */
export function fieldOf(header: Header, name: string): Octets | null {
  return header.fields.find((field) => field.name === name)?.value ?? null;
}

export function fieldsOf(header: Header, name: string): readonly Octets[] {
  return header.fields.filter((field) => field.name === name).map((field) => field.value);
}

/** The first field of that name as a person reads it; empty when there is none. */
export function textOf(header: Header, name: string): string {
  const value = fieldOf(header, name);
  return value === null ? '' : decodeWords(decodeCharset(value, ''));
}

export function isFieldLine(line: string): boolean {
  return NAME.test(line);
}
