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
const SILENT_TAGS = ['style', 'script', 'title'];
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
  const lower = html.toLowerCase();
  let length = 0;
  let at = 0;
  while (at < html.length && length < limit) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    pieces.push(html.slice(at, end).replace(/[ \t\n]+/g, ' '));
    length += end - at;
    if (open < 0) break;
    const tag = readTag(html, lower, open);
    if (tag.breaks) pieces.push('\n');
    at = tag.next;
  }
  return decodeEntities(pieces.join('')).slice(0, limit);
}

interface Tag {
  readonly breaks: boolean;
  readonly next: number;
}

function readTag(html: string, lower: string, open: number): Tag {
  if (lower.startsWith('<!--', open)) return { breaks: false, next: after(lower, '-->', open) };
  const close = html.indexOf('>', open);
  const next = close < 0 ? html.length : close + 1;
  const [, name = ''] = /^<\/?([a-z0-9]{1,12})/.exec(lower.slice(open, open + 16)) ?? [];
  if (SILENT_TAGS.includes(name) && lower[open + 1] !== '/') {
    return { breaks: false, next: after(lower, `</${name}>`, next) };
  }
  return { breaks: LINE_TAGS.has(name), next };
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function decodeEntities(text: string): string {
  return text.replace(/&(#?\w{1,8});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name.toLowerCase()) ?? whole;
    const isHex = name[1] === 'x' || name[1] === 'X';
    const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code < 0x11_0000 ? String.fromCodePoint(code) : whole;
  });
}
