/** Small tables for people. cli-table3 lives here only, and is loaded with the views that have such a table. */
import CliTable3 from 'cli-table3';

import { widthOf } from './layout.js';
import { fitTable, rowLines, type TableColumn, toned } from './row-table.js';
import type { Page } from './writer.js';

/** cli-table3 is quadratic in the number of rows; more than this goes through `rowLines`. */
const SUMMARY_ROWS = 500;
const GAP_COLUMNS = 2;

const HEADER_RULE_ONLY = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', right: '', 'right-mid': '', middle: '  ' },
  ...{ mid: '─', 'mid-mid': '──' },
};

/** A small table: heading, one rule, rows. Lines joined by line feeds, none at the end; empty without rows. */
export function summaryTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  page: Page,
): string {
  const lines =
    rows.length === 0 || rows.length >= SUMMARY_ROWS || !Number.isFinite(page.widthColumns)
      ? []
      : drawn(columns, rows, page);
  return (lines.length === 0 ? rowLines(columns, rows, page) : lines).join('\n');
}

/** Empty when cli-table3 measures some text otherwise than we do: its columns would then not line up. */
function drawn<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], page: Page): string[] {
  const fitted = fitTable(columns, rows, page, GAP_COLUMNS);
  const table = new CliTable3({
    head: [...fitted.titles.map(page.style.strong)],
    colWidths: [...fitted.widths],
    colAligns: [...fitted.aligns],
    chars: HEADER_RULE_ONLY,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  for (const cells of fitted.rows) {
    table.push(cells.map((cell) => toned(cell, page.style)));
  }
  const [heading = '', rule = '', ...body] = table.toString().split('\n');
  const widths = new Set([heading, rule, ...body].map(widthOf));
  if (widths.size !== 1) return [];
  return [heading.trimEnd(), page.style.faint(rule), ...body.map((line) => line.trimEnd())];
}
