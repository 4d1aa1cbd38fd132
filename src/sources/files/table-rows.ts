/** The rows of a table as its plan says, and which of them cannot be trusted. */
import { readCsvRows, type Row, type RowChunk } from '#sources/rows/csv-rows.js';

import type { ExportDates } from './export-dates.js';
import type { InputFile } from './input-file.js';
import type { RowProblem } from './list-rows.js';
import type { TableLayout } from './table-layout.js';
import { decodeText, type TextEncoding } from './text-encoding.js';

export interface TablePlan {
  readonly format: 'table';
  readonly input: InputFile;
  readonly encoding: TextEncoding;
  readonly layout: TableLayout;
  readonly dates: ExportDates;
  /** Remarks for a person: what was assumed, what this export cannot show. */
  readonly notes: readonly string[];
}

export async function* tableRows(
  plan: Pick<TablePlan, 'input' | 'encoding' | 'layout'>,
  signal: AbortSignal,
): AsyncGenerator<RowChunk> {
  const text = decodeText(plan.input.blocks(), plan.encoding);
  for await (const chunk of readCsvRows(text, plan.layout.dialect, plan.layout)) {
    signal.throwIfAborted();
    yield chunk;
  }
}

/** True for a row that says nothing: a blank line, or a remark of a raw log. */
export function isSilent(row: Row, layout: TableLayout): boolean {
  const [first = ''] = row;
  if (row.length === 1 && first.trim() === '') return true;
  return layout.hasRemarks && first.startsWith('#');
}

/** The first cell is not compared: a byte-order mark may stand before it. */
export function isRepeatedHeader(row: Row, layout: TableLayout): boolean {
  return (
    row.length === layout.names.length &&
    row.every((cell, place) => place === 0 || cell === layout.names[place])
  );
}

/** A row whose cells may stand in the wrong columns; better counted than read. */
export function shapeProblem(chunk: RowChunk, place: number, layout: TableLayout): RowProblem {
  const row = chunk.rows[place] ?? [];
  if (row.length === layout.names.length) return null;
  if (chunk.malformed.has(place)) return 'its quotes are broken';
  const { date, recipient, status, event } = layout.shape.places;
  if (row.length <= Math.max(date, recipient, status, event)) return 'it is cut short';
  const extra = row.slice(layout.names.length).some((cell) => cell.trim() !== '');
  return extra ? 'it has more cells than the header' : null;
}
