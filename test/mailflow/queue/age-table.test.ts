/** Held mail by age and key: counted where the list tells the key, estimated where details do, and always within bounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type AgeTableRow,
  type AgeTableWatch,
  openAgeTable,
  openKeyedAges,
  QUEUE_GROUPINGS,
  type QueueGrouping,
} from '#mailflow/queue/age-table.js';
import { BUCKET_BOUNDS_MINUTES, bucketOf, openHeldWatch } from '#mailflow/queue/held-tally.js';
import { chooseSample } from '#mailflow/sampling/choose-sample.js';
import { createRandom, type Random } from '#mailflow/sampling/random.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { NOON, row, verdict } from '../trace/rows.js';

interface Facts {
  readonly minutes: number;
  readonly recipient?: string;
  readonly sender?: string;
  readonly status?: string;
  /** Undefined: its detail was not read. */
  readonly nextHop?: string | null;
}

function delivery({ minutes, nextHop, ...facts }: Facts): Delivery {
  const receivedAt = new Date(NOON.getTime() - minutes * 60_000);
  const judgement =
    nextHop === undefined
      ? null
      : { verdict: verdict({ reason: 'dns-failure' }), lastAttemptAt: null, nextHop };
  const context = { ownDomains: null, expirationHours: null };
  return toDelivery(row({ status: 'pending', ...facts, receivedAt }), judgement, context);
}

function tableOf(
  grouping: QueueGrouping,
  given: readonly Facts[],
  mostKeys?: number,
): readonly AgeTableRow[] {
  const ages = openAgeTable({ grouping, now: NOON, ...(mostKeys === undefined ? {} : { mostKeys }) });
  for (const facts of given) ages.observe(delivery(facts));
  return ages.table();
}

const exactly = (count: number) => ({ estimate: count, low: count, high: count });

describe('what the list tells is counted', () => {
  test('most held first, each with its oldest; what is not held does not count', () => {
    const rows = tableOf('domain', [
      { minutes: 4, recipient: 'a@litware.example' },
      { minutes: 70, recipient: 'b@fabrikam.example' },
      { minutes: 10, recipient: 'c@Fabrikam.EXAMPLE' },
      { minutes: 1, recipient: 'd@fabrikam.example', status: 'delivered' },
      { minutes: 3000, recipient: 'no domain' },
    ]);
    expect(rows).toEqual([
      {
        ...{ key: 'fabrikam.example', held: exactly(2), byBucket: [0, 1, 0, 1, 0, 0, 0].map(exactly) },
        oldestAt: new Date(NOON.getTime() - 70 * 60_000),
      },
      {
        ...{ key: '', held: exactly(1), byBucket: [0, 0, 0, 0, 0, 0, 1].map(exactly) },
        oldestAt: new Date(NOON.getTime() - 3000 * 60_000),
      },
      {
        ...{ key: 'litware.example', held: exactly(1), byBucket: [1, 0, 0, 0, 0, 0, 0].map(exactly) },
        oldestAt: new Date(NOON.getTime() - 4 * 60_000),
      },
    ]);
  });

  test.each<[number, number, string]>([
    [-3, 0, 'a clock that is behind'],
    [4.99, 0, 'under the first bound'],
    [5, 1, 'on a bound it belongs to the older ones'],
    [15, 2, 'a quarter'],
    [60, 3, 'an hour'],
    [240, 4, 'four'],
    [720, 5, 'twelve'],
    [1440, 6, 'a day'],
    [99_999, 6, 'weeks'],
  ])('%d minutes are bucket %i: %s', (minutes, bucket) => {
    const [only] = tableOf('sender', [{ minutes }]);
    expect(only?.byBucket.findIndex(({ estimate }) => estimate === 1)).toBe(bucket);
  });

  test('senders are told apart as Exchange does, and a notice has none', () => {
    const rows = tableOf('sender', [
      { minutes: 1, sender: 'Ann@Contoso.example' },
      { minutes: 1, sender: ' ann@contoso.example ' },
      { minutes: 1, sender: '' },
    ]);
    expect(rows.map(({ key, held }) => [key, held.estimate])).toEqual([
      ['ann@contoso.example', 2],
      ['', 1],
    ]);
  });

  test('keys that are too many to tell apart are counted as one', () => {
    const recipients = ['a', 'b', 'c', 'd', 'b'].map((name) => `x@${name}.example`);
    const rows = tableOf(
      'domain',
      recipients.map((recipient) => ({ minutes: 20, recipient })),
      2,
    );
    expect(rows.map(({ key, held }) => [key, held])).toEqual([
      ['b.example', exactly(2)],
      [null, exactly(2)],
      ['a.example', exactly(1)],
    ]);
  });

  test('a sample changes nothing of what is counted', () => {
    const ages = openAgeTable({ grouping: 'domain', now: NOON });
    ages.observe(delivery({ minutes: 1, nextHop: 'mx.fabrikam.example' }), 40);
    ages.observe(delivery({ minutes: 1 }));
    expect(ages.table()).toMatchObject([{ key: 'fabrikam.example', held: exactly(2) }]);
  });
});

