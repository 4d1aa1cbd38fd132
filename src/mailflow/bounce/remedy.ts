/** Advice ends with what the sender does with this copy: wait, send it again, or leave it. */
import type { Retry, VerdictClass, VerdictState } from './verdict.js';

const NOTHING_KNOWN =
  "The text does not tell what happened. The full reply would: take it from the sender's report (diagnostic information), from the last Defer or Fail event in the message trace, or from the sending server's log.";

/** Who has the message while it is deferred: told by where the evidence was found, not by its words. */
export type Holder = 'sender' | 'exchange' | 'reporter';

const HELD_BY: Record<Holder, string> = {
  sender: "The sender's queue holds the message and retries by itself: do not resend.",
  exchange: 'Exchange holds the message and retries by itself: do not resend.',
  reporter: 'The server that wrote this notice holds the message and retries by itself: do not resend.',
};

export interface Situation {
  readonly verdictClass: VerdictClass;
  readonly state: VerdictState;
  readonly retry: Retry;
  readonly holder: Holder;
}

/** `cause` is the rule's advice about the cause; null when no rule fits. */
export function adviceFor(cause: string | null, situation: Situation): string {
  return (cause ?? NOTHING_KNOWN) + endingFor(situation);
}

function endingFor({ verdictClass, state, retry, holder }: Situation): string {
  if (verdictClass === 'transient') return ` ${HELD_BY[holder]}`;
  if (verdictClass !== 'permanent') return '';
  if (state === 'expired') return ' The retries ran out: send it again once that is mended.';
  if (retry === 'after-fix') return ' This copy is gone: send it again after that.';
  return retry === 'later' ? ' This copy is gone: send it again later.' : ' Do not resend it as it is.';
}
