/** What every format of a relay's queue or log is read through: text goes in as it comes, mail comes out as it is known. */
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { TimeZone } from '#mailflow/time-zone.js';
import type { DateOrder } from '#sources/rows/date-text.js';

export interface RelayContext {
  /**
   * Dates without a year are the newest that are not after this by more than a day: a line may be written while it is read,
   * and on a host whose clock or zone is another.
   */
  readonly asOf: Date;
  /** Of times that name none. */
  readonly timeZone: TimeZone;
  /** Of dates in the culture of an admin's machine; null where nobody said and the dates have to prove it. */
  readonly dateOrder: DateOrder | null;
}

export interface RelayReader {
  /** A piece of any size, cut anywhere. Never throws on what it holds. */
  readonly text: (piece: string) => readonly RelayMail[];
  /** The input is over: what was still open. Of a log: what it leaves held. */
  readonly end: () => readonly RelayMail[];
  readonly report: () => RelayReport;
  /** Once the input is over: queues that the format counts without naming their mail. Absent where it names the mail. */
  readonly queues?: () => readonly RelayQueueCount[];
}

export interface RelayReport {
  /** Lines or records read, whether they were of use or not. */
  readonly records: number;
  /** Those that should have been of use and could not be read; the first few with their number and what was expected. */
  readonly broken: number;
  readonly firstBroken: readonly string[];
  readonly notes: readonly string[];
  /** Time of the newest record; null where the format has none. */
  readonly newestAt: Date | null;
}

export interface RelayFormat {
  /** As `postfix-json`. One that ends in `-log` tells what became of mail, and its files belong together. */
  readonly name: string;
  /** How a person knows it, as ``the output of `postqueue -j` ``. */
  readonly title: string;
  /** Whether input that begins so (a few KiB, perhaps cut within a line) is in this format. */
  readonly accepts: (beginning: string) => boolean;
  readonly open: (context: RelayContext) => RelayReader;
}
