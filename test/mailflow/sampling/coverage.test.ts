import { describe, expect, test } from 'vitest';

import { chooseSample, type Sample } from '#mailflow/sampling/choose-sample.js';
import { estimateReasons, type ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import { createRandom } from '#mailflow/sampling/random.js';

import { type KnownDelivery, POPULATIONS } from './populations.js';

const SEEDS = 200;
const COVERAGE = 0.93;
/** A reason of a fifth of the population or more is one that an admin acts on. */
const MAIN_SHARE = 0.2;

interface Trial {
  readonly reason: string;
  readonly covered: boolean;
  /** Of the population. */
  readonly error: number;
  readonly halfWidth: number;
}

/** Reads the first `read` details of the sample and estimates from them. */
function examine(sample: Sample<KnownDelivery>, read: number): ReasonShare {
  const answers = sample.drawn.slice(0, read);
  return estimateReasons(
    sample.stratumSizes.map((size, stratum) => ({
      size,
      examined: answers
        .filter((drawn) => drawn.stratum === stratum)
        .map(({ unit, weight }) => ({
          reason: unit.reason,
          party: 'network',
          class: 'transient',
          weight,
          count: 1,
        })),
    })),
  );
}

function mainReasons(population: readonly KnownDelivery[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { reason } of population) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= MAIN_SHARE * population.length);
}

function judge(population: readonly KnownDelivery[], share: ReasonShare): Trial[] {
  return mainReasons(population).map(([reason, count]) => {
    const found = share.by.find((entry) => entry.reason === reason) ?? { estimate: 0, low: 0, high: 0 };
    return {
      reason,
      covered: found.low <= count && count <= found.high,
      error: (found.estimate - count) / population.length,
      halfWidth: (found.high - found.low) / 2 / population.length,
    };
  });
}

type Build = (typeof POPULATIONS)[number][1];

/** A sample of `size` for each seed, of which only the first `read` details were had. */
function trialsOf(build: Build, seeds: number, size: number, read = size): Trial[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const random = createRandom(seed);
    const population = build(random);
    return judge(population, examine(chooseSample({ population, size, random }), read));
  }).flat();
}

function mean(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0) / values.length;
}

function coverageByReason(trials: readonly Trial[]): Record<string, number> {
  const reasons = [...new Set(trials.map(({ reason }) => reason))];
  return Object.fromEntries(
    reasons.map((reason) => {
      const own = trials.filter((trial) => trial.reason === reason);
      return [reason, mean(own.map(({ covered }) => (covered ? 1 : 0)))];
    }),
  );
}

test.each(POPULATIONS)('60 details of a population, 200 seeds: %s', (_name, build) => {
  const trials = trialsOf(build, SEEDS, 60);
  const coverage = coverageByReason(trials);
  expect(Object.keys(coverage).length).toBeGreaterThanOrEqual(2);
  for (const [reason, covered] of Object.entries(coverage))
    expect(covered, reason).toBeGreaterThanOrEqual(COVERAGE);
  expect(Math.abs(mean(trials.map(({ error }) => error))), 'leans to one side').toBeLessThan(0.01);
});

describe.each(POPULATIONS.slice(0, 4))('how sure the answer is: %s', (_name, build) => {
  const widthOf = (trials: readonly Trial[]): number => mean(trials.map(({ halfWidth }) => halfWidth));
  const coverageOf = (trials: readonly Trial[]): number =>
    mean(trials.map(({ covered }) => (covered ? 1 : 0)));

  test('60 details: about 13 points either way', () => {
    const width = widthOf(trialsOf(build, 30, 60));
    expect(width).toBeGreaterThan(0.1);
    expect(width).toBeLessThan(0.135);
  });

  test('20 details: less sure, and still honest', () => {
    const trials = trialsOf(build, 60, 20);
    expect(widthOf(trials)).toBeGreaterThan(0.16);
    expect(coverageOf(trials)).toBeGreaterThanOrEqual(COVERAGE);
  });

  test('a sample that was cut short, as by the quota, stays honest', () => {
    expect(coverageOf(trialsOf(build, 60, 60, 25))).toBeGreaterThanOrEqual(COVERAGE);
  });
});
