/** A queue of which a relay tells how many messages wait in it, not which. All text is remote and hostile. */
import type { RelayState } from './relay-mail.js';

export interface RelayQueueCount {
  /** The relay's own name of the queue, as `MBX01\17`. */
  readonly queueId: string;
  /** Where its mail goes, as the relay writes it: a domain, a smart host, a mailbox database. Null where it is not told. */
  readonly nextHop: string | null;
  /** Messages, not recipients; may be none. */
  readonly waiting: number;
  readonly state: Extract<RelayState, 'active' | 'deferred' | 'on-hold'>;
  /** Why the last try failed, as the relay wrote it; null where there is none. */
  readonly reply: string | null;
  readonly lastAttemptAt: Date | null;
}
