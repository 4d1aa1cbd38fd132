import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Party, Reason } from '#mailflow/bounce/verdict.js';
import {
  estimateGroups,
  estimateReasons,
  estimateShare,
  type Examined,
  type ExaminedStratum,
} from '#mailflow/sampling/estimate-reasons.js';

const of = (reason: Reason, party: Party, count: number, weight = 1): Examined => ({
  ...{ reason, party, class: 'transient', weight, count },
});
const isPolicy = ({ reason }: { readonly reason: Reason }): boolean => reason === 'policy';

describe('the share of some reasons', () => {
  test.each<[readonly ExaminedStratum[], ReturnType<typeof estimateShare>, string]>([
    [[], null, 'nothing there'],
    [[{ size: 9, examined: [] }], null, 'nothing examined says nothing, not none'],
    [
      [
        {
          size: 5,
          examined: [
            of('policy', 'sender-policy', 2),
            of('policy', 'recipient-policy', 1),
            of('throttled', 'sender', 2),
          ],
        },
      ],
      { estimate: 3, low: 3, high: 3 },
      'two kinds of it are one share',
    ],
    [
      [{ size: 5, examined: [of('throttled', 'sender', 5)] }],
      { estimate: 0, low: 0, high: 0 },
      'all read, none found',
    ],
    [
      [
        { size: 4, examined: [of('throttled', 'sender', 4)] },
        { size: 6, examined: [] },
      ],
      { estimate: 0, low: 0, high: 6 },
      'none found, and some that nobody read',
    ],
  ])('%#: %j: %s', (strata, expected) => {
    expect(estimateShare(strata, isPolicy)).toEqual(expected);
  });

  test('none found in a sample may be some', () => {
    const share = estimateShare([{ size: 200, examined: [of('throttled', 'sender', 20, 10)] }], isPolicy);
    expect(share).toMatchObject({ estimate: 0, low: 0 });
    expect(share?.high).toBeGreaterThan(10);
    expect(share?.high).toBeLessThan(60);
  });
});

const examined = fc
  .record({
    reason: fc.constantFrom<Reason>('policy', 'throttled', 'dns-failure'),
    party: fc.constantFrom<Party>('service', 'sender', 'network'),
    count: fc.integer({ min: 1, max: 9 }),
    weight: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ reason, party, count, weight }) => of(reason, party, count, weight));
/** Each stands for as many as it says; some strata were not read at all. */
const strata = fc.array(
  fc.tuple(fc.array(examined, { maxLength: 4 }), fc.nat(30)).map(([entries, unread]) => ({
    size: entries.length === 0 ? unread : entries.reduce((sum, { count, weight }) => sum + count * weight, 0),
    examined: entries,
  })),
  { maxLength: 4 },
);

test('groups sum up to the population, and each holds its estimate', () => {
  fc.assert(
    fc.property(strata, (given) => {
      const groups = estimateGroups(given, ({ party }) => party);
      const { population } = estimateReasons(given);
      const sum = groups.reduce((total, { estimate }) => total + estimate, 0);
      expect(sum).toBe(groups.length === 0 ? 0 : population);
      for (const { low, estimate, high } of groups) {
        expect(low).toBeLessThanOrEqual(estimate);
        expect(estimate).toBeLessThanOrEqual(high);
      }
      const seen = new Set(given.flatMap((stratum) => stratum.examined.map(({ party }) => party)));
      expect(new Set(groups.map(({ key }) => key))).toEqual(seen);
    }),
  );
});

test('a grouping by everything is the reasons themselves', () => {
  fc.assert(
    fc.property(strata, (given) => {
      const groups = estimateGroups(given, ({ reason, party }) => `${reason} ${party}`);
      const reasons = estimateReasons(given).by.map(({ reason, party, estimate, low, high }) => ({
        ...{ key: `${reason} ${party}`, estimate, low, high },
      }));
      expect(groups).toEqual(reasons);
    }),
  );
});
