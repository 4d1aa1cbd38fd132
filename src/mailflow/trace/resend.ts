/** Who must send again once an outage is over, and who must not. Knows deliveries as they were judged, and nothing else. */
import { addressKey } from '../address/address.js';
import type { Reason, Verdict } from '../bounce/verdict.js';
import type { Gap } from '../finding.js';
import type { Delivery } from './delivery.js';

/** Mail that bounced for a reason on the service's side: nobody will deliver it unless it is sent again. */
export interface ResendRow {
  readonly sender: string;
  readonly recipient: string;
  readonly receivedAt: Date;
  readonly subject: string | null;
  readonly reason: Reason;
  readonly enhancedStatus: string | null;
  readonly messageId: string | null;
  readonly messageTraceId: string | null;
}

export interface ResendCounts {
  readonly resend: number;
  /** Different senders of those. */
  readonly senders: number;
  /** Still held and tried again: must not be sent again. */
  readonly held: number;
  readonly failed: number;
  /** Failed for a reason on another side, which sending again does not mend. */
  readonly otherSide: number;
  /** Failed, and their text alone does not tell whose side it was. */
  readonly sideUnknown: number;
  /** Reports that bounced: nobody sent them who could send them again. */
  readonly withoutSender: number;
  /** Failed, and their detail was not read: each may belong on the list. */
  readonly unread: number;
}

export interface ResendTally {
  /** The row of a delivery that must be sent again, else null. */
  readonly admit: (delivery: Delivery) => ResendRow | null;
  readonly counts: () => ResendCounts;
}

type Fate = 'resend' | 'otherSide' | 'sideUnknown' | 'withoutSender' | 'unread';

export function createResendTally(): ResendTally {
  const fates: Record<Fate, number> = {
    resend: 0,
    otherSide: 0,
    sideUnknown: 0,
    withoutSender: 0,
    unread: 0,
  };
  const senders = new Set<string>();
  let held = 0;
  let failed = 0;

  function admit(delivery: Delivery): ResendRow | null {
    if (delivery.held) held += 1;
    if (delivery.state !== 'bounced') return null;
    failed += 1;
    const fate = fateOf(delivery);
    fates[fate] += 1;
    if (fate !== 'resend' || delivery.verdict === null) return null;
    senders.add(addressKey(delivery.sender));
    return rowOf(delivery, delivery.verdict);
  }

  return { admit, counts: () => ({ ...fates, senders: senders.size, held, failed }) };
}

function fateOf({ verdict, sender }: Delivery): Fate {
  if (verdict === null) return 'unread';
  if (verdict.class !== 'permanent') return 'otherSide';
  if (verdict.party === 'unknown' || verdict.party === 'network') return 'sideUnknown';
  if (verdict.party !== 'service') return 'otherSide';
  return sender.trim() === '' ? 'withoutSender' : 'resend';
}

function rowOf(delivery: Delivery, { reason, enhancedStatus }: Verdict): ResendRow {
  const { sender, recipient, receivedAt, subject, messageId, messageTraceId } = delivery;
  return { sender, recipient, receivedAt, subject, reason, enhancedStatus, messageId, messageTraceId };
}

/**
 * The list is shorter than it should be when a detail is missing. `others` are the gaps of the survey, the details' last:
 * what stood in their way says why, and when to come again.
 */
export function unreadGap({ unread, failed }: ResendCounts, others: readonly Gap[]): Gap | null {
  if (unread === 0) return null;
  const cause = others.at(-1);
  return {
    what: `whether ${unread} of ${failed} failed deliveries must be sent again: their details were not read`,
    reason: cause?.reason ?? 'no-detail',
    remedy:
      cause?.remedy ?? 'Add the export of Get-MessageTraceDetailV2 with a second --file, or ask again later.',
    retryAfterSeconds: cause?.retryAfterSeconds ?? null,
  };
}
