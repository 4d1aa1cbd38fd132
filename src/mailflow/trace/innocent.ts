import type { ReasonWords } from '../sampling/estimate-reasons.js';

/**
 * True when mail is held though nothing is broken: a rule of either side wants it to wait, or the receiver puts off a
 * sender that it does not know yet. Mail whose detail tells no failed try is not counted here: it may wait for a
 * moderator, and it may wait in an outage.
 */
export function isInnocent({ reason, party, class: verdictClass }: ReasonWords): boolean {
  if (verdictClass !== 'transient') return false;
  if (reason === 'policy') return party === 'recipient-policy' || party === 'sender-policy';
  return reason === 'throttled' && party === 'recipient-policy';
}
