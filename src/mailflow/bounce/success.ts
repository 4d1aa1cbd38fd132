/** Evidence that is no failure: delivered, handed over, expanded, dropped on purpose. */
import type { Seen } from './seen.js';
import type { Reason, Verdict, VerdictState } from './verdict.js';

interface Outcome {
  readonly state: VerdictState;
  readonly reason: Reason;
  readonly remedy: string;
}

const DELIVERED: Outcome = {
  state: 'delivered',
  reason: 'delivered',
  remedy:
    'Nothing to do: the mailbox has the message. If it is not in the inbox, look at junk mail and inbox rules.',
};
const RELAYED: Outcome = {
  state: 'relayed',
  reason: 'delivered',
  remedy:
    "The next server took the message over. From here on only that server's own log tells what became of it.",
};
const ACCEPTED: Outcome = {
  state: 'delivered',
  reason: 'delivered',
  remedy: 'Nothing to do: the server accepted the message.',
};
const SESSION_ONLY: Outcome = {
  state: 'unknown',
  reason: 'unknown',
  remedy:
    "The server greets, signs in or ends the session: this tells nothing of a message. The answer to the end of DATA does; read it in the sending server's log.",
};
const EXPANDED: Outcome = {
  state: 'expanded',
  reason: 'expanded',
  remedy: 'Nothing was lost: the group was expanded, and each member has a row of its own in the trace.',
};
const QUARANTINED: Outcome = {
  state: 'quarantined',
  reason: 'spam-content',
  remedy:
    'The message waits in quarantine. Release it in the Defender portal if it is wanted, and report it as wrongly judged.',
};
const FILTERED: Outcome = {
  state: 'filtered',
  reason: 'spam-content',
  remedy:
    'A filter judged it as spam: look in the junk folder and in quarantine, and report it as wrongly judged if it is wanted.',
};
const RECALLED: Outcome = {
  state: 'not-bounce',
  reason: 'not-bounce',
  remedy:
    'Its sender took the message back after delivery (message recall): it is no longer in the mailbox, and nothing was lost. Whoever misses it asks the sender.',
};
const DISCARDED: Outcome = {
  state: 'not-bounce',
  reason: 'not-bounce',
  remedy: 'Exchange ended this copy on purpose with a success code; no mail of a person was lost.',
};

/** Null when the evidence speaks of a failure, or of nothing. */
export function judgeSuccess(seen: Seen): Verdict | null {
  const outcome = outcomeOf(seen);
  if (outcome === null) return null;
  const { reply, event, text } = seen;
  const byEvent = event !== null && event !== 'silent';
  return {
    class: 'none',
    state: outcome.state,
    replyCode: reply.replyCode,
    enhancedStatus: reply.enhancedStatus,
    reason: outcome.reason,
    party: 'unknown',
    retry: 'never',
    remedy: outcome.remedy,
    text,
    rule: `outcome-${outcome.state}`,
    basis: byEvent ? 'event' : 'reply',
    mismatch: byEvent && reply.replyCode !== null && reply.replyCode >= 400,
  };
}

function outcomeOf(seen: Seen): Outcome | null {
  switch (seen.event) {
    case 'delivered':
      return DELIVERED;
    case 'relayed':
      return RELAYED;
    case 'expanded':
      return EXPANDED;
    case 'quarantined':
      return QUARANTINED;
    case 'filtered':
      return FILTERED;
    case 'recalled':
      return RECALLED;
    case 'dropped':
      return outcomeOfDrop(seen);
    case 'failed':
    case 'deferred':
      return null;
    case 'silent':
    case null:
      return outcomeOfReply(seen);
  }
}

/** A 2.x drop is no loss, except an automatic forward that the settings held back. */
function outcomeOfDrop(seen: Seen): Outcome | null {
  const suppressed = suppressionOf(seen);
  if (suppressed !== undefined) return suppressed;
  if (!succeeded(seen)) return null;
  return expands(seen) ? EXPANDED : DISCARDED;
}

/** Undefined: no suppression. Null: one that lost mail. */
function suppressionOf(seen: Seen): Outcome | null | undefined {
  const rule = seen.readings.find(({ suppression }) => suppression !== null)?.suppression;
  if (rule === undefined || rule === null) return undefined;
  return rule.retry === 'never' ? { state: 'not-bounce', reason: 'suppressed', remedy: rule.remedy } : null;
}

function outcomeOfReply(seen: Seen): Outcome | null {
  if (!succeeded(seen)) return null;
  if (seen.reply.replyCode !== null && seen.reply.replyCode < FIRST_FOR_MAIL) return SESSION_ONLY;
  return expands(seen) ? EXPANDED : ACCEPTED;
}

/** Below it a reply is about the session: help, greeting, goodbye, sign-in (RFC 5321, 4.2.3; RFC 4954, 6). */
const FIRST_FOR_MAIL = 250;

function succeeded({ reply }: Seen): boolean {
  if (reply.replyCode !== null) return reply.replyCode < 300;
  return reply.enhancedStatus?.startsWith('2') ?? false;
}

function expands({ text }: Seen): boolean {
  return /RESOLVER\.GRP\.Expanded/i.test(text);
}
