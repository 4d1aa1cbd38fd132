/** From bytes to text: by byte-order mark, else by where the NUL bytes sit, else by whether the bytes are valid UTF-8. */
import { isAscii, isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';

export type TextEncoding = 'utf-16le' | 'utf-16be' | 'utf-8' | 'utf-8-or-windows-1252';

export interface TextDecoding {
  readonly write: (block: Uint8Array) => string;
  /** What was held back because its end had not been seen. */
  readonly end: () => string;
}

const PROBE_BYTES = 512;

export function detectEncoding(head: Uint8Array): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  const nuls = countNuls(head.subarray(0, PROBE_BYTES));
  // A header is ASCII, so that nearly every second byte of UTF-16 is NUL; a stray NUL in other text is not that regular.
  if (nuls.odd * 4 > nuls.pairs && nuls.odd > 4 * nuls.even) return 'utf-16le';
  if (nuls.even * 4 > nuls.pairs && nuls.even > 4 * nuls.odd) return 'utf-16be';
  return 'utf-8-or-windows-1252';
}

function createDecoder(encoding: TextEncoding): TextDecoding {
  switch (encoding) {
    case 'utf-16le':
      return decoderOf('utf16le');
    case 'utf-16be':
      return bigEndianDecoder();
    case 'utf-8':
      return decoderOf('utf8');
    case 'utf-8-or-windows-1252':
      return contentDecoder();
  }
}

/** The text of an input without byte-order mark and NUL, a piece per block. */
export async function* decodeText(blocks: AsyncIterable<Uint8Array>, encoding: TextEncoding) {
  const decoder = createDecoder(encoding);
  let atStart = true;
  for await (const block of blocks) {
    const text = withoutNul(decoder.write(block));
    if (text === '') continue;
    yield atStart ? withoutMark(text) : text;
    atStart = false;
  }
  const rest = withoutNul(decoder.end());
  if (rest !== '') yield atStart ? withoutMark(rest) : rest;
}

/** The head of an input as `decodeText` would give it; a character cut at the end is left out. */
export function decodeHead(head: Uint8Array, encoding: TextEncoding): string {
  return withoutMark(withoutNul(createDecoder(encoding).write(head)));
}

/** True when the bytes or their text are those of a program's own format rather than of a text file. */
export function looksBinary(head: Uint8Array, text: string): boolean {
  if (SIGNATURES.some((signature) => signature.every((byte, index) => head[index] === byte))) return true;
  const probe = text.slice(0, 4096);
  let odd = 0;
  for (let index = 0; index < probe.length; index += 1) {
    const code = probe.charCodeAt(index);
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) odd += 1;
  }
  return odd * 20 > probe.length || probe.length === 0;
}

/** ZIP (and with it .xlsx), gzip, PDF, PNG, the old Office format, Parquet, SQLite. */
const SIGNATURES = [
  'PK\x03\x04',
  '\x1f\x8b',
  '%PDF',
  '\x89PNG',
  '\xd0\xcf\x11\xe0',
  'PAR1',
  'SQLite format 3',
].map((text) => [...Buffer.from(text, 'latin1')]);

function countNuls(bytes: Uint8Array): { odd: number; even: number; pairs: number } {
  let odd = 0;
  let even = 0;
  bytes.forEach((byte, index) => {
    if (byte !== 0) return;
    if (index % 2 === 1) odd += 1;
    else even += 1;
  });
  return { odd, even, pairs: bytes.length / 2 };
}

function asBuffer(block: Uint8Array): Buffer {
  return Buffer.from(block.buffer, block.byteOffset, block.byteLength);
}

function decoderOf(encoding: 'utf16le' | 'utf8'): TextDecoding {
  const decoder = new StringDecoder(encoding);
  return { write: (block) => decoder.write(asBuffer(block)), end: () => decoder.end() };
}

function bigEndianDecoder(): TextDecoding {
  const decoder = decoderOf('utf16le');
  let held = Buffer.alloc(0);
  return {
    write: (block) => {
      const bytes = Buffer.concat([held, block]);
      const whole = bytes.length - (bytes.length % 2);
      held = bytes.subarray(whole);
      return decoder.write(bytes.subarray(0, whole).swap16());
    },
    end: () => decoder.end(),
  };
}

/** ASCII tells nothing; the first block with more decides for the whole input. */
function contentDecoder(): TextDecoding {
  let decided: TextDecoding | null = null;
  let held = Buffer.alloc(0);
  return {
    write: (block) => {
      if (decided !== null) return decided.write(block);
      const bytes = held.length === 0 ? asBuffer(block) : Buffer.concat([held, block]);
      const whole = bytes.subarray(0, completeLength(bytes));
      if (isAscii(whole)) {
        held = Buffer.from(bytes.subarray(whole.length));
        return whole.toString('latin1');
      }
      decided = isUtf8(whole) ? decoderOf('utf8') : windows1252Decoder();
      return decided.write(bytes);
    },
    end: () => decided?.end() ?? windows1252Decoder().write(held),
  };
}

/** The length without a UTF-8 sequence that the end of the block cuts in two. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** The 32 places where Windows-1252 differs from Latin-1; own table because some releases of Node decode them as Latin-1. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

function windows1252Decoder(): TextDecoding {
  const write = (block: Uint8Array) =>
    asBuffer(block)
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252.charAt(character.charCodeAt(0) - 0x80));
  return { write, end: () => '' };
}

function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
