/** The format `table`: whole pages for people. The best rows are kept, then a view lays them out. */
import { rowLines } from './row-table.js';
import { createViewWriter, type ViewSpec } from './view-writer.js';
import type { Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

/** The screen: DRILL first where it is one, then the view of the best rows. Writes nothing when the command failed. */
export function createTableWriter<Row, Result>(
  spec: ViewSpec<Row, Result> & Pick<WriterSpec<Row, Result>, 'line'>,
): Writer<Row, Result> {
  const { line, page, head } = spec;
  if (line !== undefined) return { row: (row) => line(row, page, head), end: () => '' };
  return createViewWriter(
    spec,
    spec.view?.table ?? ((kept) => rowLines(spec.columns, kept, spec.page).join('\n')),
  );
}
