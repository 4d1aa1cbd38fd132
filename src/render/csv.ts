/**
 * CSV by RFC 4180 for spreadsheets and scripts. A text that a spreadsheet would run as a formula gets an apostrophe
 * in front; numbers and times are left raw. It has no summary: findings and gaps are in the JSON formats.
 */
import type { Cells } from './cells.js';
import { safeText } from './safe-text.js';
import type { CellValue, Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

const LINE_END = '\r\n';

// Full-width and small forms are folded to their ASCII twins by some spreadsheets, and a list separator of `;` opens a
// new cell in many locales, where our own quotes are already spent. `::` and `##` would be commands to a build server
// where they begin a line.
const FORMULA_START = /(^|[\n;])(?=(?:[^\S\n]|")*[=+\-@＝＋－＠﹦﹢﹣﹫−])|(\n)(?=[^\S\n]*(?:::|##))/gu;
/** Addresses, ids and words: nothing to make visible, to defuse or to quote. Most cells are that. */
const PLAIN = /^[\w<](?:[\w .<>@:/()+-]*[\w>)])?$/u;
const NEEDS_QUOTES = /[",;\r\n']|^\s|\s$|^(?:::|##)/u;

export function createCsvWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'columns' | 'groups'>,
): Writer<Row, Result> {
  const { groups } = spec;
  if (groups !== undefined) {
    return { row: () => '', end: ({ result }) => (result === null ? '' : csvOf(groups(result))) };
  }
  const header = csvLine(spec.columns.map((column) => textCell(column.key)));
  let isEmpty = true;
  return {
    row: (row) => {
      const before = isEmpty ? header : '';
      isEmpty = false;
      return before + csvLine(spec.columns.map((column) => csvCell(column.value(row))));
    },
    end: (tail) => (isEmpty && tail.error === null ? header : ''),
  };
}

function csvOf({ columns, rows }: Cells): string {
  const header = csvLine(columns.map(({ key }) => textCell(key)));
  return header + rows.map((cells) => csvLine(cells.map(csvCell))).join('');
}

function csvLine(cells: readonly string[]): string {
  return cells.join(',') + LINE_END;
}

function csvCell(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return textCell(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return String(value);
  return Number.isNaN(value.getTime()) ? '' : value.toISOString();
}

function textCell(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = safeText(text, { newlines: 'keep' });
  const defused = visible.replace(FORMULA_START, "$1$2'").replace(/^\n/u, "'\n");
  return NEEDS_QUOTES.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
