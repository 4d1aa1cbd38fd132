/** Held mail laid out by the recipients' domain and by age. */
import { domainOf } from '../address/address.js';
import type { Delivery } from '../trace/delivery.js';
import { BUCKET_BOUNDS_MINUTES, bucketOf } from './held-tally.js';

export interface DomainAges {
  /** Null for all domains that were too many to tell apart. */
  readonly domain: string | null;
  readonly held: number;
  /** By age, as the buckets of the tally; ages that nothing has are 0. */
  readonly heldByBucket: readonly number[];
  readonly oldestAt: Date;
}

export interface DomainAgesWatch {
  /** Any delivery, held or not; each once. */
  readonly observe: (delivery: Delivery) => void;
  /** Most held first, then the oldest. */
  readonly domains: () => readonly DomainAges[];
}

/** Different domains beyond this many are counted as one, so that memory has an end. */
const MOST_DOMAINS = 20_000;

/** Ages are as of `now`. */
export function openDomainAges(now: Date, mostDomains = MOST_DOMAINS): DomainAgesWatch {
  const byDomain = new Map<string | null, Ages>();

  function observe({ held, recipient, receivedAt }: Delivery): void {
    if (!held) return;
    const own = domainOf(recipient);
    const key = byDomain.has(own) || byDomain.size < mostDomains ? own : null;
    const ages = byDomain.get(key) ?? {
      byBucket: [0, ...BUCKET_BOUNDS_MINUTES.map(() => 0)],
      oldestMs: Infinity,
    };
    byDomain.set(key, ages);
    const bucket = bucketOf(now.getTime() - receivedAt.getTime());
    ages.byBucket[bucket] = (ages.byBucket[bucket] ?? 0) + 1;
    ages.oldestMs = Math.min(ages.oldestMs, receivedAt.getTime());
  }

  return {
    observe,
    domains: () =>
      [...byDomain]
        .map(([domain, { byBucket, oldestMs }]) => ({
          domain,
          held: byBucket.reduce((sum, held) => sum + held, 0),
          heldByBucket: byBucket,
          oldestAt: new Date(oldestMs),
        }))
        .sort((left, right) => right.held - left.held || left.oldestAt.getTime() - right.oldestAt.getTime()),
  };
}

interface Ages {
  readonly byBucket: number[];
  oldestMs: number;
}
