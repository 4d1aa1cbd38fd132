/**
 * Held mail laid out by age and one key, as `qshape` lays out a queue. Domain and sender stand in every row, so they are
 * counted; next hop and reason stand in details alone, so where not all details were read they are estimated.
 */
import { addressKey, domainOf } from '../address/address.js';
import { apportion } from '../sampling/apportion.js';
import {
  type Estimate,
  estimateGroups,
  estimateShare,
  type Stratum,
  type Weighted,
} from '../sampling/estimate-reasons.js';
import type { Delivery } from '../trace/delivery.js';
import { BUCKET_BOUNDS_MINUTES, bucketOf } from './held-tally.js';

export const QUEUE_GROUPINGS = ['domain', 'next-hop', 'reason', 'sender'] as const;
export type QueueGrouping = (typeof QUEUE_GROUPINGS)[number];

/** Counts are exact where every row tells its key (domain, sender), else estimates with a 95 % interval. */
export interface AgeTableRow {
  /** Null for all keys that were too many to tell apart, and for mail that tells none. */
  readonly key: string | null;
  readonly held: Estimate;
  /** By age, as `BUCKET_BOUNDS_MINUTES` and one more for all that is older. */
  readonly byBucket: readonly Estimate[];
  /** Of an estimated row, the oldest that was read; null when none was. */
  readonly oldestAt: Date | null;
}

export interface AgeTableWatch {
  /**
   * Any delivery, held or not; each once. `standsFor`: how many held ones like it one speaks for that was drawn and
   * read. One that tells its key without having been drawn speaks for itself.
   */
  readonly observe: (delivery: Delivery, standsFor?: number) => void;
  /** Most held first, then the oldest. The rows of a bucket sum up to what it holds. */
  readonly table: () => readonly AgeTableRow[];
}

export interface AgeTableOptions {
  readonly grouping: QueueGrouping;
  /** Ages are as of then. */
  readonly now: Date;
  /** Different keys beyond this many are counted as one, so that memory has an end. */
  readonly mostKeys?: number;
}

const MOST_KEYS = 20_000;

export function openAgeTable({ grouping, now, mostKeys = MOST_KEYS }: AgeTableOptions): AgeTableWatch {
  const ages = openKeyedAges({ keyOf: KEYS[grouping], now, mostKeys });
  // Where every row tells its key, none speaks for another.
  return isCounted(grouping) ? { ...ages, observe: (delivery) => ages.observe(delivery) } : ages;
}

/** Whether the list itself tells the key. */
export function isCounted(grouping: QueueGrouping): boolean {
  return grouping === 'domain' || grouping === 'sender';
}

/** What a delivery is laid out by: undefined where it does not tell, as nobody has read its detail. */
export type AgeKey = (delivery: Delivery) => string | null | undefined;

const KEYS: Readonly<Record<QueueGrouping, AgeKey>> = {
  domain: ({ recipient }) => domainOf(recipient),
  sender: ({ sender }) => addressKey(sender),
  'next-hop': ({ verdict, nextHop }) => (verdict === null ? undefined : (nextHop?.toLowerCase() ?? null)),
  reason: ({ verdict }) => verdict?.reason,
};

interface KeyedAgesOptions {
  readonly keyOf: AgeKey;
  readonly now: Date;
  readonly mostKeys?: number;
  /** Keys that have a row as soon as anything was read, for what was not seen may be there all the same. */
  readonly keys?: readonly string[];
}

/** The same by any key of the caller's. */
export function openKeyedAges(options: KeyedAgesOptions): AgeTableWatch {
  const { keyOf, now, mostKeys = MOST_KEYS, keys = [] } = options;
  const oldestMsByKey = new Map<string | null, number>();
  const buckets = Array.from({ length: BUCKET_BOUNDS_MINUTES.length + 1 }, openBucket);

  function observe(delivery: Delivery, standsFor?: number): void {
    if (!delivery.held) return;
    const receivedMs = delivery.receivedAt.getTime();
    const bucket = buckets[bucketOf(now.getTime() - receivedMs)];
    const own = keyOf(delivery);
    if (own === undefined) {
      bucket?.addUntold();
      return;
    }
    const key = oldestMsByKey.has(own) || oldestMsByKey.size < mostKeys ? own : null;
    oldestMsByKey.set(key, Math.min(oldestMsByKey.get(key) ?? Infinity, receivedMs));
    bucket?.add(key, standsFor);
  }

  return { observe, table: () => tableOf(buckets, oldestMsByKey, keys) };
}

