/**
 * The XML blob of a trace detail: `<root><MEP Name="…" String="…"/></root>`. Read by a small scanner of our own: the
 * shape is fixed, the values are remote text, and a full parser would bring entity expansion and DTDs along.
 */

const MAX_CHARS = 262_144;
const ELEMENT = '<MEP';
const OPENING = /<MEP(?=\s)/gi;
const ATTRIBUTE = /\s*([\w:.-]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Values by name; the first of a repeated name wins. Text that is no such blob gives an empty map. */
export function parseDetailData(xml: string): ReadonlyMap<string, string> {
  const text = xml.slice(0, MAX_CHARS);
  const values = new Map<string, string>();
  for (let at = nextElement(text, 0); at !== -1;) {
    const field = readElement(text, at + ELEMENT.length);
    if (field.name !== null && !values.has(field.name)) values.set(field.name, field.value);
    at = nextElement(text, field.end);
  }
  return values;
}

interface Field {
  readonly name: string | null;
  readonly value: string;
  /** Where the attributes end: what looks like an element inside a value is none. */
  readonly end: number;
}

function nextElement(text: string, from: number): number {
  OPENING.lastIndex = from;
  return OPENING.exec(text)?.index ?? -1;
}

/** The value stands in the first attribute beside the name, whichever type it is called after. */
function readElement(text: string, from: number): Field {
  let name: string | null = null;
  let value: string | null = null;
  let end = from;
  ATTRIBUTE.lastIndex = from;
  for (let match = ATTRIBUTE.exec(text); match !== null; match = ATTRIBUTE.exec(text)) {
    end = ATTRIBUTE.lastIndex;
    const content = decode(match[2] ?? match[3] ?? '');
    if (match[1] === 'Name') name ??= content;
    else value ??= content;
  }
  return { name, value: value ?? '', end };
}

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (whole, decimal?: string, hex?: string, named?: string) => {
    if (named !== undefined) return NAMED.get(named.toLowerCase()) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return isCharacter(point) ? String.fromCodePoint(point) : '\ufffd';
  });
}

function isCharacter(point: number): boolean {
  return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}
