import type { Party, Reason, VerdictClass } from '../bounce/verdict.js';
import { apportion } from './apportion.js';
import { wilsonInterval } from './wilson.js';

/** What is counted: why, on whose side, final or not. */
export interface ReasonWords {
  readonly reason: Reason;
  readonly party: Party;
  readonly class: VerdictClass;
}

/** Deliveries that were examined and turned out alike. */
export interface Weighted {
  /** How many deliveries of the stratum each of them stands for, itself included: 1 or more. */
  readonly weight: number;
  /** How many deliveries were examined. */
  readonly count: number;
}

/** Deliveries that were examined with one outcome. */
export interface Examined extends ReasonWords, Weighted {
  /** Held though nothing is broken. */
  readonly isInnocent?: boolean;
}

export interface Stratum<Item extends Weighted> {
  /** Deliveries in the stratum. */
  readonly size: number;
  readonly examined: readonly Item[];
}

export type ExaminedStratum = Stratum<Examined>;

/** Whole deliveries of the population. */
export interface Estimate {
  readonly estimate: number;
  /** At least as many as were seen. */
  readonly low: number;
  readonly high: number;
}

export interface ReasonEstimate extends ReasonWords, Estimate {}

/** Deliveries that share what a caller groups by. */
export interface GroupEstimate<Key> extends Estimate {
  readonly key: Key;
}

/** Why a population of deliveries is held or failed. */
export interface ReasonShare {
  readonly population: number;
  readonly examined: number;
  readonly confidence: 0.95;
  /** Largest first; the estimates sum up to the population. Empty when nothing was examined. */
  readonly by: readonly ReasonEstimate[];
}

/** What is left uncertain when all strata are laid together. */
interface Pool {
  /** Deliveries that the uncertain part of the examined strata stands for. */
  readonly size: number;
  /** Details that would tell as much if each stood for equally many (Kish), with the finite population in it. */
  readonly effectiveSize: number;
  /** Deliveries of strata of which nothing was examined. */
  readonly unread: number;
}

interface GroupWeights<Key> {
  readonly key: Key;
  /** Examined deliveries. */
  readonly seen: number;
  /** Those of them that stand for themselves alone. */
  readonly certain: number;
  /** Deliveries that the others stand for. */
  readonly pooled: number;
}

// Weights are quotients; 7/7 may come out a hair above 1.
const HAIR = 1e-9;

/**
 * How many deliveries of a population each reason accounts for, with a 95 % interval. Deliveries that stand for
 * themselves count as they are; the rest is taken as one share with the sample size that its unequal weights are
 * worth, which ignores what stratifying gains and so errs on the safe side. Strata without any examined delivery
 * could be all of one reason or none of it: they widen the upper ends by their whole size.
 */
export function estimateReasons(strata: readonly ExaminedStratum[]): ReasonShare {
  const wordsByKey = new Map(
    strata.flatMap(({ examined }) =>
      examined.map(({ reason, party, class: verdictClass }) => [
        `${reason} ${party} ${verdictClass}`,
        { reason, party, class: verdictClass },
      ]),
    ),
  );
  const groups = estimateGroups(strata, (words) => `${words.reason} ${words.party} ${words.class}`);
  return {
    population: sum(strata.map((stratum) => stratum.size)),
    examined: sum(strata.map(countOf)),
    confidence: 0.95,
    by: groups.flatMap(({ key, ...estimate }) => {
      const words = wordsByKey.get(key);
      return words === undefined ? [] : [{ ...words, ...estimate }];
    }),
  };
}

/** The same for any other grouping, largest first; the estimates sum up to the population. */
export function estimateGroups<Item extends Weighted, Key>(
  strata: readonly Stratum<Item>[],
  keyOf: (examined: Item) => Key,
): readonly GroupEstimate<Key>[] {
  const { calibrated, pool, population, unseen } = weigh(strata);
  const groups = weighGroups(calibrated, keyOf);
  const estimates = apportion(
    groups.map(({ certain, pooled }) => certain + pooled),
    population,
  );
  return groups
    .map((group, index) => ({
      key: group.key,
      estimate: estimates[index] ?? 0,
      ...boundsOf(group, pool, unseen),
    }))
    .sort((left, right) => right.estimate - left.estimate);
}

