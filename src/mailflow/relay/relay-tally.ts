/** What a look at a relay has to count beside the ages of held mail: what waits for Microsoft, who holds it up, what has left. */
import type { Party, Reason, VerdictClass } from '../bounce/verdict.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from '../queue/thresholds.js';
import { HELD_BY, type HeldBy } from './hold-reason.js';
import type { RelayDelivery } from './relay-delivery.js';

export interface RelayTally {
  /** As of when ages are told. */
  readonly asOf: Date;
  readonly held: number;
  readonly oldest: RelayDelivery | null;
  readonly heldBy: Readonly<Record<HeldBy, number>>;
  readonly expiringWithin4h: number;
  readonly pastExpiry: number;
  /** Held mail of which it is known when the relay gives it up. */
  readonly expiryTold: number;
  /** Held mail whose arrival the relay does not tell. */
  readonly arrivalUnseen: number;
  readonly atMicrosoft: MicrosoftTally;
  /** Names of rules that judged held mail for Microsoft, for advice. */
  readonly rules: ReadonlySet<string>;
}

/** Mail that the relay has no more, as far as its log tells. */
export interface LeftTally {
  readonly delivered: number;
  readonly bounced: number;
  readonly expired: number;
  /** Why mail bounced or expired, most first. */
  readonly failedBy: readonly ReasonCount[];
}

export interface MicrosoftTally {
  readonly held: number;
  readonly oldest: RelayDelivery | null;
  readonly heldBy: Readonly<Record<HeldBy, number>>;
  readonly expiringWithin4h: number;
  readonly byReason: readonly ReasonCount[];
  /** What Microsoft's servers answer, as `421 4.3.2`, most first. */
  readonly replies: readonly ReplyCount[];
  /** Held though somebody means to send it now: older than a warning and than critical ask for. */
  readonly waiting: LateMail;
  readonly old: LateMail;
}

/** Mail for Microsoft of some age that neither waits by intent nor for its recipient's own trouble. */
export interface LateMail {
  readonly minutes: number;
  readonly held: number;
  /** Of it, what no reason is told of. */
  readonly untold: number;
  /** Microsoft's servers answered for so many of it. */
  readonly deferred: number;
}

export interface ReasonCount {
  readonly reason: Reason;
  readonly party: Party;
  readonly class: VerdictClass;
  readonly count: number;
}

export interface ReplyCount {
  readonly reply: string;
  /** The words of one of them. Remote text. */
  readonly text: string;
  readonly count: number;
}

export interface Watch<Tally> {
  /** Each delivery once. */
  readonly observe: (delivery: RelayDelivery) => void;
  readonly tally: () => Tally;
}

