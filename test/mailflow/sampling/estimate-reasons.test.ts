import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Reason } from '#mailflow/bounce/verdict.js';
import { estimateReasons, type Examined, type ExaminedStratum } from '#mailflow/sampling/estimate-reasons.js';
import { wilsonInterval } from '#mailflow/sampling/wilson.js';

const of = (reason: Reason, count: number, weight = 1): Examined => ({
  reason,
  party: 'network',
  class: 'transient',
  weight,
  count,
});

const brief = (strata: readonly ExaminedStratum[]): string[] =>
  estimateReasons(strata).by.map(({ reason, low, estimate, high }) => `${reason} ${low} ${estimate} ${high}`);

describe('estimateReasons', () => {
  const rows: [string, ExaminedStratum[], string[]][] = [
    ['nothing there', [], []],
    ['nothing examined says nothing', [{ size: 500, examined: [] }], []],
    [
      'all examined leaves no doubt',
      [{ size: 5, examined: [of('throttled', 3), of('dns-failure', 2)] }],
      ['throttled 3 3 3', 'dns-failure 2 2 2'],
    ],
    [
      'an unread stratum may be all of a reason or none of it',
      [
        { size: 10, examined: [of('throttled', 10)] },
        { size: 6, examined: [] },
      ],
      ['throttled 10 16 16'],
    ],
    [
      'the unread stratum widens every upper end, not the lower ones',
      [
        { size: 8, examined: [of('throttled', 6), of('policy', 2)] },
        { size: 8, examined: [] },
      ],
      ['throttled 6 12 14', 'policy 2 4 10'],
    ],
    [
      'weights make up for strata that were read more thoroughly',
      [
        { size: 90, examined: [of('throttled', 9, 10)] },
        { size: 10, examined: [of('policy', 5, 2)] },
      ],
      ['throttled 58 90 95', 'policy 5 10 42'],
    ],
    [
      'one detail of a hundred says next to nothing',
      [{ size: 100, examined: [of('throttled', 1, 100)] }],
      ['throttled 5 100 100'],
    ],
    [
      'where weights of another stratum are too large for this one, none stands for less than itself',
      [{ size: 6, examined: [of('policy', 4), of('throttled', 1, 9)] }],
      ['policy 4 4 5', 'throttled 1 2 2'],
    ],
  ];
  test.each(rows)('%s', (_why, strata, expected) => {
    expect(brief(strata)).toEqual(expected);
  });

  test('the party and the class tell reasons apart', () => {
    const remote: Examined = { ...of('throttled', 1), party: 'recipient' };
    expect(estimateReasons([{ size: 2, examined: [of('throttled', 1), remote] }]).by).toHaveLength(2);
  });

  test('population and examined are deliveries, whatever the weights', () => {
    const share = estimateReasons([{ size: 90, examined: [of('policy', 9, 10)] }]);
    expect(share).toMatchObject({ population: 90, examined: 9, confidence: 0.95 });
  });

  const stratum = fc
    .array(
      fc.tuple(
        fc.constantFrom<Reason>('throttled', 'policy', 'dns-failure'),
        fc.integer({ min: 0, max: 40 }),
        // As drawn from a whole that was weighed otherwise.
        fc.double({ min: 1, max: 40, noNaN: true }),
      ),
      { maxLength: 3 },
    )
    .chain((seen) =>
      fc.integer({ min: 0, max: 5000 }).map((unseen) => {
        const count = seen.reduce((sum, [, each]) => sum + each, 0);
        const size = count + unseen;
        return { size, examined: seen.map(([reason, each, weight]) => of(reason, each, weight)) };
      }),
    );

  test('whatever was seen: whole numbers in order, within what is possible, adding up to the population', () => {
    fc.assert(
      fc.property(fc.array(stratum, { maxLength: 5 }), (strata) => {
        const { by, population, examined } = estimateReasons(strata);
        for (const { reason, low, estimate, high } of by) {
          const seen = strata
            .flatMap((each) => each.examined)
            .filter((entry) => entry.reason === reason)
            .reduce((sum, entry) => sum + entry.count, 0);
          expect([low, estimate, high].every(Number.isInteger)).toBe(true);
          expect(seen).toBeLessThanOrEqual(low);
          expect(low).toBeLessThanOrEqual(estimate);
          expect(estimate).toBeLessThanOrEqual(high);
          expect(high).toBeLessThanOrEqual(seen + population - examined);
        }
        const total = by.reduce((sum, { estimate }) => sum + estimate, 0);
        expect(total).toBe(examined === 0 ? 0 : population);
      }),
    );
  });
});

describe('wilsonInterval', () => {
  // Newcombe (1998), table I, method 4.
  test.each([
    ['81 of 263', 81 / 263, 263, 0.2535, 0.3682],
    ['15 of 148', 15 / 148, 148, 0.0598, 0.1644],
    ['0 of 20', 0, 20, 0, 0.2005],
    ['1 of 29', 1 / 29, 29, 0.0018, 0.1963],
  ])('%s agrees with the published table', (_name, share, size, low, high) => {
    const interval = wilsonInterval(share, size);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('an unlimited sample leaves no doubt', () => {
    expect(wilsonInterval(0.3, Infinity)).toEqual({ low: 0.3, high: 0.3 });
  });
});
