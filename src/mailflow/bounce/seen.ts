import type { SmtpReply } from '../smtp/reply.js';
import type { EventMeaning } from './event-word.js';
import type { Match } from './rule-book.js';

/** Everything that was read from one piece of evidence. */
export interface Seen {
  readonly text: string;
  readonly reply: SmtpReply;
  /** Null when no event was given. */
  readonly event: EventMeaning | null;
  /** Rules that fit, per reply, outermost first. */
  readonly matches: readonly (readonly Match[])[];
  readonly fromExternalServer: boolean | null;
}
