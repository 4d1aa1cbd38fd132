/** The common part of the formats for people: keep the best rows, then let a view lay out the whole page once. */
import { safeText } from './safe-text.js';
import { createTopRows } from './top-rows.js';
import type { Head, Writer } from './writer.js';
import type { RowsView, WriterSpec } from './writer-spec.js';

export type ViewSpec<Row, Result> = Pick<
  WriterSpec<Row, Result>,
  'head' | 'page' | 'columns' | 'limit' | 'rank' | 'view'
>;

/** Writes nothing when the command failed: stderr says why. */
export function createViewWriter<Row, Result>(
  { head, page, limit, rank }: ViewSpec<Row, Result>,
  view: RowsView<Row, Result>,
): Writer<Row, Result> {
  const top = createTopRows(limit, rank);
  return {
    row: (row) => {
      top.offer(row);
      return '';
    },
    end: (tail) => {
      if (tail.error !== null) return '';
      const text = view(top.best(), tail, page).trimEnd();
      const parts = [drillLine(head), text].filter((part) => part !== '');
      // Markdown needs the blank line between them, and people like it.
      return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
    },
  };
}

/** Said first, so that a rehearsal is never taken for the real thing; empty when this is none. */
function drillLine({ drill }: Head): string {
  return drill === null ? '' : `DRILL ${safeText(drill)}: simulated tenant`;
}
