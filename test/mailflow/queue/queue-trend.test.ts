/** Growth, plateau, drain and end of a queue, from made-up queues of which each is known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type HeldKey, keyCount, packKeys } from '#mailflow/queue/held-keys.js';
import type { KeyedLook } from '#mailflow/queue/queue-look.js';
import { everydayLevel, type QueuePhase, withoutRecovery } from '#mailflow/queue/queue-trend.js';
import { trendOfAges } from '#mailflow/queue/trend-of-ages.js';
import { lookToMeasureFrom, trendOfLooks } from '#mailflow/queue/trend-of-looks.js';

import { NOON } from '../trace/rows.js';

const NOTHING = { aside: new Set<number>(), mostHeld: 0 };
const after = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

interface Lot {
  readonly count: number;
  /** Ages at noon, spread evenly. */
  readonly from: number;
  readonly to: number;
  /** All on this side; spread over twelve when absent. */
  readonly side?: number;
  readonly name?: number;
}

function lot({ count, from, to, side, name = 0 }: Lot): readonly HeldKey[] {
  return Array.from({ length: count }, (_, index) => ({
    first: Math.floor(from) * 1000 + name,
    second: index,
    receivedAt: after(-(from + ((to - from) * (index + 0.5)) / count)),
    side: side ?? index % 12,
  }));
}

/** As many a minute as `perMinute`, thinning out by half each `halfLife` minutes of age. */
function thinning(perMinute: number, halfLife: number, oldest: number): readonly HeldKey[] {
  const minutes = Array.from({ length: oldest - 5 }, (_, index) => index + 5);
  let owed = 0;
  return minutes.flatMap((minute) => {
    owed += perMinute * 0.5 ** (minute / halfLife);
    const count = Math.floor(owed);
    owed -= count;
    return lot({ count, from: minute, to: minute + 1 });
  });
}

