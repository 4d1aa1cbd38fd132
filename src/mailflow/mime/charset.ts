/** Bytes to text by the charset that the mail names; where that is wrong or missing, by what the bytes look like. */
import type { Octets } from './octets.js';
import { bytesOf } from './octets.js';

/** ISO-2022 switches alphabets by escape sequences; text that names no charset shows them all the same. */
const JAPANESE_ESCAPE = /\x1b(?:\$[@B]|\([BJI])/;
const HIGH_BYTE = /[\x80-\xff]/;
/** Bytes that can mean anything but themselves in a charset that extends ASCII, shifting ones included. */
const NOT_PLAIN = /[\x80-\xff\x1b\x0e~]/;
/** Labels that programs write without knowing what the text is in. */
const HOLLOW_LABELS = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'unknown-8bit',
  'x-unknown',
  '8bit',
]);

interface Decoder {
  readonly decode: (bytes: Uint8Array) => string;
}

/** Never fails: what a charset does not have becomes U+FFFD, and an unknown charset reads as one character a byte. */
export function decodeCharset(octets: Octets, label: string): string {
  const name = label.trim().toLowerCase();
  if (HOLLOW_LABELS.has(name)) return decodeUnlabelled(octets);
  // A decoder costs more than most notices are long.
  if (!NOT_PLAIN.test(octets) && !name.startsWith('utf-16')) return octets;
  const decoder = decoderFor(name);
  return decoder === null ? octets : decoder.decode(bytesOf(octets));
}

function decodeUnlabelled(octets: Octets): string {
  if (JAPANESE_ESCAPE.test(octets)) return new TextDecoder('iso-2022-jp').decode(bytesOf(octets));
  if (!HIGH_BYTE.test(octets)) return octets;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(octets));
  } catch {
    return new TextDecoder('windows-1252').decode(bytesOf(octets));
  }
}

function decoderFor(name: string): Decoder | null {
  try {
    return new TextDecoder(name);
  } catch {
    return null;
  }
}
