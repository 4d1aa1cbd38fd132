/** Where the table of a file begins, how its cells are separated, and what its header says. */
import { Failure } from '#failure.js';
import { type CsvDialect, parseLine } from '#sources/rows/csv-rows.js';
import { DELIMITERS, findHeader, newlineOf } from '#sources/rows/table-head.js';

import { ACCEPTED_TABLES, recogniseTable, type TableShape } from './export-kind.js';

export interface TableLayout {
  readonly dialect: CsvDialect;
  readonly shape: TableShape;
  /** The cells of the header as the file has them. */
  readonly names: readonly string[];
  /** Characters before the first row. */
  readonly skip: number;
  /** The physical line of the first row, from 1. */
  readonly firstLine: number;
  /** Lines that begin with `#` are remarks: a raw tracking log, or several one after the other. */
  readonly hasRemarks: boolean;
}

/** Reads the head of a file; refuses a header that no export uses. */
export function readLayout(name: string, head: string): TableLayout {
  const newline = newlineOf(head);
  const header = findHeader(head, newline);
  const candidates = DELIMITERS.flatMap((delimiter) => {
    const names = parseLine(header.text, delimiter);
    const shape = recogniseTable(names);
    return shape === null ? [] : [{ delimiter, shape, names }];
  });
  const [found] = candidates;
  if (found === undefined) throw unknownHeader(name, header.text);
  return {
    dialect: { delimiter: found.delimiter, newline },
    shape: header.isFieldsLine ? asTrackingLog(found.shape) : found.shape,
    names: found.names,
    skip: header.end,
    firstLine: header.line + 1,
    hasRemarks: header.isFieldsLine,
  };
}

/** A raw log has the columns of the Extended report under names with hyphens. */
function asTrackingLog(shape: TableShape): TableShape {
  return { ...shape, kind: 'tracking-log', title: 'message tracking log of Exchange Server' };
}

function unknownHeader(name: string, header: string): Failure {
  const shown = header.length > 160 ? `${header.slice(0, 160)}…` : header;
  return new Failure(
    'input',
    `${name} is no message trace export: it begins with ${JSON.stringify(shown)}.`,
    {
      remedy: `Give one of these with its header line: ${ACCEPTED_TABLES}, or Graph JSON.`,
    },
  );
}