describe('one look', () => {
  const phaseOf = (keys: readonly HeldKey[], mostHeld = 0): QueuePhase =>
    trendOfAges(packKeys(keys), NOON, { ...NOTHING, mostHeld }).phase;

  test.each<[string, QueuePhase, readonly HeldKey[], string]>([
    ['nothing', 'empty', [], 'there is no queue'],
    ['fifteen over a day', 'empty', lot({ count: 15, from: 0, to: 1400 }), 'stragglers of any day'],
    ['twelve of just now', 'unclear', lot({ count: 12, from: 5, to: 20 }), 'so begins an outage'],
    ['evenly since an hour', 'growth', lot({ count: 200, from: 6, to: 60 }), 'nothing has left'],
    ['evenly since three hours', 'growth', lot({ count: 600, from: 6, to: 180 }), 'a third more each hour'],
    ['thinned out since five hours', 'plateau', thinning(5, 40, 300), 'the oldest have left, new ones come'],
    [
      'evenly since nine hours',
      'plateau',
      lot({ count: 900, from: 6, to: 540 }),
      'it grows by a ninth an hour',
    ],
    [
      'none for two hours, much before',
      'drain',
      lot({ count: 300, from: 120, to: 420 }),
      'no new mail is held',
    ],
    [
      'some for an hour, ten times as much before',
      'drain',
      [...lot({ count: 10, from: 10, to: 70 }), ...lot({ count: 300, from: 70, to: 250 })],
      'some always is',
    ],
    [
      'half as much for an hour as before',
      'growth',
      [...lot({ count: 100, from: 10, to: 70 }), ...lot({ count: 300, from: 70, to: 160 })],
      'less is held, and nothing leaves',
    ],
    ['sixty over a day', 'plateau', lot({ count: 60, from: 10, to: 1400 }), 'ordinary in a large tenant'],
  ])('%s: %s', (_what, phase, keys) => {
    expect(phaseOf(keys)).toBe(phase);
  });

  test('what the trace cannot show yet is not missed: an hour of growth without the newest ten minutes', () => {
    expect(phaseOf(lot({ count: 200, from: 10, to: 60 }))).toBe('growth');
  });

  test('the rate of growth is that at the old edge, and its interval holds it', () => {
    const { joining, net, leaving } = trendOfAges(
      packKeys(lot({ count: 540, from: 6, to: 60 })),
      NOON,
      NOTHING,
    );
    expect(net?.estimate).toBeGreaterThan(8.5);
    expect(net?.estimate).toBeLessThan(11.5);
    expect([joining?.low, leaving?.low].every((rate) => rate !== undefined && rate < 10)).toBe(true);
    expect(joining?.high).toBeGreaterThan(10);
  });

  test('how fast it drains one look does not say', () => {
    const trend = trendOfAges(packKeys(lot({ count: 300, from: 120, to: 420 })), NOON, NOTHING);
    expect(trend).toMatchObject({ basis: 'ages', phase: 'drain', net: null, leaving: null, emptyAt: null });
  });

  test('destinations that take no mail are left out, and counted apart', () => {
    const down = lot({ count: 80, from: 10, to: 1300, side: 77 });
    const keys = packKeys([...down, ...lot({ count: 50, from: 120, to: 240 })]);
    expect(trendOfAges(keys, NOON, { aside: new Set([77]), mostHeld: 0 })).toMatchObject({
      ...{ phase: 'drain', moving: 50, aside: 80 },
    });
  });

  test('after much, a little is the end', () => {
    expect(phaseOf(lot({ count: 90, from: 120, to: 240 }))).toBe('drain');
    expect(phaseOf(lot({ count: 90, from: 120, to: 240 }), 5000)).toBe('empty');
  });

  test('any ages give rates that are numbers, in order', () => {
    const ages = fc.array(fc.integer({ min: -30, max: 4000 }), { maxLength: 300 });
    fc.assert(
      fc.property(ages, (given) => {
        const keys = given.map((age, second) => ({
          first: 1,
          second,
          receivedAt: after(-age),
          side: second % 5,
        }));
        const { joining, leaving, net, moving } = trendOfAges(packKeys(keys), NOON, NOTHING);
        expect(moving).toBe(given.length);
        for (const rate of [joining, leaving, net]) {
          if (rate === null) continue;
          expect(rate.low <= rate.estimate && rate.estimate <= rate.high).toBe(true);
          expect(Object.values(rate).every(Number.isFinite)).toBe(true);
        }
      }),
    );
  });
});

function lookOf(minutes: number, keys: readonly HeldKey[], isWhole = true): KeyedLook {
  const at = after(minutes);
  const packed = packKeys(keys);
  return {
    ...{ at, window: { from: after(minutes - 2880), to: at }, question: '', isWhole },
    ...{ held: keyCount(packed), heldByBucket: [], keys: packed },
  };
}

