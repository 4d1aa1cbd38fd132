/**
 * The shape of every output format. A writer is pure: it is given rows one by one and gives back the text that is
 * due, so that a million rows flow through in constant memory and the caller alone owns streams and files.
 */
import type { Finding, Gap } from '#mailflow/finding.js';
import type { TimeZone } from '#mailflow/time-zone.js';

export type OutcomeLevel = 'ok' | 'warning' | 'critical' | 'unknown' | 'refused';

/** Known before the first row. */
export interface Head {
  /** Name and version, as `mailcheck.trace/1`. */
  readonly schema: string;
  /** Set for a drill: its scenario. Human formats say DRILL in their first line. */
  readonly drill: string | null;
}

export interface SourceNote {
  readonly kind: string;
  readonly asOf: Date | null;
  readonly requests: number;
}

export interface WindowNote {
  readonly from: Date;
  readonly to: Date;
  readonly settledUntil: Date;
  readonly complete: boolean;
}

export interface ErrorNote {
  readonly kind: string;
  readonly message: string;
  readonly remedy: string;
  /** Sentences, where the message only counts what is wrong; absent where it says all. */
  readonly details?: readonly string[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Known after the last row. */
export interface Tail<Result> {
  readonly generatedAt: Date;
  readonly tenant: string | null;
  readonly source: SourceNote | null;
  readonly window: WindowNote | null;
  /** What the views and `summary` are made of; null when the command failed. */
  readonly result: Result | null;
  /** The JSON `summary`: plain values only. Null when there is none. */
  readonly summary: object | null;
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Gap[];
  readonly outcome: { readonly level: OutcomeLevel; readonly exitCode: number };
  readonly error: ErrorNote | null;
}

export interface Writer<Row, Result> {
  /** The text that is due after this row; often empty. */
  readonly row: (row: Row) => string;
  /** The rest. Called once, also after a failure. */
  readonly end: (tail: Tail<Result>) => string;
}

/** Raw data for one cell. */
export type CellValue = string | number | boolean | Date | null;

/** One column of CSV, and of row tables. `value` gives raw data; writers escape. */
export interface Column<Row> {
  /** Field name from the glossary, as `receivedAt`; the CSV header. */
  readonly key: string;
  /** Heading for people. */
  readonly title: string;
  readonly value: (row: Row) => CellValue;
  readonly align?: 'left' | 'right';
}

/** Marks that mean something; the terminal decides what they look like. Applied after escaping only. */
export interface Style {
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

export interface Page {
  readonly widthColumns: number;
  readonly style: Style;
  readonly now: Date;
  /** The zone in which human formats show times. */
  readonly timeZone: TimeZone;
  /** Written before what takes the place of all that the screen shows; absent where nothing can be taken back. */
  readonly redraw?: string;
}
