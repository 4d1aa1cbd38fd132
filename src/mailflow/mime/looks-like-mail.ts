/** Tells a saved mail from other text. */
import { EMPTY_HEADER, isFieldLine, parseHeader } from './header.js';
import type { Octets } from './octets.js';
import { octetsOf } from './octets.js';

const PROBE_BYTES = 16_384;
/** Fields of which nearly every mail has some, and other texts with colons hardly any. */
const FIELDS = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'mime-version',
  'content-type',
  'delivered-to',
  'auto-submitted',
  'x-failed-recipients',
]);

/** True when the bytes begin with a header: two known fields, with nothing but fields before them. */
export function looksLikeMail(bytes: Uint8Array): boolean {
  const lines = octetsOf(bytes.subarray(0, PROBE_BYTES))
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .split(/\r?\n/);
  const first = isPostmark(lines[0] ?? '') ? 1 : 0;
  const end = lines.findIndex((line, index) => index >= first && !isHeaderLine(line));
  const block = lines.slice(first, end < 0 ? lines.length : end).join('\n');
  const { fields } = block === '' ? EMPTY_HEADER : parseHeader(block);
  return new Set(fields.map(({ name }) => name).filter((name) => FIELDS.has(name))).size >= 2;
}

/** The `From ` line of an mbox. */
function isPostmark(line: Octets): boolean {
  return line.startsWith('From ') || line.startsWith('>From ');
}

function isHeaderLine(line: Octets): boolean {
  return isFieldLine(line) || /^[ \t]+\S/.test(line);
}