describe('two looks, ten minutes apart', () => {
  const OLD = lot({ count: 400, from: 60, to: 400 });
  const some = (count: number): readonly HeldKey[] => OLD.slice(0, count);
  const fresh = (count: number): readonly HeldKey[] => lot({ count, from: 1, to: 9, name: 5 });

  test.each<[string, QueuePhase, readonly HeldKey[], string]>([
    ['60 left, 2 came', 'drain', [...some(340), ...fresh(2)], 'plain'],
    ['5 left, 60 came', 'growth', [...some(395), ...fresh(60)], 'plain'],
    ['40 left, 38 came', 'plateau', [...some(360), ...fresh(38)], 'it may be either, slowly'],
    ['nothing moved', 'plateau', OLD, 'it stands'],
    ['all but 15 left', 'empty', some(15), 'no more than on any day'],
  ])('%s: %s', (_what, phase, keys) => {
    expect(trendOfLooks(lookOf(0, OLD), lookOf(10, keys), NOTHING)).toMatchObject({ basis: 'looks', phase });
  });

  test('a handful that moves is unclear', () => {
    const [before, now] = [some(24), [...some(22), ...fresh(1)]];
    expect(trendOfLooks(lookOf(0, before), lookOf(10, now), NOTHING).phase).toBe('unclear');
  });

  test('the end is that of a chance to leave that stays, and the early end that of a steady pace', () => {
    const { emptyAt, leaving } = trendOfLooks(lookOf(0, OLD), lookOf(10, some(320)), NOTHING);
    // A fifth leaves each ten minutes: from 320 to 20 it takes 124 min; at 8 a minute 38, at the most that may be 30.
    const minutesTo = (instant: Date | null | undefined): number =>
      ((instant?.getTime() ?? NaN) - after(10).getTime()) / 60_000;
    expect(Math.round(minutesTo(emptyAt?.estimate))).toBe(124);
    expect(Math.round(minutesTo(emptyAt?.low))).toBe(30);
    expect(minutesTo(emptyAt?.high)).toBeGreaterThan(150);
    expect(leaving?.estimate).toBe(8);
  });

  test('a queue that levels off has no end to tell', () => {
    const coming = lot({ count: 60, from: 0, to: 20, name: 7 });
    const trend = trendOfLooks(lookOf(0, OLD), lookOf(10, [...some(260), ...coming]), NOTHING);
    expect(trend).toMatchObject({ phase: 'drain', emptyAt: null });
  });

  test('a side of which nothing leaves is set aside, and does not delay the end', () => {
    const down = lot({ count: 150, from: 60, to: 1300, side: 77, name: 9 });
    const alone = trendOfLooks(lookOf(0, OLD), lookOf(10, some(320)), NOTHING);
    const both = trendOfLooks(lookOf(0, [...OLD, ...down]), lookOf(10, [...some(320), ...down]), NOTHING);
    expect(both).toMatchObject({ aside: 150, moving: 320, emptyAt: alone.emptyAt });
  });

  test('what moved adds up, whatever it was', () => {
    const counts = fc.record({ left: fc.nat(100), stayed: fc.nat(100), came: fc.nat(100) });
    fc.assert(
      fc.property(counts, ({ left, stayed, came }) => {
        const before = lookOf(0, some(left + stayed));
        const now = lookOf(10, [...some(stayed), ...fresh(came)]);
        const { moving, aside, net, emptyAt } = trendOfLooks(before, now, NOTHING);
        expect(moving + aside).toBe(stayed + came);
        if (aside === 0) expect(net?.estimate).toBeCloseTo((came - left) / 10, 6);
        if (emptyAt === null) return;
        expect(emptyAt.low <= emptyAt.estimate).toBe(true);
        expect(emptyAt.high === null || emptyAt.high >= emptyAt.estimate).toBe(true);
      }),
    );
  });

  test('of a late trace no recovery is told', () => {
    const trend = withoutRecovery(trendOfLooks(lookOf(0, OLD), lookOf(10, some(320)), NOTHING));
    expect(trend).toMatchObject({ phase: 'unclear', net: null, leaving: null, emptyAt: null });
  });
});

test.each<[string, readonly KeyedLook[], number | null]>([
  ['none', [], null],
  ['one of ten minutes ago', [lookOf(-10, [])], -10],
  ['the longest span within the hour', [lookOf(-90, []), lookOf(-50, []), lookOf(-1, [])], -50],
  ['else the shortest', [lookOf(-110, []), lookOf(-90, [])], -90],
  ['too long ago', [lookOf(-121, [])], null],
  ['too near', [lookOf(-0.5, [])], null],
  ['not whole', [lookOf(-10, [], false)], null],
])('the look to measure from: %s', (_what, looks, minute) => {
  expect(lookToMeasureFrom(looks, NOON)?.at ?? null).toEqual(minute === null ? null : after(minute));
});

test.each([
  [0, 20],
  [500, 20],
  [12_000, 240],
])('of %i held at the worst, %i are as good as none', (mostHeld, level) => {
  expect(everydayLevel(mostHeld)).toBe(level);
});
