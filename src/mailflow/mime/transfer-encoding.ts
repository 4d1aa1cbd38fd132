/** Transfer encodings (RFC 2045, 6.7 and 6.8) undone, as far as they go: wrong characters are passed over. */
import type { Octets } from './octets.js';
import { octetsOf } from './octets.js';

const CR = 13;
const LF = 10;
const EQUALS = 61;

/** At most `limit` bytes; a body that names no encoding, or one nobody knows, is taken as it is. */
export function decodeTransfer(body: Octets, encoding: string, limit: number): Octets {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return octetsOf(decodeBase64(body, limit));
    case 'quoted-printable':
      return octetsOf(decodeQuotedPrintable(body, limit));
    default:
      return body.slice(0, limit);
  }
}

/** Characters outside the alphabet are passed over, padding ends nothing: joined blocks decode one after another. */
export function decodeBase64(body: Octets, limit: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(limit, Math.floor((body.length * 3) / 4) + 1));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < body.length && length < bytes.length; at += 1) {
    const code = body.charCodeAt(at);
    if (code === EQUALS) bits = 0;
    const value = BASE64_VALUES[code] ?? -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return bytes.subarray(0, length);
}

/** A soft line break is gone, an escape that is none stays as it stands. */
export function decodeQuotedPrintable(body: Octets, limit: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(limit, body.length));
  let length = 0;
  let at = 0;
  while (at < body.length && length < bytes.length) {
    const code = body.charCodeAt(at);
    const skipped = code === EQUALS ? softBreakAt(body, at) : 0;
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const value = code === EQUALS ? hexAt(body, at + 1) : -1;
    bytes[length] = value < 0 ? code : value;
    length += 1;
    at += value < 0 ? 1 : 3;
  }
  return bytes.subarray(0, length);
}

/** Length of the soft line break that begins here, 0 for none. Blanks before the line end do not count (6.7, rule 3). */
function softBreakAt(body: Octets, at: number): number {
  let end = at + 1;
  while (end - at < MOST_BLANKS && (body[end] === ' ' || body[end] === '\t')) end += 1;
  if (end >= body.length) return end - at;
  if (body.charCodeAt(end) === LF) return end + 1 - at;
  return body.charCodeAt(end) === CR && body.charCodeAt(end + 1) === LF ? end + 2 - at : 0;
}

const MOST_BLANKS = 80;

function hexAt(body: Octets, at: number): number {
  const high = HEX_VALUES[body.charCodeAt(at)] ?? -1;
  const low = HEX_VALUES[body.charCodeAt(at + 1)] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

const BASE64_VALUES = valuesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', [
  ['-', 62],
  ['_', 63],
]);
const HEX_VALUES = valuesOf('0123456789ABCDEF', [
  ['a', 10],
  ['b', 11],
  ['c', 12],
  ['d', 13],
  ['e', 14],
  ['f', 15],
]);

function valuesOf(alphabet: string, more: readonly (readonly [string, number])[]): readonly number[] {
  const values = Array.from({ length: 256 }, () => -1);
  for (let value = 0; value < alphabet.length; value += 1) values[alphabet.charCodeAt(value)] = value;
  for (const [letter, value] of more) values[letter.charCodeAt(0)] = value;
  return values;
}
