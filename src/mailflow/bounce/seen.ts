import type { SmtpReply } from '../smtp/reply.js';
import type { EventMeaning } from './event-word.js';
import type { Holder } from './remedy.js';
import type { Reading } from './rule-book.js';

/** Everything that was read from one piece of evidence. */
export interface Seen {
  readonly text: string;
  /** The outermost reply. */
  readonly reply: SmtpReply;
  /** Null when no event was given. */
  readonly event: EventMeaning | null;
  /** What the rules say of each reply, outermost first. */
  readonly readings: readonly [outermost: Reading, ...quoted: Reading[]];
  /** Whose reply it was, where the trace says so. */
  readonly fromExternalServer: boolean | null;
  /** Who has the message while it is deferred. */
  readonly holder: Holder;
}