describe('what details tell', () => {
  test('is counted where every detail was read; next hops ignore case, and some name none', () => {
    const rows = tableOf('next-hop', [
      { minutes: 1, nextHop: 'MX.fabrikam.example' },
      { minutes: 90, nextHop: 'mx.Fabrikam.example' },
      { minutes: 1, nextHop: null },
    ]);
    expect(rows.map(({ key, held }) => [key, held])).toEqual([
      ['mx.fabrikam.example', exactly(2)],
      [null, exactly(1)],
    ]);
  });

  test('may be anything where none was read', () => {
    expect(tableOf('reason', [{ minutes: 1 }, { minutes: 90 }])).toMatchObject([
      { key: null, held: { estimate: 2, low: 0, high: 2 }, oldestAt: null },
    ]);
  });

  test('widens the range by those that were not drawn and could not be read', () => {
    const [first] = tableOf('reason', [
      { minutes: 1, nextHop: 'a' },
      { minutes: 90, nextHop: 'a' },
      { minutes: 90 },
      { minutes: 90 },
    ]);
    expect(first).toMatchObject({ key: 'dns-failure', held: { low: 2, high: 4 } });
  });

  test('stands for those that were not read, age by age', () => {
    const ages = openAgeTable({ grouping: 'next-hop', now: NOON });
    for (let count = 0; count < 40; count += 1) {
      const minutes = count < 20 ? 10 : 100;
      const isDrawn = count % 2 === 0;
      if (isDrawn) ages.observe(delivery({ minutes, nextHop: minutes === 10 ? 'young' : 'old' }), 2);
      else ages.observe(delivery({ minutes }));
    }
    const [first, second] = ages.table();
    expect([first?.key, second?.key].sort()).toEqual(['old', 'young']);
    for (const each of [first, second]) {
      expect(each?.held.estimate).toBe(20);
      expect(each?.held.low).toBeLessThan(20);
    }
    const young = [first, second].find((each) => each?.key === 'young');
    expect(young?.byBucket.map(({ estimate }) => estimate)).toEqual([0, 20, 0, 0, 0, 0, 0]);
    // None of ten says that it is few, not that there is none.
    expect(young?.byBucket[3]).toMatchObject({ estimate: 0, low: 0 });
    expect(young?.byBucket[3]?.high).toBeGreaterThan(0);
  });

  test('keys that are asked for have a row though none was seen', () => {
    const ages = openKeyedAges({ keyOf: () => 'seen', now: NOON, keys: ['seen', 'unseen'] });
    ages.observe(delivery({ minutes: 1 }), 10);
    for (let count = 0; count < 9; count += 1) ages.observe(delivery({ minutes: 1 }), 10);
    expect(ages.table().map(({ key }) => key)).toEqual(['seen']);
    const some = openKeyedAges({
      ...{ now: NOON, keys: ['seen', 'unseen'] },
      keyOf: ({ recipient }) => (recipient === 'r' ? 'seen' : undefined),
    });
    some.observe(delivery({ minutes: 1, recipient: 'r' }), 2);
    some.observe(delivery({ minutes: 1 }));
    expect(some.table().map(({ key, held }) => [key, held.estimate, held.high > 0])).toEqual([
      ['seen', 2, true],
      ['unseen', 0, true],
    ]);
  });
});

