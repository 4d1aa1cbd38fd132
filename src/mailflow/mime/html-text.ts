/** What HTML says, without mark-up: enough for notices, in time linear in the text. */

const LINE_TAGS = new Set([
  'br',
  'p',
  'div',
  'tr',
  'li',
  'ul',
  'ol',
  'table',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'pre',
  'blockquote',
]);
/** What they hold is not shown; by the tag that ends each. */
const SILENT_TAGS: ReadonlyMap<string, RegExp> = new Map([
  ['style', /<\/style>/gi],
  ['script', /<\/script>/gi],
  ['title', /<\/title>/gi],
]);
const COMMENT_END = /-->/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

export function textOfHtml(html: string, limit: number): string {
  const pieces: string[] = [];
  let length = 0;
  let at = 0;
  while (at < html.length && length < limit) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    pieces.push(html.slice(at, end).replace(/[ \t\n]+/g, ' '));
    length += end - at;
    if (open < 0) break;
    const tag = readTag(html, open);
    if (tag.breaks) pieces.push('\n');
    at = tag.next;
  }
  return decodeEntities(pieces.join('')).slice(0, limit);
}

interface Tag {
  readonly breaks: boolean;
  readonly next: number;
}

function readTag(html: string, open: number): Tag {
  if (html.startsWith('<!--', open)) return { breaks: false, next: after(html, COMMENT_END, open) };
  const close = html.indexOf('>', open);
  const next = close < 0 ? html.length : close + 1;
  const [, slash, written = ''] = /^<(\/?)([a-z0-9]{1,12})/i.exec(html.slice(open, open + 16)) ?? [];
  const name = written.toLowerCase();
  const end = slash === '' ? SILENT_TAGS.get(name) : undefined;
  if (end !== undefined) return { breaks: false, next: after(html, end, next) };
  return { breaks: LINE_TAGS.has(name), next };
}

function after(text: string, mark: RegExp, from: number): number {
  mark.lastIndex = from;
  return mark.test(text) ? mark.lastIndex : text.length;
}

function decodeEntities(text: string): string {
  return text.replace(/&(#?\w{1,8});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name.toLowerCase()) ?? whole;
    const isHex = name[1] === 'x' || name[1] === 'X';
    const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code < 0x11_0000 ? String.fromCodePoint(code) : whole;
  });
}