interface Keyed extends Weighted {
  readonly key: string | null;
}

/** Held mail of one age. */
interface OpenBucket {
  readonly add: (key: string | null, standsFor: number | undefined) => void;
  readonly addUntold: () => void;
  /** What tells its key by itself, and what stands behind those that were drawn. */
  readonly strata: () => readonly [told: Stratum<Keyed>, drawn: Stratum<Keyed>];
}

function openBucket(): OpenBucket {
  const told = new Map<string | null, number>();
  const drawn: Keyed[] = [];
  let untold = 0;
  return {
    add: (key, standsFor) => {
      if (standsFor === undefined) told.set(key, (told.get(key) ?? 0) + 1);
      else drawn.push({ key, weight: standsFor, count: 1 });
    },
    addUntold: () => {
      untold += 1;
    },
    strata: () => {
      const known = [...told].map(([key, count]) => ({ key, weight: 1, count }));
      return [
        { size: known.reduce((sum, { count }) => sum + count, 0), examined: known },
        { size: drawn.length + untold, examined: drawn },
      ];
    },
  };
}

function tableOf(
  buckets: readonly OpenBucket[],
  oldestMsByKey: ReadonlyMap<string | null, number>,
  expected: readonly string[],
): readonly AgeTableRow[] {
  const strata = buckets.map((bucket) => bucket.strata());
  const overall = openEstimates(strata.flat());
  const byBucket = strata.map((own) => withUnread(own, openEstimates(own), overall));
  // What nobody has read is nobody's, when nothing at all was.
  const keys = overall.keys.length === 0 ? [null] : [...new Set([...overall.keys, ...expected])];
  const rows = keys.map((key): AgeTableRow => {
    const cells = byBucket.map((estimates) => estimates.of(key));
    const oldestMs = oldestMsByKey.get(key);
    return {
      key,
      held: within(sum(cells.map(({ estimate }) => estimate)), overall.of(key)),
      byBucket: cells,
      oldestAt: oldestMs === undefined ? null : new Date(oldestMs),
    };
  });
  return rows.filter(({ held }) => held.high > 0).sort(byHeld);
}

interface Estimates {
  readonly keys: readonly (string | null)[];
  readonly of: (key: string | null) => Estimate;
}

const NONE: Estimate = { estimate: 0, low: 0, high: 0 };

function openEstimates(strata: readonly Stratum<Keyed>[]): Estimates {
  const groups = new Map(
    estimateGroups(strata, ({ key }) => key).map(({ key, ...estimate }) => [key, estimate]),
  );
  const size = sum(strata.map((stratum) => stratum.size));
  // What was not seen may be there all the same, as far as the interval goes.
  const unseen = estimateShare(strata, () => false) ?? { estimate: 0, low: 0, high: size };
  return { keys: [...groups.keys()], of: (key) => groups.get(key) ?? unseen };
}

/** Of a bucket of which nothing was read nothing is known: it is taken to be like the rest, and may be anything. */
function withUnread(strata: readonly Stratum<Keyed>[], own: Estimates, overall: Estimates): Estimates {
  const size = sum(strata.map((stratum) => stratum.size));
  if (size === 0) return { keys: [], of: () => NONE };
  if (own.keys.length > 0) return own;
  const keys = overall.keys.length === 0 ? [null] : overall.keys;
  const weights = keys.map((key) => Math.max(overall.of(key).estimate, overall.keys.length === 0 ? 1 : 0));
  const shares = apportion(weights, size);
  const byKey = new Map(keys.map((key, index) => [key, shares[index] ?? 0]));
  return { keys, of: (key) => ({ estimate: byKey.get(key) ?? 0, low: 0, high: size }) };
}

/** The sum of whole cells may miss the bounds of the row by the rounding. */
function within(estimate: number, { low, high }: Estimate): Estimate {
  return { estimate, low: Math.min(low, estimate), high: Math.max(high, estimate) };
}

function byHeld(left: AgeTableRow, right: AgeTableRow): number {
  return (
    right.held.estimate - left.held.estimate ||
    (left.oldestAt?.getTime() ?? Infinity) - (right.oldestAt?.getTime() ?? Infinity)
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
