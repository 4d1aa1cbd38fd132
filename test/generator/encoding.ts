/** Text as the bytes that the different exporters write. */

export const ENCODINGS = [
  'utf-8',
  'utf-8-bom',
  'utf-16le',
  'utf-16le-bom',
  'utf-16be',
  'utf-16be-bom',
  'windows-1252',
] as const;

export type Encoding = (typeof ENCODINGS)[number];

const BEYOND_LATIN_1: ReadonlyMap<string, number> = new Map([
  ['€', 0x80],
  ['’', 0x92],
  ['–', 0x96],
]);

/** A piece at a time, so that files larger than memory can be written. */
export function* encodeText(pieces: Iterable<string>, encoding: Encoding): Generator<Buffer> {
  if (encoding.endsWith('-bom')) yield encodePiece('\ufeff', encoding);
  for (const piece of pieces) yield encodePiece(piece, encoding);
}

function encodePiece(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
    case 'utf-8-bom':
      return Buffer.from(text, 'utf8');
    case 'utf-16le':
    case 'utf-16le-bom':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
    case 'utf-16be-bom':
      return Buffer.from(text, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(Array.from(text, (character) => BEYOND_LATIN_1.get(character) ?? latin1(character)));
  }
}

function latin1(character: string): number {
  const code = character.charCodeAt(0);
  return code < 256 ? code : 63;
}