/** How many deliveries those that are meant stand for; null when nothing was examined. */
export function estimateShare<Item extends Weighted>(
  strata: readonly Stratum<Item>[],
  isMeant: (examined: Item) => boolean,
): Estimate | null {
  const groups = estimateGroups(strata, isMeant);
  if (groups.length === 0) return null;
  const found = groups.find(({ key }) => key);
  const { pool, unseen } = weigh(strata);
  const { estimate, low, high } = found ?? {
    estimate: 0,
    ...boundsOf({ key: true, seen: 0, certain: 0, pooled: 0 }, pool, unseen),
  };
  return { estimate, low, high };
}

interface Weighed<Item> {
  readonly calibrated: readonly Item[];
  readonly pool: Pool;
  readonly population: number;
  /** Deliveries that were not examined. */
  readonly unseen: number;
}

function weigh<Item extends Weighted>(strata: readonly Stratum<Item>[]): Weighed<Item> {
  const calibrated = strata.flatMap((stratum) => calibrate(stratum));
  const population = sum(strata.map((stratum) => stratum.size));
  const unread = sum(strata.filter((stratum) => countOf(stratum) === 0).map((stratum) => stratum.size));
  const examined = sum(calibrated.map((entry) => entry.count));
  return { calibrated, pool: poolOf(calibrated, unread), population, unseen: population - examined };
}

/**
 * Makes the weights of a stratum add up to its size again, after details that could not be had or where the stratum is
 * not the one that was drawn from. None stands for less than itself: what would is counted as one, and the others share
 * the rest.
 */
function calibrate<Item extends Weighted>({ size, examined }: Stratum<Item>): Item[] {
  const entries = examined.filter(({ count }) => count > 0);
  const lightestFirst = [...entries].sort((left, right) => left.weight - right.weight);
  const weights = new Map<Item, number>();
  let leftSize = size;
  let leftWeight = sum(entries.map(({ weight, count }) => weight * count));
  for (const entry of lightestFirst) {
    const weight = Math.max(1, (entry.weight * leftSize) / leftWeight);
    weights.set(entry, weight);
    leftSize -= weight * entry.count;
    leftWeight -= entry.weight * entry.count;
  }
  return entries.map((entry) => ({ ...entry, weight: weights.get(entry) ?? 1 }));
}

function poolOf(entries: readonly Weighted[], unread: number): Pool {
  const uncertain = entries.filter((entry) => !isCertain(entry));
  const size = sum(uncertain.map(({ weight, count }) => weight * count));
  const spread = sum(uncertain.map(({ weight, count }) => count * weight * (weight - 1)));
  return { size, effectiveSize: spread === 0 ? Infinity : (size * size) / spread, unread };
}

function weighGroups<Item extends Weighted, Key>(
  entries: readonly Item[],
  keyOf: (examined: Item) => Key,
): GroupWeights<Key>[] {
  const byKey = new Map<Key, GroupWeights<Key>>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const { seen, certain, pooled } = byKey.get(key) ?? { seen: 0, certain: 0, pooled: 0 };
    byKey.set(key, {
      key,
      seen: seen + entry.count,
      certain: certain + (isCertain(entry) ? entry.count : 0),
      pooled: pooled + (isCertain(entry) ? 0 : entry.weight * entry.count),
    });
  }
  return [...byKey.values()].sort(
    (left, right) => right.certain + right.pooled - (left.certain + left.pooled),
  );
}

/** Rounded outward to whole deliveries, and never against what was seen. `unseen` is what was not examined. */
function boundsOf(
  { seen, certain, pooled }: GroupWeights<unknown>,
  pool: Pool,
  unseen: number,
): { low: number; high: number } {
  const share = pool.size === 0 ? 0 : pooled / pool.size;
  const interval = wilsonInterval(Math.min(1, share), pool.effectiveSize);
  const low = certain + Math.floor(interval.low * pool.size + HAIR);
  const high = certain + Math.ceil(interval.high * pool.size - HAIR) + pool.unread;
  return { low: Math.max(seen, low), high: Math.min(seen + unseen, high) };
}

function isCertain({ weight }: Weighted): boolean {
  return weight <= 1 + HAIR;
}

function countOf(stratum: Stratum<Weighted>): number {
  return sum(stratum.examined.map(({ count }) => count));
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
