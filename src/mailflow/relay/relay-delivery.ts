/** From what a relay tells of a message for one recipient to a delivery, in the same shape as those of a trace. */
import { domainOf } from '../address/address.js';
import { directionOf } from '../address/direction.js';
import type { Verdict } from '../bounce/verdict.js';
import type { Delivery, DeliveryState } from '../trace/delivery.js';
import { isHeldByRule } from '../trace/innocent.js';
import { goesToMicrosoft, type HeldBy, judgeMail } from './hold-reason.js';
import { isHeld, type RelayMail, type RelayState } from './relay-mail.js';

export interface RelayDelivery extends Delivery {
  readonly queueId: string;
  /** It goes to Exchange Online, or to one of our own domains. */
  readonly toMicrosoft: boolean;
  /** Null when it is not held. */
  readonly heldBy: HeldBy | null;
  /** False where the relay does not tell when it took the message: then it is older than `receivedAt` says. */
  readonly arrivalSeen: boolean;
}

export interface RelayTerms {
  /** Normalised names; null when they are not known. */
  readonly ownDomains: ReadonlySet<string> | null;
  /** How long the relay keeps mail; null when nobody said. */
  readonly queueLifetimeSeconds: number | null;
  /** When the queue was as told: stands in for a time that is not told. */
  readonly asOf: () => Date;
}

export function toRelayDelivery(mail: RelayMail, terms: RelayTerms): RelayDelivery {
  const held = isHeld(mail);
  const sender = mail.sender ?? '';
  const { recipient } = mail;
  const { direction, basis } = directionOf(
    { sender, recipient, fromIp: null, toIp: null, directionHint: null },
    terms.ownDomains,
  );
  const verdict = judgeMail(mail);
  const toMicrosoft = goesToMicrosoft(mail) || terms.ownDomains?.has(domainOf(recipient)) === true;
  return {
    messageTraceId: null,
    messageId: mail.messageId,
    sender,
    recipient,
    subject: mail.subject,
    receivedAt: mail.arrivedAt ?? mail.lastAttemptAt ?? terms.asOf(),
    sizeBytes: mail.sizeBytes,
    fromIp: null,
    toIp: null,
    status: mail.state,
    direction,
    directionBasis: basis,
    state: STATE_BY_RELAY_STATE[mail.state],
    held,
    verdict,
    lastAttemptAt: mail.lastAttemptAt,
    nextHop: mail.nextHop,
    ...expiryOf(mail, terms),
    queueId: mail.queueId,
    toMicrosoft,
    heldBy: held ? heldByOf(mail, verdict) : null,
    arrivalSeen: mail.arrivedAt !== null,
  };
}

const STATE_BY_RELAY_STATE: Readonly<Record<RelayState, DeliveryState>> = {
  active: 'pending',
  deferred: 'pending',
  'on-hold': 'pending',
  delivered: 'delivered',
  bounced: 'bounced',
  expired: 'bounced',
};

/** Mail on hold is not given up: its clock stands still. What the relay tells of one message goes before what the user says of all. */
function expiryOf(
  mail: RelayMail,
  { queueLifetimeSeconds }: RelayTerms,
): Pick<Delivery, 'expiresAt' | 'expiresAtBasis'> {
  const mayExpire = mail.state === 'active' || mail.state === 'deferred';
  if (mayExpire && mail.expiresAt !== undefined)
    return { expiresAt: mail.expiresAt, expiresAtBasis: 'relay-setting' };
  if (!mayExpire || queueLifetimeSeconds === null || mail.arrivedAt === null)
    return { expiresAt: null, expiresAtBasis: null };
  return {
    expiresAt: new Date(mail.arrivedAt.getTime() + queueLifetimeSeconds * 1000),
    expiresAtBasis: 'relay-setting',
  };
}

/** A reply with a code was given by a server, unless it only says that none was reached. */
function heldByOf(mail: RelayMail, verdict: Verdict | null): HeldBy {
  if (verdict === null) return 'untold';
  if (mail.state === 'on-hold' || isHeldByRule(verdict)) return 'intent';
  if (verdict.rule === 'relay-own-trouble') return 'relay';
  const { party, reason } = verdict;
  if (party === 'network' || reason === 'connection-failed' || reason === 'dns-failure') return 'network';
  if (verdict.replyCode === null)
    return verdict.enhancedStatus === null && reason === 'unknown' ? 'untold' : 'network';
  return goesToMicrosoft(mail) ? 'microsoft' : 'other-server';
}
