import type { CellValue, Column } from './writer.js';

/** A small table whose rows are cells, one for each column. */
export interface Cells {
  readonly columns: readonly Omit<Column<never>, 'value'>[];
  readonly rows: readonly (readonly CellValue[])[];
}
