/** Long lists in padded columns of our own: linear in the number of rows, and never wider than the page. */
import { type CellFormat, formatCell, instantFormat } from './human-format.js';
import { pad, truncate, widthOf } from './layout.js';
import { safeLine, safeText } from './safe-text.js';
import type { CellValue, Column, Page, Style } from './writer.js';

/** A column whose cells may carry a meaning. */
export interface TableColumn<Row> extends Column<Row> {
  /** Null: an ordinary cell. */
  readonly tone?: (row: Row) => keyof Style | null;
}

interface Cell {
  /** Plain, escaped and short enough for its column. */
  readonly text: string;
  readonly tone: keyof Style | null;
}

/** A table that fits its page: the columns that have room, with their widths. */
interface FittedTable {
  readonly titles: readonly string[];
  readonly widths: readonly number[];
  readonly aligns: readonly ('left' | 'right')[];
  readonly rows: readonly (readonly Cell[])[];
}

interface MeasuredColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly Cell[];
  readonly naturalWidth: number;
  readonly leastWidth: number;
}

const GAP = '  ';
const WIDEST_CELL = 200;
const NARROWEST_TEXT = 12;

/** Heading, rule, and a line for each row. No rows, no lines. */
export function rowLines<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  page: Page,
): readonly string[] {
  if (rows.length === 0 || columns.length === 0) return [];
  const { titles, widths, aligns, rows: lines } = fitTable(columns, rows, page, GAP.length);
  const lay = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, aligns[index]))
      .join(GAP)
      .trimEnd();
  const ruleWidth = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  return [
    lay(titles.map(page.style.strong)),
    ...ruleOf(ruleWidth, page),
    ...lines.map((cells) => lay(cells.map((cell) => toned(cell, page.style)))),
  ];
}

/** Without a width, as in a pipe, there is nobody to look at a rule. */
function ruleOf(widthColumns: number, page: Page): string[] {
  return Number.isFinite(page.widthColumns) ? [page.style.faint('─'.repeat(widthColumns))] : [];
}

/**
 * Chooses columns and widths. Where the page is narrow, the last columns go first, as far as needed to leave every
 * text column a readable width; then the widest texts are cut.
 */
export function fitTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  page: Page,
  gapColumns: number,
): FittedTable {
  const format = { instant: instantFormat(page.timeZone), text: (remote: string) => safeText(remote) };
  const measured = columns.map((column, index) => measure(column, rows, format, index === 0));
  const kept = measured.slice(0, columnsWithRoom(measured, page.widthColumns, gapColumns));
  const widths = shareOut(kept, page.widthColumns - gapColumns * (kept.length - 1));
  const cut = (text: string, index: number): string => truncate(text, widths[index] ?? 0);
  return {
    titles: kept.map((column, index) => cut(column.title, index)),
    widths,
    aligns: kept.map((column) => column.align),
    rows: rows.map((_, at) =>
      kept.map((column, index) => {
        const cell = column.cells[at];
        return { text: cut(cell?.text ?? '', index), tone: cell?.tone ?? null };
      }),
    ),
  };
}

export function toned(cell: Cell, style: Style): string {
  return cell.tone === null ? cell.text : style[cell.tone](cell.text);
}

function measure<Row>(
  column: TableColumn<Row>,
  rows: readonly Row[],
  format: CellFormat,
  isFirst: boolean,
): MeasuredColumn {
  const values = rows.map(column.value);
  const isText = values.some((value) => typeof value === 'string');
  const isNumeric = !isText && values.some((value) => typeof value === 'number');
  const { title, texts } = withZoneInTitle(safeText(column.title), values, format);
  const cells = rows.map((row, at) => {
    const text = truncate(texts[at] ?? '', WIDEST_CELL);
    return { text: isFirst ? safeLine(text) : text, tone: column.tone?.(row) ?? null };
  });
  const widest = cells.reduce((width, cell) => Math.max(width, widthOf(cell.text)), widthOf(title));
  const naturalWidth = Math.min(widest, WIDEST_CELL);
  return {
    title,
    align: column.align ?? (isNumeric ? 'right' : 'left'),
    cells,
    naturalWidth,
    leastWidth: isText ? Math.min(naturalWidth, NARROWEST_TEXT) : naturalWidth,
  };
}

/** Where all instants of a column have one offset, it is said once. */
function withZoneInTitle(
  title: string,
  values: readonly CellValue[],
  format: CellFormat,
): { readonly title: string; readonly texts: readonly string[] } {
  const texts = values.map((value) => formatCell(value, format));
  const instants = texts.filter((_, at) => values[at] instanceof Date && texts[at] !== '-');
  const zones = new Set(instants.map((text) => text.slice(text.lastIndexOf(' '))));
  const [zone] = zones;
  if (zone === undefined || zones.size !== 1) return { title, texts };
  const shorten = (text: string, at: number): string =>
    values[at] instanceof Date && text.endsWith(zone) ? text.slice(0, -zone.length) : text;
  return { title: `${title} (${zone.trim()})`, texts: texts.map(shorten) };
}

function columnsWithRoom(columns: readonly MeasuredColumn[], width: number, gap: number): number {
  let needed = -gap;
  let count = 0;
  for (const column of columns) {
    needed += gap + column.leastWidth;
    if (needed > width) break;
    count += 1;
  }
  return Math.max(1, count);
}

/** Lowers one common ceiling until the columns fit; a column that is narrower keeps its width. */
function shareOut(columns: readonly MeasuredColumn[], room: number): readonly number[] {
  const under = (ceiling: number): number[] =>
    columns.map((column) => Math.max(column.leastWidth, Math.min(column.naturalWidth, ceiling)));
  for (let ceiling = WIDEST_CELL; ceiling > 0; ceiling -= 1) {
    const widths = under(ceiling);
    if (widths.reduce((sum, width) => sum + width, 0) <= room) return widths;
  }
  // Not even the first column has its least width.
  return columns.map(() => Math.max(1, room));
}
