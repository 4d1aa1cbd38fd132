/** How much is in the queue, how old it is, and when it is given up. What is past its expiry is in no queue any more. */
import type { Delivery } from '../trace/delivery.js';
import { EXPIRY_NEAR_HOURS } from '../trace/held-clock.js';
import { type AgeBucket, BUCKET_BOUNDS_MINUTES, bucketOf } from './held-tally.js';

export interface QueueTimes {
  readonly total: number;
  /** Null when nothing is in the queue. */
  readonly oldest: Delivery | null;
  /** By age, youngest first; they sum up to the total. */
  readonly buckets: readonly QueueBucket[];
  readonly expiringWithin4h: number;
  /** When the first of all is given up; null when nothing is, or nobody knows when. */
  readonly nextExpiryAt: Date | null;
  /** Held by its status though its expiry has passed: a status that is late, or mail that waits for a person. */
  readonly pastExpiry: number;
}

export interface QueueBucket extends AgeBucket {
  readonly expiringWithin4h: number;
  readonly nextExpiryAt: Date | null;
}

export interface QueueClock {
  /** Any delivery, held or not; each once. */
  readonly observe: (delivery: Delivery) => void;
  readonly times: () => QueueTimes;
}

const HOUR_MS = 3_600_000;

/** Held, and not yet to be given up. */
export function isInQueue({ held, expiresAt }: Delivery, now: Date): boolean {
  return held && (expiresAt === null || expiresAt > now);
}

/** Ages and expiries are as of `now`. */
export function openQueueClock(now: Date): QueueClock {
  const nearMs = now.getTime() + EXPIRY_NEAR_HOURS * HOUR_MS;
  const buckets = Array.from({ length: BUCKET_BOUNDS_MINUTES.length + 1 }, noneYet);
  let oldest: Delivery | null = null;
  let pastExpiry = 0;

  function observe(delivery: Delivery): void {
    if (!delivery.held) return;
    if (!isInQueue(delivery, now)) {
      pastExpiry += 1;
      return;
    }
    const { receivedAt, expiresAt } = delivery;
    if (oldest === null || receivedAt < oldest.receivedAt) oldest = delivery;
    const bucket = buckets[bucketOf(now.getTime() - receivedAt.getTime())];
    if (bucket === undefined) return;
    bucket.held += 1;
    const expiryMs = expiresAt?.getTime() ?? Infinity;
    if (expiryMs <= nearMs) bucket.expiring += 1;
    bucket.nextExpiryMs = Math.min(bucket.nextExpiryMs, expiryMs);
  }

  return { observe, times: () => ({ ...timesOf(buckets), oldest, pastExpiry }) };
}

interface Counts {
  held: number;
  expiring: number;
  nextExpiryMs: number;
}

function noneYet(): Counts {
  return { held: 0, expiring: 0, nextExpiryMs: Infinity };
}

function timesOf(buckets: readonly Counts[]): Omit<QueueTimes, 'oldest' | 'pastExpiry'> {
  return {
    total: buckets.reduce((sum, { held }) => sum + held, 0),
    buckets: buckets.map(({ held, expiring, nextExpiryMs }, index) => ({
      fromMinutes: BUCKET_BOUNDS_MINUTES[index - 1] ?? 0,
      toMinutes: BUCKET_BOUNDS_MINUTES[index] ?? null,
      held,
      expiringWithin4h: expiring,
      nextExpiryAt: instantOf(nextExpiryMs),
    })),
    expiringWithin4h: buckets.reduce((sum, { expiring }) => sum + expiring, 0),
    nextExpiryAt: instantOf(Math.min(...buckets.map(({ nextExpiryMs }) => nextExpiryMs))),
  };
}

function instantOf(ms: number): Date | null {
  return ms === Infinity ? null : new Date(ms);
}
