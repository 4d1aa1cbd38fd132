import { createTopRows } from './top-rows.js';
import type { Writer } from './writer.js';

/** Puts a limit before a writer that would write every row: the best `limit` rows reach it, best first. */
export function limitRows<Row, Result>(
  writer: Writer<Row, Result>,
  limit: number,
  rank: (row: Row) => number,
): Writer<Row, Result> {
  const top = createTopRows(limit, rank);
  return {
    row: (row) => {
      top.offer(row);
      return '';
    },
    end: (tail) => {
      const rows = top.best().map((row) => writer.row(row));
      return rows.join('') + writer.end(tail);
    },
  };
}
