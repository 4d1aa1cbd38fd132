/** What came, what stayed and what left between two looks: it adds up whatever happened. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { keyCount, openDigests, openHeldKeys, packKeys } from '#mailflow/queue/held-keys.js';
import {
  compareLooks,
  diffOf,
  leftInAll,
  nothingKnown,
  openLeftWatch,
  spanOfLeft,
} from '#mailflow/queue/queue-diff.js';
import { comparableLooks, type KeyedLook, lookBefore, type QueueLook } from '#mailflow/queue/queue-look.js';
import { type Delivery, DELIVERY_STATES, type DeliveryState } from '#mailflow/trace/delivery.js';
import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { NOON, row } from '../trace/rows.js';

function delivery(number: number, status = 'pending'): Delivery {
  const entry = row({
    ...{ messageTraceId: `trace-${number}`, recipient: `r${number}@d${number % 7}.example`, status },
    receivedAt: new Date(NOON.getTime() - number * 60_000),
  });
  return toDelivery(entry, null, { ownDomains: null, expirationHours: null });
}

function lookAfter(minutes: number, deliveries: readonly Delivery[], isWhole = true): KeyedLook {
  const watch = openHeldKeys();
  for (const each of deliveries) watch.observe(each);
  const at = new Date(NOON.getTime() + minutes * 60_000);
  const window = { from: new Date(at.getTime() - 48 * 3_600_000), to: at };
  const keys = watch.keys();
  return { at, window, question: '', isWhole, held: keyCount(keys), heldByBucket: [], keys };
}

const STATES: readonly DeliveryState[] = DELIVERY_STATES;
const WORDS: Readonly<Record<DeliveryState, string>> = {
  delivered: 'delivered',
  pending: 'pending',
  bounced: 'failed',
  expanded: 'expanded',
  quarantined: 'quarantined',
  filtered: 'filteredAsSpam',
  recalled: 'recalled',
  unknown: 'nonsense',
};

test('before and new less left is after, by outcome too, for any history', () => {
  const fate = fc.record({
    wasHeld: fc.boolean(),
    isHeld: fc.boolean(),
    becomes: fc.constantFrom(...STATES),
    isListed: fc.boolean(),
    isListedTwice: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 60 }), (fates) => {
      const numbered = fates.map((each, number) => ({ ...each, number }));
      const held = (which: 'wasHeld' | 'isHeld'): readonly Delivery[] =>
        numbered.filter((each) => each[which]).map(({ number }) => delivery(number));
      const [before, after] = [lookAfter(0, held('wasHeld')), lookAfter(10, held('isHeld').toReversed())];
      const compared = compareLooks(before, after);
      const watch = openLeftWatch(compared);
      const digest = openDigests();
      for (const { number, becomes, isListed, isListedTwice, isHeld } of numbered) {
        const state = isHeld ? 'pending' : becomes;
        if (isListedTwice) watch.observe(digest(delivery(number, 'pending')), 'pending');
        if (isListed) watch.observe(digest(delivery(number, WORDS[state])), state);
      }
      const diff = diffOf(compared, watch.counts());
      expect(diff.before + diff.new - leftInAll(diff.left)).toBe(diff.after);
      expect([diff.before, diff.after]).toEqual([before.held, after.held]);
      const gone = numbered.filter(({ wasHeld, isHeld }) => wasHeld && !isHeld);
      for (const state of STATES) {
        if (state === 'pending' || state === 'unknown') continue;
        const known = gone.filter(({ becomes, isListed }) => isListed && becomes === state).length;
        expect({ state, left: diff.left[state] }).toEqual({ state, left: known });
      }
    }),
  );
});

test('keys that are there twice are two, and the sum holds', () => {
  const twice = { first: 7, second: 9, receivedAt: NOON, side: 1 };
  const [one, two] = [lookAfter(0, []), lookAfter(1, [])];
  const before = { ...one, keys: packKeys([twice, twice]) };
  const diff = diffOf(
    compareLooks(before, { ...two, keys: packKeys([twice]) }),
    nothingKnown(compareLooks(before, { ...two, keys: packKeys([twice]) })),
  );
  expect(diff).toMatchObject({ before: 2, new: 0, left: { unknown: 1 }, after: 1 });
});

test.each([
  [true, true, true],
  [false, true, false],
  [true, false, false],
])('looks that were whole: %s and %s; the diff says %s', (first, second, isWhole) => {
  const compared = compareLooks(lookAfter(0, [delivery(1)], first), lookAfter(1, [], second));
  expect(diffOf(compared, nothingKnown(compared)).isWhole).toBe(isWhole);
});

test('only the time in which those that left were received is listed again', () => {
  const before = lookAfter(0, [delivery(90), delivery(40), delivery(7)]);
  expect(spanOfLeft(compareLooks(before, lookAfter(10, [delivery(7)])))).toEqual({
    from: new Date(NOON.getTime() - 90 * 60_000),
    to: new Date(NOON.getTime() - 40 * 60_000 + 1000),
  });
  expect(spanOfLeft(compareLooks(before, before))).toBeNull();
});

test('a key names nobody, is the same in each run and in either case, and another one for another recipient', () => {
  const [one, again] = [openDigests(), openDigests()];
  expect(one(delivery(3))).toEqual(again(delivery(3)));
  const shouted = { ...delivery(3), messageTraceId: 'TRACE-3', recipient: 'R3@D3.EXAMPLE' };
  expect(one(shouted)).toEqual(one(delivery(3)));
  expect(one({ ...delivery(3), recipient: 'other@d3.example' })).not.toEqual(one(delivery(3)));
});

test.each<[string, Partial<QueueLook>, number]>([
  ['an earlier look after the same mail', {}, 1],
  ['a look after other mail', { question: 'one partner' }, 0],
  ['a look of which only totals are kept', { keys: null }, 0],
  [
    'a look of a shorter window: there is more mail in ours, and none of it is new',
    { window: { from: NOON, to: NOON } },
    0,
  ],
  ['a look that a wrong clock put ahead', { at: new Date(NOON.getTime() + 3_600_000) }, 0],
])('%s', (_what, facts, count) => {
  expect(comparableLooks([{ ...lookAfter(0, []), ...facts }], lookAfter(10, []))).toHaveLength(count);
});

test.each<[readonly number[], number, number | null, string]>([
  [[0, 30, 50], 0, 50, 'the last one, where no time is asked for'],
  [[0, 30, 50], 20 * 60, 30, 'the newest that is so long ago'],
  [[0, 30, 40], 20 * 60, 40, 'to the second'],
  [[30, 50], 3600, 30, 'the oldest, where none is so long ago'],
  [[], 3600, null, 'none, where none is kept'],
])('of looks at minutes %j, %d s before minute 60: %s', (minutes, leastSecondsAgo, expected) => {
  const at = new Date(NOON.getTime() + 60 * 60_000);
  const found = lookBefore(
    minutes.map((each) => lookAfter(each, [])),
    at,
    leastSecondsAgo,
  );
  expect(found === null ? null : (found.at.getTime() - NOON.getTime()) / 60_000).toBe(expected);
});
