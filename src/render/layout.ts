/** Text in columns of a terminal: measured, cut, padded and wrapped by grapheme, never by code unit. */
import stringWidth from 'string-width';

import { markOf, safeLine } from './safe-text.js';

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ELLIPSIS = '…';

/** Columns that `text` takes; marks of a `Style` count as nothing. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** At most `columns` wide; what was cut off is shown as `…`. For plain text: style it afterwards. */
export function truncate(text: string, columns: number): string {
  if (fits(text, columns)) return text;
  if (columns < 1) return '';
  return startOf(text, columns - 1) + ELLIPSIS;
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
  const words = text.split(' ').filter((word) => word !== '');
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
  for (const { segment } of GRAPHEMES.segment(word)) {
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

/** Every code unit is at most two columns wide, so that short texts need no measuring by grapheme. */
function fits(text: string, columns: number): boolean {
  return text.length * 2 <= columns || widthOf(text) <= columns;
}

function startOf(text: string, columns: number): string {
  let kept = '';
  let room = columns;
  for (const { segment } of GRAPHEMES.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept;
}
