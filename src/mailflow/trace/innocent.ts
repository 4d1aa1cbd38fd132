import { eventKey } from '../bounce/event-word.js';
import type { Verdict } from '../bounce/verdict.js';
import type { TraceEvent } from './delivery.js';
import type { Judgement } from './judgement.js';

/**
 * True when mail is held though nothing is broken: a moderator has it, a rule of either side wants it to wait, or the
 * receiver puts off a sender that it does not know yet. Mail whose detail tells neither a reason nor a failed try is not
 * counted here: it may wait for a person, and it may wait in an outage.
 */
export function isInnocent({ verdict, waitsForModerator }: Judgement): boolean {
  return waitsForModerator === true || (verdict !== null && isHeldByRule(verdict));
}

/** The same by the reply alone, which no moderator writes. */
export function isHeldByRule({ reason, party, class: verdictClass }: Verdict): boolean {
  if (verdictClass !== 'transient') return false;
  if (reason === 'policy') return party === 'recipient-policy' || party === 'sender-policy';
  return reason === 'throttled' && party === 'recipient-policy';
}

/** INITMESSAGECREATED is the tracking log's word for a message that was sent to its moderators. */
const TO_MODERATOR: ReadonlySet<string> = new Set([
  'initmessagecreated',
  'moderate',
  'moderated',
  'moderation',
]);

/** Whether events in causal order end with a message that a moderator has not decided on. */
export function isWithModerator(events: readonly TraceEvent[]): boolean {
  const asked = events.findLastIndex(({ event }) => TO_MODERATOR.has(eventKey(event)));
  // Whatever happened after it, a decision, a try or a failure, ended the waiting.
  return asked !== -1 && asked === events.length - 1;
}
