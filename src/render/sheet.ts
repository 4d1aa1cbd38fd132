/** What a view writes on. One view serves the screen and Markdown: it says what stands where, the sheet how it looks. */
import { wrap } from './layout.js';
import { markdownSentence, markdownTable, markdownText } from './markdown.js';
import { PLAIN_STYLE } from './plain-style.js';
import { prose } from './prose.js';
import { rowLines, type TableColumn } from './row-table.js';
import { safeText } from './safe-text.js';
import { summaryTable } from './table.js';
import type { Page, Style } from './writer.js';

export interface Sheet {
  readonly page: Page;
  /** False where only spans are told: a message in a chat bears its time itself, and is read where another clock is. */
  readonly tellsClock: boolean;
  /** Sentences of our own; what is remote in them went through `remote`. */
  readonly prose: (text: string) => string;
  /** Remote text made harmless here. */
  readonly remote: (text: string) => string;
  /** The same for a sentence that holds remote words, and commands between back-ticks. */
  readonly sentence: (text: string) => string;
  /** A table of a few rows under its title. */
  readonly summary: DrawTable;
  /** A table of a few rows whose heading says it all. */
  readonly bare: <Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]) => string;
  /** A table of any length under its title. */
  readonly rows: DrawTable;
  /** Sentences under a table, where they are no row of it. */
  readonly below: (table: string, sentences: readonly string[]) => string;
  /** Facts under each other. */
  readonly fields: (fields: readonly Field[]) => string;
  /** Sentences under labels; what is remote in them went through `remote`, and their words may bear marks. */
  readonly blocks: (blocks: readonly Block[]) => string;
  /** Marks what stands in a sentence, word by word, so that no mark lies across the end of a line. */
  readonly mark: (tone: keyof Style, text: string) => string;
  /** The word that a person must see first. */
  readonly heading: (tone: keyof Style, word: string) => string;
}

/** What is said under one label, a sentence each; where a line feed parts one, both go together. */
export interface Block {
  readonly label: string;
  readonly lines: readonly string[];
}

/** A fact; its text went through `remote` where it is remote. */
export type Field = readonly [label: string, text: string];

type DrawTable = <Row>(title: string, columns: readonly TableColumn<Row>[], rows: readonly Row[]) => string;

export function screenSheet(page: Page): Sheet {
  return {
    page,
    tellsClock: true,
    prose: (text) => prose(text, page),
    remote: (text) => safeText(text),
    sentence: (text) => safeText(text),
    summary: (title, columns, rows) => `${prose(title, page)}\n${summaryTable(columns, rows, page)}`,
    bare: (columns, rows) => summaryTable(columns, rows, page),
    rows: (title, columns, rows) => [prose(title, page), ...rowLines(columns, rows, page)].join('\n'),
    below: (table, sentences) => [table, ...sentences.map((text) => prose(text, page))].join('\n'),
    fields: (fields) => fields.flatMap((field) => labelled(field, page)).join('\n'),
    blocks: (blocks) => blocks.flatMap((block) => blockLines(block, page)).join('\n'),
    mark: (tone, text) => text.replace(/[^ ]+/gu, (word) => page.style[tone](word)),
    heading: (tone, word) => page.style[tone](word),
  };
}

const LABEL_COLUMNS = 13;

function labelled([label, text]: Field, page: Page): string[] {
  const blank = ' '.repeat(LABEL_COLUMNS);
  const head = page.style.faint(label.padEnd(LABEL_COLUMNS));
  return wrap(text, page.widthColumns - LABEL_COLUMNS).map(
    (line, index) => (index === 0 ? head : blank) + line,
  );
}

const BLOCK_COLUMNS = 12;
const CONTINUED = '  ';
/** On a narrower page the labels stand above, or there would be no room beside them. */
const NARROWEST_BESIDE = 60;

/** A sentence that needs more than a line goes on indented, so that one is told from the next. */
function blockLines({ label, lines }: Block, page: Page): string[] {
  const isAbove = page.widthColumns < NARROWEST_BESIDE;
  const blank = isAbove ? CONTINUED : ' '.repeat(BLOCK_COLUMNS);
  const wrapped = lines.flatMap((line) => wrap(line, page.widthColumns - blank.length, CONTINUED));
  if (isAbove) return [page.style.strong(label), ...wrapped.map((line) => blank + line)];
  return wrapped.map(
    (line, index) => (index === 0 ? page.style.strong(label.padEnd(BLOCK_COLUMNS)) : blank) + line,
  );
}

/** Markdown breaks lines itself and has no colours; a table needs a blank line before it. */
export function markdownSheet(page: Page): Sheet {
  const plain = { ...page, style: PLAIN_STYLE, widthColumns: Infinity };
  const draw: DrawTable = (title, columns, rows) =>
    [title, '', ...markdownTable(columns, rows, plain)].join('\n');
  return {
    page: plain,
    tellsClock: false,
    prose: (text) => text,
    remote: markdownText,
    sentence: markdownSentence,
    summary: draw,
    bare: (columns, rows) => markdownTable(columns, rows, plain).join('\n'),
    rows: draw,
    below: (table, sentences) => [table, ...sentences].join('\n\n'),
    fields: (fields) => fields.map(([label, text]) => `- ${label}: ${text}`).join('\n'),
    blocks: (blocks) => blocks.map(markdownBlock).join('\n'),
    mark: (_tone, text) => text,
    heading: (_tone, word) => `**${word}**`,
  };
}

function markdownBlock({ label, lines }: Block): string {
  const [only = '', ...others] = lines.map((line) => line.replace(/\n */gu, '; '));
  if (others.length === 0) return `- **${label}:** ${only}`;
  return [`- **${label}:** ${only}`, ...others.map((line) => `  - ${line}`)].join('\n');
}
