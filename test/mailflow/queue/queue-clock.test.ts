/** How much is in the queue, how old, and when it is given up. */
import { expect, test } from 'vitest';

import { isInQueue, openQueueClock } from '#mailflow/queue/queue-clock.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { NOON, row } from '../trace/rows.js';

function held(minutes: number, hours: number | null = 24, status = 'pending'): Delivery {
  const receivedAt = minutesFromNow(-minutes);
  return toDelivery(row({ receivedAt, status }), null, { ownDomains: null, expirationHours: hours });
}

function minutesFromNow(minutes: number): Date {
  return new Date(NOON.getTime() + minutes * 60_000);
}

function timesOf(deliveries: readonly Delivery[]) {
  const clock = openQueueClock(NOON);
  for (const delivery of deliveries) clock.observe(delivery);
  return clock.times();
}

test('nothing is nothing', () => {
  expect(timesOf([held(1, 24, 'delivered')])).toMatchObject({
    ...{ total: 0, oldest: null, expiringWithin4h: 0, nextExpiryAt: null, pastExpiry: 0 },
  });
});

test('each bucket has a clock of its own, and they sum up to all', () => {
  const times = timesOf([held(3), held(30), held(1230), held(1300), held(1400)]);
  expect(times).toMatchObject({
    total: 5,
    expiringWithin4h: 3,
    nextExpiryAt: minutesFromNow(40),
    pastExpiry: 0,
  });
  expect(times.buckets.map((bucket) => [bucket.held, bucket.expiringWithin4h, bucket.nextExpiryAt])).toEqual([
    [1, 0, minutesFromNow(1437)],
    [0, 0, null],
    [1, 0, minutesFromNow(1410)],
    [0, 0, null],
    [0, 0, null],
    [3, 3, minutesFromNow(40)],
    [0, 0, null],
  ]);
});

test.each<[number, number | null, object, string]>([
  [1079, 18, { total: 1, expiringWithin4h: 1, pastExpiry: 0 }, 'a minute before the limit of the tenant'],
  [1080, 18, { total: 0, oldest: null, pastExpiry: 1 }, 'at the limit it is given up'],
  [1080, null, { total: 1, expiringWithin4h: 0, pastExpiry: 0 }, 'a day is assumed'],
  [4320, null, { total: 0, expiringWithin4h: 0, pastExpiry: 1 }, 'days later its status is stale'],
])('held for %i minutes with a limit of %s h: %j, %s', (minutes, hours, expected) => {
  expect(timesOf([held(minutes, hours)])).toMatchObject(expected);
});

test('what nobody gives up, as some relays do, stays in the queue', () => {
  const forever = { ...held(9_999), expiresAt: null, expiresAtBasis: null };
  expect(isInQueue(forever, NOON)).toBe(true);
  expect(timesOf([forever])).toMatchObject({ total: 1, oldest: forever, nextExpiryAt: null, pastExpiry: 0 });
});
