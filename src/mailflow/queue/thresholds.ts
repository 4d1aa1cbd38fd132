/**
 * From where on held and failed mail is a warning or critical: plain numbers, so that a policy can set each of them.
 * They are chosen so that an ordinary day gives nothing: it has stragglers behind greylists, slips of the keyboard, a
 * partner whose server is down, and mail that waits for a moderator.
 */
import type { Party, Reason } from '../bounce/verdict.js';
import { ALARMING_PARTIES, ALARMING_REASONS } from './failed-reasons.js';

export interface QueueThresholds {
  readonly waiting: WaitingThresholds;
  readonly expiring: ExpiringThresholds;
  readonly recent: RecentThresholds;
  readonly alike: AlikeThresholds;
  readonly failed: FailedThresholds;
}

/** Mail that should have gone by now. Counted without what waits by intent and what one destination alone turns away. */
export interface WaitingThresholds {
  /** Greylists let go within 15 minutes, and the second try of Exchange comes within 20: what waits longer failed twice. */
  readonly warningMinutes: number;
  /** A handful of stragglers is ordinary in every tenant. */
  readonly warningHeld: number;
  /** People notice an hour; a fault that mends itself has mostly done so by then. */
  readonly criticalMinutes: number;
  /** More than any one broken list or application leaves behind. */
  readonly criticalHeld: number;
  /** Of an hour's mail: in a large tenant 200 are ordinary. */
  readonly criticalShareOfHour: number;
  /** Fewer have a reason of their own. Of inbound mail, senders' domains count: its recipients are all ours. */
  readonly domains: number;
  /** What every day has some of (untold reasons, limits of the sender) counts only above this share of all mail, and not where that is not known. */
  readonly everydayShare: number;
  /** Where not one reason could be read, greylists and slips of the keyboard are among it, and more is asked for. */
  readonly unreadShare: number;
}

/** Mail that will be given up. One next hop is enough: that is how the end of a partner's or a connector's mail looks. */
export interface ExpiringThresholds {
  /** Time enough to call the partner, too little to sleep over it. */
  readonly withinHours: number;
  /** A slip of the keyboard expires alone; twenty for one host are people's work. */
  readonly held: number;
}

/** Mail received just now: tells an outage minutes after it began, when nothing is old yet. */
export interface RecentThresholds {
  /** Each is looked at by itself: the short one tells soon, the long one holds mail that the trace shows late. */
  readonly minutes: readonly number[];
  /** The first of these that reaches the floor, where none of the others does: an outage makes mail few. */
  readonly longerMinutes: readonly number[];
  /** Below this many deliveries a share says nothing. */
  readonly floor: number;
  /** By the lower 95 % bound of the share that the service itself holds up. Ordinary is well under 1 %. */
  readonly criticalShare: number;
  readonly criticalHeld: number;
  readonly warningShare: number;
  readonly warningHeld: number;
  readonly domains: number;
}

/** When destinations that have nothing to do with each other fail alike, it is not theirs. */
export interface AlikeThresholds {
  readonly domains: number;
  /** Different servers: many domains behind one host are one destination. */
  readonly nextHops: number;
  /** Of all mail, without the domain that has most of it: dead addresses of an ordinary day stay under a half. */
  readonly share: number;
  /** Where only held mail was listed and no share can be told. */
  readonly held: number;
}

/** Limits for a share; null: no limit of that kind. */
export interface ShareLimits {
  readonly warningShare: number | null;
  readonly criticalShare: number | null;
}

export type LimitsByReason = Readonly<Partial<Record<Reason, ShareLimits>>>;
export type LimitsByParty = Readonly<Partial<Record<Party, ShareLimits>>>;

/** Mail that failed for reasons that are not the sender's own business. By the lower 95 % bound of its share. */
export interface FailedThresholds {
  /** Below this many deliveries a share says nothing. */
  readonly floor: number;
  /** Expired mail of dead addresses is about 0.2 %. */
  readonly warningShare: number;
  readonly criticalShare: number;
  /** Only what failed for one of these, on the side of one of those, is counted for the shares above. */
  readonly reasons: readonly Reason[];
  readonly parties: readonly Party[];
  /** Limits of their own for one reason or one party alone, which is then counted whole. */
  readonly byReason: LimitsByReason;
  readonly byParty: LimitsByParty;
}

export const QUEUE_THRESHOLDS: QueueThresholds = {
  waiting: {
    warningMinutes: 30,
    warningHeld: 20,
    criticalMinutes: 60,
    criticalHeld: 200,
    criticalShareOfHour: 0.05,
    domains: 3,
    everydayShare: 0.01,
    unreadShare: 0.02,
  },
  expiring: { withinHours: 4, held: 20 },
  recent: {
    minutes: [15, 30],
    longerMinutes: [60, 120],
    floor: 50,
    criticalShare: 0.05,
    criticalHeld: 10,
    warningShare: 0.025,
    warningHeld: 5,
    domains: 3,
  },
  alike: { domains: 3, nextHops: 3, share: 0.01, held: 20 },
  failed: {
    floor: 50,
    warningShare: 0.02,
    criticalShare: 0.1,
    reasons: ALARMING_REASONS,
    parties: ALARMING_PARTIES,
    byReason: {},
    byParty: {},
  },
};
