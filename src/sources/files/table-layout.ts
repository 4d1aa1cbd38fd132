/** Where the table of a file begins, how its cells are separated, and what its header says. */
import { Failure } from '#failure.js';
import { type CsvDialect, parseLine } from '#sources/rows/csv-rows.js';

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

const DELIMITERS = [',', ';', '\t'] as const;
const FIELDS_MARK = '#Fields:';

/** Reads the head of a file; refuses a header that no export uses. */
export function readLayout(name: string, head: string): TableLayout {
  const newline = head.includes('\n') ? '\n' : '\r';
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

interface Header {
  readonly text: string;
  /** Characters up to and including its line end. */
  readonly end: number;
  readonly line: number;
  readonly isFieldsLine: boolean;
}

/** The first line that is neither blank nor a remark; `#Fields:` is a remark that is the header. */
function findHeader(head: string, newline: string): Header {
  let start = 0;
  let line = 1;
  for (;;) {
    const stop = head.indexOf(newline, start);
    const end = stop === -1 ? head.length : stop;
    const text = head.slice(start, end).trimEnd();
    const after = Math.min(head.length, end + 1);
    if (text.startsWith(FIELDS_MARK)) {
      return { text: text.slice(FIELDS_MARK.length).trim(), end: after, line, isFieldsLine: true };
    }
    if ((text.trim() !== '' && !isRemark(text)) || stop === -1) {
      return { text, end: after, line, isFieldsLine: false };
    }
    start = after;
    line += 1;
  }
}

/** `#TYPE …` of Windows PowerShell, `#Software: …` of a tracking log, `sep=;` of Excel. */
function isRemark(line: string): boolean {
  return line.startsWith('#') || line.startsWith('"#') || /^"?sep=/i.test(line);
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
