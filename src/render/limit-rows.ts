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

/** Puts `shown` beside the other counts of a summary: rows in this answer, of which a limit lets through so many. */
export function countingShown<Row, Result>(writer: Writer<Row, Result>, limit: number): Writer<Row, Result> {
  let rows = 0;
  return {
    row: (row) => {
      rows += 1;
      return writer.row(row);
    },
    end: (tail) => {
      if (tail.summary === null) return writer.end(tail);
      return writer.end({ ...tail, summary: { ...tail.summary, shown: Math.min(rows, limit) } });
    },
  };
}