test('whatever was read, the rows of each bucket sum up to what is held, and every range holds its number', () => {
  const drawn = fc.array(
    fc.record({
      minutes: fc.integer({ min: -30, max: 4000 }),
      name: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('unread', 'told', 'drawn'),
      weight: fc.double({ min: 1, max: 40, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      drawn,
      fc.constantFrom(...QUEUE_GROUPINGS),
      fc.integer({ min: 1, max: 4 }),
      (given, grouping, mostKeys) => {
        const watch = openHeldWatch({ now: NOON });
        const ages = openAgeTable({ grouping, now: NOON, mostKeys });
        for (const { minutes, name, kind, weight } of given) {
          const nextHop = kind === 'unread' ? undefined : `mx.${name}.example`;
          const each = delivery({
            ...{ minutes, recipient: `x@${name}.example`, sender: `${name}@contoso.example` },
            ...(nextHop === undefined ? {} : { nextHop }),
          });
          watch.observe(each);
          ages.observe(each, kind === 'drawn' ? weight : undefined);
        }
        const rows = ages.table();
        const { buckets } = watch.tally();
        const sums = buckets.map((_, index) =>
          rows.reduce((sum, { byBucket }) => sum + (byBucket[index]?.estimate ?? 0), 0),
        );
        expect(sums).toEqual(buckets.map(({ held }) => held));
        expect(rows.reduce((sum, { held }) => sum + held.estimate, 0)).toBe(given.length);
        for (const { held, byBucket } of rows) {
          for (const { low, estimate, high } of [held, ...byBucket]) {
            expect(low).toBeLessThanOrEqual(estimate);
            expect(estimate).toBeLessThanOrEqual(high);
          }
        }
      },
    ),
  );
});

/** A queue whose reasons depend on the destination and on the age, as they do when an outage begins. */
function queueOf(random: Random) {
  return Array.from({ length: 1500 }, (_, index) => {
    const domain =
      random() < 0.5 ? `big${Math.floor(random() * 3)}.example` : `small${Math.floor(random() * 80)}.example`;
    const minutes = random() ** 2 * 2000;
    const isOutage = minutes < 240 && random() < 0.7;
    const other = domain.startsWith('big') ? 'partner' : 'greylist';
    const hop = isOutage ? 'service' : other;
    return { messageTraceId: `t${index}`, recipient: `r${index}@${domain}`, status: 'pending', minutes, hop };
  });
}

test.each([60, 200])('%i details, 200 seeds: at least nine of ten ranges hold the truth', (size) => {
  let ranges = 0;
  let held = { row: 0, rows: 0 };
  let covered = 0;
  for (let seed = 0; seed < 200; seed += 1) {
    const random = createRandom(seed);
    const population = queueOf(random);
    const weights = new Map(
      chooseSample({ population, size, random }).drawn.map(({ unit, weight }) => [unit, weight]),
    );
    const ages: AgeTableWatch = openAgeTable({ grouping: 'next-hop', now: NOON });
    for (const unit of population) {
      const weight = weights.get(unit);
      const facts = { minutes: unit.minutes, recipient: unit.recipient };
      ages.observe(delivery(weight === undefined ? facts : { ...facts, nextHop: unit.hop }), weight);
    }
    for (const { key, held: found, byBucket } of ages.table()) {
      const own = population.filter(({ hop }) => hop === key);
      const isIn = found.low <= own.length && own.length <= found.high;
      held = { row: held.row + (isIn ? 1 : 0), rows: held.rows + 1 };
      for (const [bucket, range] of byBucket.entries()) {
        const truth = own.filter(({ minutes }) => bucketOf(minutes * 60_000) === bucket).length;
        ranges += 1;
        if (range.low <= truth && truth <= range.high) covered += 1;
      }
    }
  }
  expect(held.rows).toBeGreaterThanOrEqual(590);
  expect(ranges).toBe(held.rows * (BUCKET_BOUNDS_MINUTES.length + 1));
  expect(held.row / held.rows, 'of rows').toBeGreaterThanOrEqual(0.93);
  expect(covered / ranges, 'of cells').toBeGreaterThanOrEqual(0.9);
});
