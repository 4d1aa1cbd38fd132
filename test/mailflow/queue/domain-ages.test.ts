/** Held mail by destination and age: counted once, in the buckets of the tally, within bounds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { openDomainAges } from '#mailflow/queue/domain-ages.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { NOON, row } from '../trace/rows.js';

function held(minutes: number, recipient: string, status = 'pending'): Delivery {
  const receivedAt = new Date(NOON.getTime() - minutes * 60_000);
  return toDelivery(row({ recipient, receivedAt, status }), null, {
    ownDomains: null,
    expirationHours: null,
  });
}

function agesOf(deliveries: readonly Delivery[], mostDomains?: number): ReturnType<typeof openDomainAges> {
  const ages = openDomainAges(NOON, mostDomains);
  for (const delivery of deliveries) ages.observe(delivery);
  return ages;
}

test('most held first, each with its oldest; what is not held does not count', () => {
  const domains = agesOf([
    held(4, 'a@litware.example'),
    held(70, 'b@fabrikam.example'),
    held(10, 'c@Fabrikam.EXAMPLE'),
    held(1, 'd@fabrikam.example', 'delivered'),
    held(3000, 'no domain'),
  ]).domains();
  expect(domains).toEqual([
    {
      ...{ domain: 'fabrikam.example', held: 2, heldByBucket: [0, 1, 0, 1, 0, 0, 0] },
      oldestAt: new Date(NOON.getTime() - 70 * 60_000),
    },
    { ...{ domain: '', held: 1, heldByBucket: [0, 0, 0, 0, 0, 0, 1] }, oldestAt: expect.any(Date) as Date },
    {
      ...{ domain: 'litware.example', held: 1, heldByBucket: [1, 0, 0, 0, 0, 0, 0] },
      oldestAt: expect.any(Date) as Date,
    },
  ]);
});

test('domains that are too many to tell apart are counted as one', () => {
  const ages = agesOf(
    ['a', 'b', 'c', 'd', 'b'].map((name) => held(20, `x@${name}.example`)),
    2,
  );
  expect(ages.domains().map((each) => [each.domain, each.held])).toEqual([
    ['b.example', 2],
    [null, 2],
    ['a.example', 1],
  ]);
});

test('adds up to the buckets of the tally, whatever the ages', () => {
  const deliveries = fc.array(
    fc.record({ minutes: fc.integer({ min: -30, max: 4000 }), name: fc.constantFrom('a', 'b', 'c') }),
  );
  fc.assert(
    fc.property(deliveries, (given) => {
      const watch = openHeldWatch({ now: NOON });
      const all = given.map(({ minutes, name }) => held(minutes, `x@${name}.example`));
      for (const delivery of all) watch.observe(delivery);
      const domains = agesOf(all).domains();
      const sums = watch
        .tally()
        .buckets.map((_, index) =>
          domains.reduce((sum, { heldByBucket }) => sum + (heldByBucket[index] ?? 0), 0),
        );
      expect(sums).toEqual(watch.tally().buckets.map((bucket) => bucket.held));
      expect(domains.reduce((sum, each) => sum + each.held, 0)).toBe(given.length);
    }),
  );
});