/** For mail that is not held. */
export function openLeftWatch(): Watch<LeftTally> {
  const counts = { delivered: 0, bounced: 0, expired: 0 };
  const reasons = openReasons();
  return {
    observe: (delivery) => {
      if (delivery.state === 'delivered') {
        counts.delivered += 1;
        return;
      }
      counts[delivery.status === 'expired' ? 'expired' : 'bounced'] += 1;
      reasons.add(delivery);
    },
    tally: () => ({ ...counts, failedBy: reasons.counts() }),
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** For held mail. Ages are as of `now`. */
export function openRelayWatch(now: Date, thresholds: QueueThresholds = QUEUE_THRESHOLDS): Watch<RelayTally> {
  const nowMs = now.getTime();
  const nearMs = nowMs + thresholds.expiring.withinHours * HOUR_MS;
  const all = openPart(nowMs, nearMs);
  const microsoft = openPart(nowMs, nearMs);
  const reasons = openReasons();
  const replies = openReplies();
  const rules = new Set<string>();
  const waiting = openLate(thresholds.waiting.warningMinutes, nowMs);
  const old = openLate(thresholds.waiting.criticalMinutes, nowMs);

  function observe(delivery: RelayDelivery): void {
    all.add(delivery);
    if (!delivery.toMicrosoft) return;
    microsoft.add(delivery);
    reasons.add(delivery);
    if (delivery.verdict !== null) rules.add(delivery.verdict.rule);
    if (delivery.heldBy === 'microsoft') replies.add(delivery);
    waiting.add(delivery);
    old.add(delivery);
  }

  return {
    observe,
    tally: () => ({
      asOf: now,
      ...all.result(),
      atMicrosoft: {
        ...microsoft.result(),
        byReason: reasons.counts(),
        replies: replies.counts(),
        waiting: waiting.result(),
        old: old.result(),
      },
      rules,
    }),
  };
}

type PartTally = Pick<
  RelayTally,
  'held' | 'oldest' | 'heldBy' | 'expiringWithin4h' | 'pastExpiry' | 'expiryTold' | 'arrivalUnseen'
>;

interface OpenPart {
  readonly add: (delivery: RelayDelivery) => void;
  readonly result: () => PartTally;
}

function openPart(nowMs: number, nearMs: number): OpenPart {
  const heldBy = noneHeld();
  const counts = { held: 0, expiringWithin4h: 0, pastExpiry: 0, expiryTold: 0, arrivalUnseen: 0 };
  let oldest: RelayDelivery | null = null;
  return {
    add: (delivery) => {
      counts.held += 1;
      if (delivery.heldBy !== null) heldBy[delivery.heldBy] += 1;
      if (!delivery.arrivalSeen) counts.arrivalUnseen += 1;
      if (oldest === null || delivery.receivedAt < oldest.receivedAt) oldest = delivery;
      if (delivery.expiresAt !== null) counts.expiryTold += 1;
      const expiryMs = delivery.expiresAt?.getTime() ?? Infinity;
      if (expiryMs <= nowMs) counts.pastExpiry += 1;
      else if (expiryMs <= nearMs) counts.expiringWithin4h += 1;
    },
    result: () => ({ ...counts, oldest, heldBy: { ...heldBy } }),
  };
}

function noneHeld(): Record<HeldBy, number> {
  return { microsoft: 0, 'other-server': 0, network: 0, relay: 0, intent: 0, untold: 0 };
}

interface OpenLate {
  readonly add: (delivery: RelayDelivery) => void;
  readonly result: () => LateMail;
}

function openLate(minutes: number, nowMs: number): OpenLate {
  const counts = { held: 0, untold: 0, deferred: 0 };
  return {
    add: (delivery) => {
      if (nowMs - delivery.receivedAt.getTime() < minutes * MINUTE_MS || isOwnBusiness(delivery)) return;
      counts.held += 1;
      if (delivery.heldBy === 'untold') counts.untold += 1;
      if (delivery.heldBy === 'microsoft') counts.deferred += 1;
    },
    result: () => ({ minutes, ...counts }),
  };
}

/** It waits by intent, or for one recipient's own trouble. */
function isOwnBusiness({ heldBy, verdict }: RelayDelivery): boolean {
  if (heldBy === 'intent' || verdict?.party === 'recipient-policy') return true;
  return verdict !== null && RECIPIENTS_OWN.has(verdict.reason);
}

/** What ails one mailbox or one address. */
const RECIPIENTS_OWN: ReadonlySet<Reason> = new Set([
  'recipient-unknown',
  'recipient-domain-invalid',
  'recipient-moved',
  'mailbox-full',
  'mailbox-limit',
  'mailbox-disabled',
  'recipient-restricted',
  'recipient-config',
  'recipient-rate-limited',
]);

interface OpenReasons {
  readonly add: (delivery: RelayDelivery) => void;
  readonly counts: () => readonly ReasonCount[];
}

function openReasons(): OpenReasons {
  const byKey = new Map<string, { readonly reason: Omit<ReasonCount, 'count'>; count: number }>();
  return {
    add: ({ verdict }) => {
      const { reason = 'unknown', party = 'unknown', class: verdictClass = 'unknown' } = verdict ?? {};
      const key = `${reason} ${party} ${verdictClass}`;
      const entry = byKey.get(key) ?? { reason: { reason, party, class: verdictClass }, count: 0 };
      entry.count += 1;
      byKey.set(key, entry);
    },
    counts: () => mostFirst([...byKey.values()].map((entry) => ({ ...entry.reason, count: entry.count }))),
  };
}

interface OpenReplies {
  readonly add: (delivery: RelayDelivery) => void;
  readonly counts: () => readonly ReplyCount[];
}

/** Codes are few; what a server makes up beyond this many is not told apart. */
const MOST_REPLIES = 200;

function openReplies(): OpenReplies {
  const byReply = new Map<string, { readonly text: string; count: number }>();
  return {
    add: ({ verdict }) => {
      if (verdict === null) return;
      const reply = [verdict.replyCode, verdict.enhancedStatus].filter((code) => code !== null).join(' ');
      const entry = byReply.get(reply);
      if (entry !== undefined) entry.count += 1;
      else if (byReply.size < MOST_REPLIES) byReply.set(reply, { text: verdict.text, count: 1 });
    },
    counts: () => mostFirst([...byReply].map(([reply, entry]) => ({ reply, ...entry }))),
  };
}

function mostFirst<Counted extends { readonly count: number }>(
  counts: readonly Counted[],
): readonly Counted[] {
  return counts.toSorted((left, right) => right.count - left.count);
}

/** The parts of what is held that are not empty, most first. */
export function holders(heldBy: Readonly<Record<HeldBy, number>>): readonly (readonly [HeldBy, number])[] {
  return HELD_BY.map((by) => [by, heldBy[by]] as const)
    .filter(([, held]) => held > 0)
    .toSorted(([, left], [, right]) => right - left);
}
