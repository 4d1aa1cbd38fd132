/** Content-Type values: a type and its parameters (RFC 2045, 5.1), continued and encoded ones (RFC 2231) joined. */
import { decodeCharset } from './charset.js';
import type { Octets } from './octets.js';
import { octetsOf } from './octets.js';
import { decodeQuotedPrintable } from './transfer-encoding.js';

export interface ContentType {
  /** `text/plain`, lower case; empty when the value is no type. */
  readonly type: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What a part without the field is (RFC 2045, 5.2). */
export const DEFAULT_TYPE: ContentType = { type: 'text/plain', parameters: new Map() };

const TYPE = /^\s*([\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127})/;
const PARAMETER =
  /;\s*([\w!#$&^.+-]{1,60})(?:\*(\d{1,2}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\[^])*)"?|([^;\s"][^;]*))/g;
const LONGEST = 8192;

interface Segment {
  readonly order: number;
  readonly isEncoded: boolean;
  readonly text: Octets;
}

export function parseContentType(value: Octets): ContentType {
  const [whole = '', type = ''] = TYPE.exec(value) ?? [];
  const segments = new Map<string, Segment[]>();
  for (const match of value.slice(whole.length, LONGEST).matchAll(PARAMETER)) {
    const [, name = '', order = '0', star, quoted, bare = ''] = match;
    const text = quoted === undefined ? bare.trim() : quoted.replace(/\\([^])/g, '$1');
    const key = name.toLowerCase();
    const segment = { order: Number(order), isEncoded: star !== undefined, text };
    segments.set(key, [...(segments.get(key) ?? []), segment].slice(0, MOST_SEGMENTS));
  }
  const parameters = new Map([...segments].map(([name, parts]) => [name, joined(parts)]));
  return { type: type.toLowerCase(), parameters };
}

const MOST_SEGMENTS = 32;

function joined(segments: readonly Segment[]): string {
  const inOrder = segments.toSorted((a, b) => a.order - b.order);
  const [first] = inOrder;
  if (first === undefined) return '';
  if (!first.isEncoded) return inOrder.map(({ text }) => text).join('');
  const [charset = '', , rest = ''] = first.text.split("'", 3);
  const octets = inOrder.map((part, index) => unescaped(index === 0 ? rest : part.text)).join('');
  return decodeCharset(octets, charset);
}

/** Percent escapes are quoted-printable with another sign. */
function unescaped(text: Octets): Octets {
  return octetsOf(decodeQuotedPrintable(text.replaceAll('=', '=3D').replaceAll('%', '='), LONGEST));
}
