/**
 * Markdown for tickets and chat. Every word of data that could be more than a word - a link, an address, a mention,
 * markup - stands in a code span, and a code span cannot be left from inside: data never holds a back-tick there.
 */
import { formatCell, instantFormat } from './human-format.js';
import { markOf, safeText } from './safe-text.js';
import { createViewWriter, type ViewSpec } from './view-writer.js';
import type { Column, Page, Writer } from './writer.js';

const PLAIN_WORD = /^[\p{L}\p{N}\p{M}.,:;()'"%…–/+-]+$/u;
const HAS_LETTER_FIRST = /^[("']*[\p{L}\p{N}]/u;
/** A share, and a delay. */
const PLAIN_SIGN = /^(?:%[).,;:]*|\+\d+)$/u;
const HOST_SIGNS = /^[\p{L}\p{N}.:@*[\]-]+$/u;
const LIST_NUMBER = /^\d+[.)]$/u;
/** What looks like a commit or an issue, a scheme, and a host name that readers turn into a link. */
const MORE_THAN_A_WORD = /^[0-9a-f]{7,64}$|^gh-\d|:\/\/|mailto:|xmpp:|\p{L}\.[\p{L}\p{N}]/iu;

/** Remote text within a line of Markdown, in a table or outside. */
export function markdownText(remote: string): string {
  return safeText(remote)
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index) => (isPlainWord(word, index === 0) ? word : codeBeforeStop(word)))
    .join(' ');
}

/** What ends a part of a sentence is no part of a host or an address, and would be copied with it. */
function codeBeforeStop(word: string): string {
  const bare = word.replace(/[.,;]$/u, '');
  return isHostLike(bare) ? markdownCode(bare) + word.slice(bare.length) : markdownCode(word);
}

function isHostLike(word: string): boolean {
  return HOST_SIGNS.test(word) && (/\p{L}/u.test(word) || word.startsWith('['));
}

/** A sentence of ours that holds remote words, with what a person types between back-ticks. */
export function markdownSentence(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? markdownCode(part) : aroundText(part, index > 0)))
    .join('');
}

/** With the stop that ends, and the blanks that part it from, what stands beside it. */
function aroundText(text: string, isBehindCode: boolean): string {
  const stop = isBehindCode ? (/^[.,;:!?]+(?= |$)/u.exec(text)?.[0] ?? '') : '';
  const rest = text.slice(stop.length);
  const before = rest.startsWith(' ') ? ' ' : '';
  const after = rest.length > 1 && rest.endsWith(' ') ? ' ' : '';
  return stop + before + markdownText(rest) + after;
}

/** Remote text as it is, in a code span; the two characters that could end a span or a table cell become marks. */
export function markdownCode(remote: string): string {
  const text = safeText(remote).trim();
  return text === '' ? '' : `\`${text.replace(/[`|]/gu, markOf)}\``;
}

/** A table with a heading, or no lines at all without rows. */
export function markdownTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  page: Page,
): readonly string[] {
  if (rows.length === 0 || columns.length === 0) return [];
  const format = { instant: instantFormat(page.timeZone), text: markdownText };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => markdownText(column.title))),
    line(columns.map((column) => (isNumeric(column, rows) ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => formatCell(column.value(row), format)))),
  ];
}

/** As the screen, in Markdown. Writes nothing when the command failed. */
export function createMarkdownWriter<Row, Result>(spec: ViewSpec<Row, Result>): Writer<Row, Result> {
  return createViewWriter(
    spec,
    spec.view?.markdown ?? ((kept) => markdownTable(spec.columns, kept, spec.page).join('\n')),
  );
}

function isPlainWord(word: string, mayBeginLine: boolean): boolean {
  if (PLAIN_SIGN.test(word)) return true;
  if (word === '>') return !mayBeginLine;
  if (mayBeginLine && LIST_NUMBER.test(word)) return false;
  return PLAIN_WORD.test(word) && HAS_LETTER_FIRST.test(word) && !MORE_THAN_A_WORD.test(word);
}

function isNumeric<Row>(column: Column<Row>, rows: readonly Row[]): boolean {
  if (column.align !== undefined) return column.align === 'right';
  return (
    rows.every((row) => ['number', 'object'].includes(typeof column.value(row))) &&
    rows.some((row) => typeof column.value(row) === 'number')
  );
}
