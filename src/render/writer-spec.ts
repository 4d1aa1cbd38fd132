/** What a command says about its output; each writer takes from it what it needs. */
import type { Cells } from './cells.js';
import type { MonitorReport } from './monitor-report.js';
import type { Column, Head, Page, Tail, Writer } from './writer.js';

export type FailOn = 'warning' | 'critical' | 'never';

/** What a monitor must know of the run, beside its answer. */
export interface RunNote {
  /** As `connectors probe`. */
  readonly command: string;
  /** Levels below it fail no build. */
  readonly failOn: FailOn;
  /** As the command line names it; null where it names none, whoever was asked then. */
  readonly tenantAsked: string | null;
  /** Gives the same for the same text within a run, and what nobody can tell before it. */
  readonly unguessable: (text: string) => string;
}

/** `kept` are the rows that are shown, best first; the text needs no final line feed. */
export type RowsView<Row, Result> = (kept: readonly Row[], tail: Tail<Result>, page: Page) => string;

export interface WriterSpec<Row, Result> {
  readonly head: Head;
  readonly page: Page;
  readonly run: RunNote;
  /** Fields of CSV, and of table and Markdown where there is no view; the first matter most. */
  readonly columns: readonly Column<Row>[];
  /** Rows that a person sees; the other formats write all. */
  readonly limit: number;
  /** Higher is shown first; equals in the order in which they came. */
  readonly rank: (row: Row) => number;
  readonly view?: {
    readonly table?: RowsView<Row, Result>;
    readonly markdown?: RowsView<Row, Result>;
  };
  /** What CSV holds in place of the rows. */
  readonly groups?: (result: Result) => Cells;
  /** What monitors and builds are told; without it a case for each finding and gap. */
  readonly monitor?: (tail: Tail<Result>) => MonitorReport;
  /** What the screen shows of a row at once, for commands that run until they are stopped. */
  readonly line?: (row: Row, page: Page, head: Head) => string;
  /** False where each line of NDJSON must answer one line of input; then no last line follows. */
  readonly endLine?: boolean;
  /** The member of JSON `data` and the line of NDJSON; without it the row itself. */
  readonly member?: (row: Row) => unknown;
}

export type WriterFactory = <Row, Result>(spec: WriterSpec<Row, Result>) => Writer<Row, Result>;
