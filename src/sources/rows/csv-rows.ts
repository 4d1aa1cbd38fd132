/** Rows of a delimited file as they come, within limits, with the physical line of each for messages. */
import Papa from 'papaparse';

/** Characters; longer cells are cut when they are read. */
export const MAX_CELL_LENGTH = 65_536;
const MAX_ROW_LENGTH = 1_048_576;
const MAX_COLUMNS = 500;
/** A file with more open quotes than this is not worth reading again from each of them. */
const MAX_RESTARTS = 100;

export interface CsvDialect {
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
}

export type Row = readonly string[];

export interface RowChunk {
  readonly rows: readonly Row[];
  /** Places in `rows` whose quotes are broken: their cells may hold parts of other rows. */
  readonly malformed: ReadonlySet<number>;
  /** The physical line on which the first row starts, from 1. */
  readonly firstLine: number;
  /** Lines on which a row starts that was left out: longer than 1 MiB, more than 500 cells, or its quote never closed. */
  readonly leftOut: readonly number[];
}

/** Skips `skip` characters that `firstLine - 1` lines hold, then yields the rows. */
export async function* readCsvRows(
  text: AsyncIterable<string>,
  dialect: CsvDialect,
  start: { readonly skip: number; readonly firstLine: number },
): AsyncGenerator<RowChunk> {
  const splitter = new RowSplitter(dialect, start.firstLine);
  let skip = start.skip;
  for await (const piece of text) {
    const wanted = skip === 0 ? piece : piece.slice(skip);
    skip = Math.max(0, skip - piece.length);
    yield* splitter.push(wanted);
  }
  yield* splitter.end();
}

/** The rows in the first part of a file; the last one, which may be cut, only if the part is the whole. */
export function readHeadRows(text: string, dialect: CsvDialect, isWhole: boolean): readonly Row[] {
  const splitter = new RowSplitter(dialect, 1);
  const complete = [...splitter.push(text)];
  const chunks = isWhole ? [...complete, ...splitter.end()] : complete;
  return chunks.flatMap((chunk) => chunk.rows);
}

/** The cells of one line. */
export function parseLine(line: string, delimiter: string): Row {
  const parsed = parse(new Papa.Parser({ delimiter, newline: '\n' }), line, false);
  return parsed.data[0] ?? [];
}

/** The line on which a row starts. Counts, so ask only for rows that are worth a message. */
export function lineOfRow(chunk: RowChunk, place: number): number {
  let line = chunk.firstLine;
  for (const row of chunk.rows.slice(0, place)) {
    line += 1;
    for (const cell of row) line += countOf(cell, '\n');
  }
  return line;
}

interface Parsed {
  readonly data: readonly string[][];
  readonly errors: readonly { readonly code: string; readonly row?: number }[];
  readonly meta: { readonly cursor: number };
}

function isParsed(value: unknown): value is Parsed {
  return (
    typeof value === 'object' && value !== null && 'data' in value && 'errors' in value && 'meta' in value
  );
}

function parse(parser: Papa.Parser, text: string, ignoreLastRow: boolean): Parsed {
  const parsed: unknown = parser.parse(text, 0, ignoreLastRow);
  if (!isParsed(parsed)) throw new TypeError('papaparse answered in a shape that this version does not know');
  return parsed;
}

/** Cuts text that comes in pieces into rows; keeps the unfinished row between pieces. */
export class RowSplitter {
  readonly #newline: string;
  readonly #parser: Papa.Parser;
  #held = '';
  #line: number;
  #restarts = 0;
  #inLongLine = false;

  constructor(dialect: CsvDialect, firstLine: number) {
    this.#newline = dialect.newline;
    this.#parser = new Papa.Parser({ delimiter: dialect.delimiter, newline: dialect.newline });
    this.#line = firstLine;
  }

  *push(piece: string): Generator<RowChunk> {
    this.#held += this.#inLongLine ? this.#afterLongLine(piece) : piece;
    yield this.#completeRows();
    while (this.#held.length > MAX_ROW_LENGTH) {
      yield this.#leaveOutOneLine();
      yield this.#completeRows();
    }
  }

  *end(): Generator<RowChunk> {
    yield this.#completeRows();
    while (this.#held !== '') {
      const last = parse(this.#parser, this.#held, false);
      const open = last.errors.some((error) => error.code === 'MissingQuotes');
      if (!open) {
        yield this.#chunk(last, this.#held);
        return;
      }
      yield this.#leaveOutOneLine();
      yield this.#completeRows();
    }
  }

  #completeRows(): RowChunk {
    const parsed = parse(this.#parser, this.#held, true);
    const used = this.#held.slice(0, parsed.meta.cursor);
    this.#held = this.#held.slice(parsed.meta.cursor);
    return this.#chunk(parsed, used);
  }

  /** The row in hand cannot be finished: give up its first line and look for rows from the next one. */
  #leaveOutOneLine(): RowChunk {
    const line = this.#line;
    this.#restarts += 1;
    const end = this.#restarts > MAX_RESTARTS ? -1 : this.#held.indexOf(this.#newline);
    const dropped = end === -1 ? this.#held : this.#held.slice(0, end + 1);
    this.#inLongLine = end === -1 && !this.#held.endsWith(this.#newline);
    this.#held = this.#held.slice(dropped.length);
    this.#line += countOf(dropped, this.#newline);
    return { rows: [], malformed: NONE, firstLine: line, leftOut: [line] };
  }

  #afterLongLine(piece: string): string {
    const end = piece.indexOf(this.#newline);
    if (end === -1) return '';
    this.#inLongLine = false;
    this.#line += 1;
    return piece.slice(end + 1);
  }

  #chunk(parsed: Parsed, used: string): RowChunk {
    const firstLine = this.#line;
    this.#line += countOf(used, this.#newline);
    const malformed = parsed.errors.flatMap((error) => error.row ?? []);
    for (const row of parsed.data) dropCarriageReturn(row);
    const chunk = {
      rows: parsed.data,
      malformed: malformed.length === 0 ? NONE : new Set(malformed),
      firstLine,
      leftOut: [],
    };
    return parsed.data.some((row) => row.length > MAX_COLUMNS) ? withoutWideRows(chunk) : chunk;
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Lines end in CR LF or LF alone, even within one file, so rows are cut at LF. */
function dropCarriageReturn(row: string[]): void {
  const last = row.at(-1);
  if (last?.endsWith('\r') === true) row[row.length - 1] = last.slice(0, -1);
}

function withoutWideRows(chunk: RowChunk): RowChunk {
  const wide = chunk.rows.flatMap((row, place) => (row.length > MAX_COLUMNS ? [place] : []));
  return {
    ...chunk,
    // Emptied, not removed: the places and lines of the other rows stay as they are.
    rows: chunk.rows.map((row) => (row.length > MAX_COLUMNS ? [''] : row)),
    leftOut: wide.map((place) => lineOfRow(chunk, place)),
  };
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}
