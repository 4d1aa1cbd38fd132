/** Tables of Exchange Server: where their columns stand, which rows can be trusted, and what becomes of the others. */
import { lineOfRow, parseLine, type Row, type RowChunk, RowSplitter } from '#sources/rows/csv-rows.js';
import { DELIMITERS, findHeader, newlineOf } from '#sources/rows/table-head.js';

import type { BlockReader } from './exchange-input.js';
import type { ExchangeReport, RecordProblem } from './exchange-report.js';

export interface TableKind<Columns> {
  /** Where the columns stand; null for a header of another table. `isFieldsLine` is true for the header of a raw log. */
  readonly recognise: (names: readonly string[], isFieldsLine: boolean) => Columns | null;
  readonly readRow: (row: Row, columns: Columns) => RecordProblem;
  /** What a header has to have, for a message. */
  readonly expected: string;
}

/** A header that is longer is none. */
const MAX_HEAD_LENGTH = 1_048_576;
const FIELDS_MARK = '#Fields:';
const NUMBER_SIGN = 35;

interface Layout<Columns> {
  readonly names: readonly string[];
  readonly columns: Columns;
  readonly delimiter: string;
  /** Lines that begin with `#` are remarks. */
  readonly isRawLog: boolean;
}

/** What a header in any of the usual delimiters says; null when the kind does not know it. */
export function readHeader<Columns>(
  text: string,
  isFieldsLine: boolean,
  recognise: TableKind<Columns>['recognise'],
): Layout<Columns> | null {
  for (const delimiter of DELIMITERS) {
    const names = parseLine(text, delimiter);
    const columns = recognise(names, isFieldsLine);
    if (columns !== null) return { names, columns, delimiter, isRawLog: isFieldsLine };
  }
  return null;
}

/** Whether a text, perhaps cut within its header, begins with a header that the kind knows. */
export function beginsTable<Columns>(beginning: string, recognise: TableKind<Columns>['recognise']): boolean {
  const text = beginning.startsWith('\ufeff') ? beginning.slice(1) : beginning;
  const head = findHeader(text, newlineOf(text));
  return readHeader(head.text, head.isFieldsLine, recognise) !== null;
}

export function openTable<Columns>(kind: TableKind<Columns>, report: ExchangeReport): BlockReader {
  let head: string | null = '';
  let linesBefore = 0;
  let rows: RowReader<Columns> | null = null;
  const findRows = (text: string, isWhole: boolean): string | null => {
    const newline = newlineOf(text);
    const header = findHeader(text, newline);
    // A CR may be the first half of a CR LF that is still to come.
    const isComplete = newline === '\n' && header.text !== '' && text.charAt(header.end - 1) === newline;
    if (!isComplete && !isWhole && text.length < MAX_HEAD_LENGTH) {
      linesBefore += header.line - 1;
      return text.slice(text.lastIndexOf('\n') + 1);
    }
    const line = linesBefore + header.line;
    const layout = readHeader(header.text, header.isFieldsLine, kind.recognise);
    if (layout !== null) {
      const splitter = new RowSplitter({ delimiter: layout.delimiter, newline }, line + 1);
      rows = new RowReader(kind, layout, splitter, report);
      rows.push(text.slice(header.end));
    } else if (header.text.trim() !== '') {
      report.countRecord();
      report.countBroken(`a header with ${kind.expected} was expected`, () => line);
    }
    return null;
  };
  return {
    push: (block) => {
      if (head === null) rows?.push(block);
      else head = findRows(head + block, false);
    },
    end: () => {
      if (head !== null) findRows(head, true);
      rows?.end();
    },
  };
}

class RowReader<Columns> {
  readonly #kind: TableKind<Columns>;
  readonly #splitter: RowSplitter;
  readonly #report: ExchangeReport;
  #layout: Layout<Columns>;

  constructor(
    kind: TableKind<Columns>,
    layout: Layout<Columns>,
    splitter: RowSplitter,
    report: ExchangeReport,
  ) {
    this.#kind = kind;
    this.#layout = layout;
    this.#splitter = splitter;
    this.#report = report;
  }

  push(block: string): void {
    for (const chunk of this.#splitter.push(block)) this.#take(chunk);
  }

  end(): void {
    for (const chunk of this.#splitter.end()) this.#take(chunk);
  }

  #take(chunk: RowChunk): void {
    for (const line of chunk.leftOut) {
      this.#report.countRecord();
      this.#report.countBroken('it is too long, or a quote never ends', () => line);
    }
    for (let place = 0; place < chunk.rows.length; place += 1) {
      const row = chunk.rows[place] ?? [];
      if (this.#isSilent(row) || this.#isHeader(row)) continue;
      this.#report.countRecord();
      const problem = this.#shapeProblem(chunk, place) ?? this.#kind.readRow(row, this.#layout.columns);
      if (problem !== null) this.#report.countBroken(problem, () => lineOfRow(chunk, place));
    }
  }

  /** A blank line or a remark. One remark of a raw log is a header: of the next log, which may be of another version. */
  #isSilent(row: Row): boolean {
    const [first = ''] = row;
    if (first.charCodeAt(0) !== NUMBER_SIGN) return row.length === 1 && first.trim() === '';
    if (first.startsWith(FIELDS_MARK)) {
      return this.#begin([first.slice(FIELDS_MARK.length).trim(), ...row.slice(1)], true);
    }
    return row.length === 1 || this.#layout.isRawLog;
  }

  /** Of the next export, where several stand one after the other. Each row of a raw log begins with a year. */
  #isHeader(row: Row): boolean {
    const [first = ''] = row;
    if (this.#layout.isRawLog ? isDigit(first.charCodeAt(0)) : first !== this.#layout.names[0]) return false;
    return this.#begin(row, false);
  }

  #begin(names: Row, isRawLog: boolean): boolean {
    const columns = this.#kind.recognise(names, isRawLog);
    if (columns === null) return false;
    this.#layout = { names: [...names], columns, delimiter: this.#layout.delimiter, isRawLog };
    return true;
  }

  /** A row whose cells may stand in the wrong columns; better counted than read. */
  #shapeProblem(chunk: RowChunk, place: number): RecordProblem {
    const row = chunk.rows[place] ?? [];
    const { names } = this.#layout;
    if (row.length === names.length) return null;
    if (chunk.malformed.has(place)) return 'its quotes are broken';
    if (row.length < names.length) return 'it is cut short';
    const extra = row.slice(names.length).some((cell) => cell.trim() !== '');
    return extra ? 'it has more cells than the header' : null;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
