/** The port through which the queues and logs of relays are read. No path, process or line passes through. */
import type { Gap } from '../finding.js';
import type { RelayMail } from './relay-mail.js';
import type { RelayQueueCount } from './relay-queue.js';

export interface RelayBatch {
  readonly mails: readonly RelayMail[];
  /** Queues that are counted without naming their mail. */
  readonly queues: readonly RelayQueueCount[];
  /** What could not be read; makes the answer incomplete. */
  readonly gaps: readonly Gap[];
  /** Remarks that a person should read: an assumed year or time zone, lines that were left out. */
  readonly notes: readonly string[];
}

export interface RelaySource {
  /** A drill's relay is marked as such. */
  readonly kind: 'relay' | 'drill';
  /** What was read, as `postfix-json` or `exim-log`, in order; complete when the iteration has ended. */
  readonly formats: () => readonly string[];
  /** When the queue was as told: when the command ran, the time of the newest file, or of its newest line. */
  readonly asOf: () => Date | null;
  /**
   * What is still held, each once, and what has left as far as the input tells. Throws an input Failure when an input
   * cannot be read as any known format.
   */
  readonly mails: (signal: AbortSignal) => AsyncIterable<RelayBatch>;
}
