import type { Party, Reason, VerdictClass } from '../bounce/verdict.js';
import { apportion } from './apportion.js';
import { wilsonInterval } from './wilson.js';

/** What is counted: why, on whose side, final or not. */
export interface ReasonWords {
  readonly reason: Reason;
  readonly party: Party;
  readonly class: VerdictClass;
}

/** Deliveries that were examined with one outcome. */
export interface Examined extends ReasonWords {
  /** How many deliveries of the stratum each of them stands for, itself included: 1 or more. */
  readonly weight: number;
  /** How many deliveries were examined. */
  readonly count: number;
}

export interface ExaminedStratum {
  /** Deliveries in the stratum. */
  readonly size: number;
  readonly examined: readonly Examined[];
}

/** Whole deliveries of the population. */
export interface ReasonEstimate extends ReasonWords {
  readonly estimate: number;
  /** At least as many as were seen. */
  readonly low: number;
  readonly high: number;
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

interface ReasonWeights extends ReasonWords {
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
  const calibrated = strata.flatMap(calibrate);
  const population = sum(strata.map((stratum) => stratum.size));
  const examined = sum(calibrated.map((entry) => entry.count));
  const unread = sum(strata.filter((stratum) => countOf(stratum) === 0).map((stratum) => stratum.size));
  const pool = poolOf(calibrated, unread);
  const reasons = weighReasons(calibrated);
  const estimates = apportion(
    reasons.map(({ certain, pooled }) => certain + pooled),
    population,
  );
  const by = reasons
    .map((entry, index) => ({
      reason: entry.reason,
      party: entry.party,
      class: entry.class,
      estimate: estimates[index] ?? 0,
      ...boundsOf(entry, pool, population - examined),
    }))
    .sort((left, right) => right.estimate - left.estimate);
  return { population, examined, confidence: 0.95, by };
}

/** Makes the weights of a stratum add up to its size again after details that could not be had. */
function calibrate(stratum: ExaminedStratum): Examined[] {
  const weighed = sum(stratum.examined.map(({ weight, count }) => weight * count));
  const isWhole = countOf(stratum) >= stratum.size;
  return stratum.examined
    .filter(({ count }) => count > 0)
    .map((entry) => ({
      ...entry,
      weight: isWhole ? 1 : Math.max(1, (entry.weight * stratum.size) / weighed),
    }));
}

function poolOf(entries: readonly Examined[], unread: number): Pool {
  const uncertain = entries.filter((entry) => !isCertain(entry));
  const size = sum(uncertain.map(({ weight, count }) => weight * count));
  const spread = sum(uncertain.map(({ weight, count }) => count * weight * (weight - 1)));
  return { size, effectiveSize: spread === 0 ? Infinity : (size * size) / spread, unread };
}

function weighReasons(entries: readonly Examined[]): ReasonWeights[] {
  const byWords = new Map<string, ReasonWeights>();
  for (const entry of entries) {
    const key = `${entry.reason} ${entry.party} ${entry.class}`;
    const { seen, certain, pooled } = byWords.get(key) ?? { seen: 0, certain: 0, pooled: 0 };
    byWords.set(key, {
      reason: entry.reason,
      party: entry.party,
      class: entry.class,
      seen: seen + entry.count,
      certain: certain + (isCertain(entry) ? entry.count : 0),
      pooled: pooled + (isCertain(entry) ? 0 : entry.weight * entry.count),
    });
  }
  return [...byWords.values()].sort(
    (left, right) => right.certain + right.pooled - (left.certain + left.pooled),
  );
}

/** Rounded outward to whole deliveries, and never against what was seen. `unseen` is what was not examined. */
function boundsOf(
  { seen, certain, pooled }: ReasonWeights,
  pool: Pool,
  unseen: number,
): { low: number; high: number } {
  const share = pool.size === 0 ? 0 : pooled / pool.size;
  const interval = wilsonInterval(Math.min(1, share), pool.effectiveSize);
  const low = certain + Math.floor(interval.low * pool.size + HAIR);
  const high = certain + Math.ceil(interval.high * pool.size - HAIR) + pool.unread;
  return { low: Math.max(seen, low), high: Math.min(seen + unseen, high) };
}

function isCertain({ weight }: Examined): boolean {
  return weight <= 1 + HAIR;
}

function countOf(stratum: ExaminedStratum): number {
  return sum(stratum.examined.map(({ count }) => count));
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
