/** Text in columns of a terminal: measured, cut, padded and wrapped by grapheme, never by code unit. */
import { graphemeWidth } from './grapheme-width.js';
import { markOf, safeLine } from './safe-text.js';

/** Made when a text first needs it: it takes as long as starting to print. */
const unicode: { segmenter: Intl.Segmenter | null } = { segmenter: null };
/**
 * Intl.Segmenter copies the whole input for every segment that it gives (Node 20: 80,000 letters take 4 s), so it is
 * shown a window at a time. No grapheme of safe text is longer than this; longer ones are taken apart.
 */
const WINDOW = 128;
/** Wider ones exist only in hostile text, as an endless row of Korean initials; they are taken apart too. */
const WIDEST_GRAPHEME = 8;
const ELLIPSIS = '…';
/** Where a line may end: not between a number and its unit, as in "3 h 59 min". */
const BREAK = /(?<!\d) | (?!(?:%|ms|s|min|h|d|KiB|MiB|GiB)(?![\p{L}\d]))/u;
/** Latin, Greek, Cyrillic and common punctuation: one code unit, one grapheme, one column. No need to ask Unicode. */
const SIMPLE = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0384-\u0482\u2010-\u2026]*$/u;

/** Columns that `text` takes; marks of a `Style` count as nothing. */
export function widthOf(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  const plain = text.replace(/\u001b\[[\d;]*m/gu, '');
  let width = 0;
  for (const grapheme of graphemesOf(plain)) width += graphemeWidth(grapheme);
  return width;
}

/** At most `columns` wide; what was cut off is shown as `…`. For plain text: style it afterwards. */
export function truncate(text: string, columns: number): string {
  // No code unit is wider than two columns.
  if (text.length * 2 <= columns) return text;
  const isSimple = SIMPLE.test(text);
  if (isSimple && text.length <= columns) return text;
  if (isSimple && columns > 0) return text.slice(0, columns - 1) + ELLIPSIS;
  let width = 0;
  let cut = '';
  for (const grapheme of graphemesOf(text)) {
    width += widthOf(grapheme);
    if (width > columns) return columns < 1 ? '' : cut + ELLIPSIS;
    if (width < columns) cut += grapheme;
  }
  return text;
}

export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blank = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return align === 'right' ? blank + text : text + blank;
}

/**
 * Lines of at most `columns`, broken at spaces and, where a word is longer than a line, between graphemes. Leading
 * spaces stay; lines that continue begin with `indent`. Line feeds in `text` are kept. For plain text.
 */
export function wrap(text: string, columns: number, indent = ''): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, columns, indent));
}

function wrapParagraph(text: string, columns: number, indent: string): string[] {
  const words = text.split(BREAK).filter((word) => word !== '');
  const lines: string[] = [];
  let line = /^ */u.exec(text)?.[0] ?? '';
  let width = widthOf(line);
  let empty = true;
  for (const word of words) {
    const wordWidth = widthOf(word);
    if (!empty && width + 1 + wordWidth <= columns) {
      line += ` ${word}`;
      width += 1 + wordWidth;
      continue;
    }
    if (!empty) {
      lines.push(line);
      line = indent;
      width = widthOf(indent);
    }
    // What begins a line must not become a command to a build server.
    const pieces = piecesOf(safeLine(word), columns - width, columns - widthOf(indent));
    for (const piece of pieces.slice(0, -1)) {
      lines.push(line + piece);
      line = indent;
    }
    line += pieces.at(-1) ?? '';
    width = widthOf(line);
    empty = false;
  }
  return [...lines, empty ? '' : line];
}

/** Cuts one word: the first piece has `first` columns, the others `others`. */
function piecesOf(word: string, first: number, others: number): string[] {
  if (widthOf(word) <= first) return [word];
  const pieces: string[] = [];
  let piece = '';
  let room = first;
  for (const segment of graphemesOf(word)) {
    const width = widthOf(segment);
    if (width > room && piece !== '') {
      pieces.push(piece);
      piece = segment === ':' || segment === '#' ? markOf(segment) : segment;
      room = others - widthOf(piece);
    } else {
      piece += segment;
      room -= width;
    }
  }
  return [...pieces, piece];
}

function* graphemesOf(text: string): Generator<string> {
  const segmenter = (unicode.segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' }));
  let from = 0;
  while (from < text.length) {
    const window = wholeCharacters(text.slice(from, from + WINDOW));
    const segments = Array.from(segmenter.segment(window), ({ segment }) => segment);
    // The last one may go on behind the window; a window that is one grapheme goes out whole.
    if (from + window.length < text.length && segments.length > 1) segments.pop();
    for (const segment of segments) {
      if (segment.length > WIDEST_GRAPHEME && graphemeWidth(segment) > WIDEST_GRAPHEME) yield* segment;
      else yield segment;
      from += segment.length;
    }
  }
}

/** Without half a surrogate pair at its end. */
function wholeCharacters(text: string): string {
  return text.length > 1 && /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
