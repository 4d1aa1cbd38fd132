/**
 * Whether the queue grows or drains, how fast, and when it would be empty. Two looks tell it by what joined and what
 * left. One look tells the phase alone, by how old the held mail is; what it takes for granted stands at `trendOfAges`.
 */
import { poissonInterval } from '../sampling/poisson.js';
import { QUEUE_THRESHOLDS } from './thresholds.js';

/** `unclear`: too little is held, or too little has moved, to tell. */
export type QueuePhase = 'growth' | 'plateau' | 'drain' | 'empty' | 'unclear';

/** Deliveries in a minute, with the 95 % interval. */
export interface Rate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface QueueTrend {
  /** From two kept looks, or from the ages at one. */
  readonly basis: 'looks' | 'ages';
  readonly phase: QueuePhase;
  /** Between the two looks; null for one. */
  readonly spanMinutes: number | null;
  /** Held mail that the trend is of. */
  readonly moving: number;
  /** Held for destinations that take no mail, on their own account: it is not what the outage holds, and left out. */
  readonly aside: number;
  /** What is held on any other day, and counts as empty. */
  readonly everyday: number;
  /** Null where one look cannot tell. */
  readonly joining: Rate | null;
  readonly leaving: Rate | null;
  /** Joining less leaving: below zero the queue drains. */
  readonly net: Rate | null;
  /** When no more is held than on any other day, if it goes on like this; null when that is not to be told. */
  readonly emptyAt: EmptyAt | null;
}

export interface EmptyAt {
  readonly estimate: Date;
  readonly low: Date;
  /** Null: it may as well never be. */
  readonly high: Date | null;
}

export interface TrendContext {
  /** Marks of destinations that take no mail, on their own account. */
  readonly aside: ReadonlySet<number>;
  /** The most that was held at any look of the last day; 0 when none is known. */
  readonly mostHeld: number;
}

export const TREND_RULES = {
  /** The trace shows mail 5 to 10 minutes late (Microsoft): what is younger may be held and is not seen yet. */
  visibleAfterMinutes: 10,
  /** Mail received since so long ago tells whether new mail is held. */
  youngUntilMinutes: 30,
  /** Of the most that was held: as little as that is the end of an outage. */
  everydayShare: 0.02,
  /** Looks further apart than this say nothing of now. */
  mostMinutesApart: 120,
  /** Looks nearer than this have seen nothing move. */
  leastMinutesApart: 1,
  /** Of what is held, in an hour: a queue that grows by less holds about its length. */
  growthShare: 0.25,
  /** New mail as thin as this, against what came before it, is not held any more; the interval must lie below the other. */
  drainRatio: 0.3,
  drainRatioHigh: 0.5,
  /** Fewer say nothing of how dense they lie. */
  leastCounted: 10,
} as const;

/** Standard deviations of a 95 % interval. */
export const DEVIATIONS = 1.959964;

export const MINUTE_MS = 60_000;

export function minutesBetween(earlier: Date, later: Date): number {
  return (later.getTime() - earlier.getTime()) / MINUTE_MS;
}

/** What counts as empty: what a warning asks for at least, or a small part of what was held at the worst. */
export function everydayLevel(mostHeld: number): number {
  return Math.max(QUEUE_THRESHOLDS.waiting.warningHeld, Math.round(mostHeld * TREND_RULES.everydayShare));
}

export function rateOf(count: number, minutes: number): Rate {
  const { low, high } = poissonInterval(count);
  return { estimate: count / minutes, low: low / minutes, high: high / minutes };
}

/** Of two that do not depend on each other (Newcombe's square-and-add). */
export function difference(one: Rate, other: Rate): Rate {
  const estimate = one.estimate - other.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(one.estimate - one.low, other.high - other.estimate),
    high: estimate + Math.hypot(one.high - one.estimate, other.estimate - other.low),
  };
}

/** Where the trace may be late: what is not seen has neither left nor stopped coming. */
export function withoutRecovery(trend: QueueTrend): QueueTrend {
  return { ...trend, phase: 'unclear', joining: null, leaving: null, net: null, emptyAt: null };
}
