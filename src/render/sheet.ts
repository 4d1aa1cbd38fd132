/** What a view writes on. One view serves the screen and Markdown: it says what stands where, the sheet how it looks. */
import { wrap } from './layout.js';
import { markdownTable, markdownText } from './markdown.js';
import { PLAIN_STYLE } from './plain-style.js';
import { prose } from './prose.js';
import { rowLines, type TableColumn } from './row-table.js';
import { safeText } from './safe-text.js';
import { summaryTable } from './table.js';
import type { Page } from './writer.js';

export interface Sheet {
  readonly page: Page;
  /** Sentences of our own; what is remote in them went through `remote`. */
  readonly prose: (text: string) => string;
  /** Remote text made harmless here. */
  readonly remote: (text: string) => string;
  /** A table of a few rows under its title. */
  readonly summary: DrawTable;
  /** A table of a few rows whose heading says it all. */
  readonly bare: <Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]) => string;
  /** A table of any length under its title. */
  readonly rows: DrawTable;
  /** Facts under each other. */
  readonly fields: (fields: readonly Field[]) => string;
}

/** A fact; its text went through `remote` where it is remote. */
export type Field = readonly [label: string, text: string];

type DrawTable = <Row>(title: string, columns: readonly TableColumn<Row>[], rows: readonly Row[]) => string;

export function screenSheet(page: Page): Sheet {
  return {
    page,
    prose: (text) => prose(text, page),
    remote: (text) => safeText(text),
    summary: (title, columns, rows) => `${prose(title, page)}\n${summaryTable(columns, rows, page)}`,
    bare: (columns, rows) => summaryTable(columns, rows, page),
    rows: (title, columns, rows) => [prose(title, page), ...rowLines(columns, rows, page)].join('\n'),
    fields: (fields) => fields.flatMap((field) => labelled(field, page)).join('\n'),
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

/** Markdown breaks lines itself and has no colours; a table needs a blank line before it. */
export function markdownSheet(page: Page): Sheet {
  const plain = { ...page, style: PLAIN_STYLE, widthColumns: Infinity };
  const draw: DrawTable = (title, columns, rows) =>
    [title, '', ...markdownTable(columns, rows, plain)].join('\n');
  return {
    page: plain,
    prose: (text) => text,
    remote: markdownText,
    summary: draw,
    bare: (columns, rows) => markdownTable(columns, rows, plain).join('\n'),
    rows: draw,
    fields: (fields) => fields.map(([label, text]) => `- ${label}: ${text}`).join('\n'),
  };
}
