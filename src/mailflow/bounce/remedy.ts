/** Advice ends with what the sender does with this copy: wait, send it again, or leave it. */
import type { Retry, VerdictClass, VerdictState } from './verdict.js';

const NOTHING_KNOWN =
  "The text does not tell what happened. The full reply would: take it from the sender's report (diagnostic information), from the last Defer or Fail event in the message trace, or from the sending server's log.";

/** `cause` is the rule's advice about the cause; null when no rule fits. */
export function adviceFor(
  cause: string | null,
  verdictClass: VerdictClass,
  state: VerdictState,
  retry: Retry,
): string {
  return (cause ?? NOTHING_KNOWN) + endingFor(verdictClass, state, retry);
}

function endingFor(verdictClass: VerdictClass, state: VerdictState, retry: Retry): string {
  if (verdictClass === 'transient')
    return " The sender's queue holds the message and retries by itself: do not resend.";
  if (verdictClass !== 'permanent') return '';
  if (state === 'expired') return ' The retries ran out: send it again once that is mended.';
  if (retry === 'after-fix') return ' This copy is gone: send it again after that.';
  return retry === 'later' ? ' This copy is gone: send it again later.' : '';
}
