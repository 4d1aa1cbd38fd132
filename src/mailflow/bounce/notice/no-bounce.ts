/** Verdicts for mail that tells of no failed delivery. */
import type { Reason, Verdict } from '../verdict.js';

type Harmless = Extract<Reason, 'auto-reply' | 'feedback-loop' | 'not-bounce'>;

const REMEDY_BY_REASON: Record<Harmless, string> = {
  'auto-reply': 'Nothing failed: the message reached a mailbox that answers by itself.',
  'feedback-loop':
    'Nothing failed: somebody reported the message as unwanted, or a domain reports on authentication. Take a complaining recipient off the list, and look at what was sent.',
  'not-bounce': 'Nothing failed: this mail reports no failed delivery.',
};

/** `text` is what a person knows the mail by. */
export function noBounce(reason: Harmless, text: string): Verdict {
  return {
    class: 'none',
    state: 'not-bounce',
    replyCode: null,
    enhancedStatus: null,
    reason,
    party: 'unknown',
    retry: 'never',
    remedy: REMEDY_BY_REASON[reason],
    text,
    rule: `notice-${reason}`,
    basis: 'text',
    mismatch: false,
  };
}
