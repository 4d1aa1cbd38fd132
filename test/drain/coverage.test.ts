/**
 * Why: "empty at about 23:40" is planned by. Over many populations of the outage of June 2026, looked at twice while it
 * drains: the interval must hold the true time, and must be narrower than what anybody could have said without looking.
 */
import { expect, test } from 'vitest';

import { type HeldKey, markOfSide, openDigests, packKeys } from '#mailflow/queue/held-keys.js';
import type { KeyedLook } from '#mailflow/queue/queue-look.js';
import type { QueueTrend } from '#mailflow/queue/queue-trend.js';
import { trendOfAges } from '#mailflow/queue/trend-of-ages.js';
import { trendOfLooks } from '#mailflow/queue/trend-of-looks.js';
import { sightingAt, type SimulatedDelivery } from '#simulator/population/delivery.js';
import { JUNE_2026 } from '#simulator/scenario/june-2026.js';
import { populate } from '#simulator/scenario/populate.js';

const IS_WHOLE = process.env['MAILCHECK_DRAIN'] === 'whole';
const SEEDS = Array.from({ length: IS_WHOLE ? 200 : 6 }, (_, index) => index + 1);
const ROWS = 40_000;
/** Each moment has mail of its own, which takes long to make. */
const PART = IS_WHOLE ? 4 : 3;
const NOTHING_ASIDE = { aside: new Set<number>(), mostHeld: 0 };

/** Minutes of the scenario: the drain begins at 420. */
const FIRST_LOOKS = [440, 480, 510];
const APART = 10;

const at = (minute: number): Date => new Date(JUNE_2026.began.getTime() + minute * 60_000);
const digest = openDigests();

function keyOf({ id, messageId, sender, recipient, receivedAt, sizeBytes }: SimulatedDelivery): HeldKey {
  const facts = { messageTraceId: id, messageId, sender, recipient, receivedAt, sizeBytes, subject: null };
  return { ...digest(facts), receivedAt, side: markOfSide(recipient.split('@')[1] ?? '') };
}

function isHeldAt(delivery: SimulatedDelivery, now: Date): boolean {
  const status = sightingAt(delivery, now)?.status;
  return status === 'pending' || status === 'gettingStatus';
}

function lookAt(population: readonly SimulatedDelivery[], minute: number): KeyedLook {
  const held = population.filter((delivery) => isHeldAt(delivery, at(minute)));
  return {
    at: at(minute),
    window: { from: at(minute - 2880), to: at(minute) },
    ...{ question: '', isWhole: true, held: held.length, heldByBucket: [] },
    keys: packKeys(held.map(keyOf)),
  };
}

/** Mail that the outage held: not that of the partner who is down, and not slips of the keyboard. */
function isOfTheOutage(delivery: SimulatedDelivery): boolean {
  return delivery
    .events()
    .some(({ event, reason }) => event === 'Defer' && /421 4\.3\.2|4\.4\.318/u.test(reason?.lastError ?? ''));
}

interface Told {
  readonly trend: QueueTrend;
  /** Minutes after the second look at which no more of it is held than counts as empty. */
  readonly trueMinutes: number;
}

function tell(population: readonly SimulatedDelivery[], minute: number): Told {
  const [before, after] = [lookAt(population, minute), lookAt(population, minute + APART)];
  const trend = trendOfLooks(before, after, NOTHING_ASIDE);
  let left = population.filter((delivery) => isHeldAt(delivery, after.at)).filter(isOfTheOutage);
  const later = population.filter(({ receivedAt }) => receivedAt > after.at).filter(isOfTheOutage);
  let trueMinutes = 0;
  const isHeld = (delivery: SimulatedDelivery): boolean =>
    isHeldAt(delivery, at(minute + APART + trueMinutes));
  while (left.length + later.filter(isHeld).length > trend.everyday) {
    trueMinutes += 1;
    left = left.filter(isHeld);
  }
  return { trend, trueMinutes };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN;
}

test('the interval holds the true end in nine of ten populations, at each time of the drain', () => {
  const told = SEEDS.flatMap((seed) => {
    const { deliveries } = populate(JUNE_2026, { seed, minute: 480, now: at(480), rows: ROWS });
    return FIRST_LOOKS.map((minute) => ({ minute, ...tell(deliveries, minute) }));
  });
  for (const minute of FIRST_LOOKS) {
    const of = told.filter((each) => each.minute === minute);
    const ends = of.flatMap(({ trend: { emptyAt }, trueMinutes }) => {
      if (emptyAt?.high === undefined || emptyAt.high === null) return [];
      const after = (instant: Date): number => (instant.getTime() - at(minute + APART).getTime()) / 60_000;
      return [
        { trueMinutes, low: after(emptyAt.low), high: after(emptyAt.high), likely: after(emptyAt.estimate) },
      ];
    });
    const held = ends.filter(({ trueMinutes, low, high }) => trueMinutes >= low && trueMinutes <= high);
    const figures = {
      minute,
      seeds: of.length,
      estimates: ends.length,
      coverage: held.length / of.length,
      medianTrueMinutes: median(of.map(({ trueMinutes }) => trueMinutes)),
      medianWidthMinutes: median(ends.map(({ low, high }) => high - low)),
      medianRatio: median(ends.map(({ likely, trueMinutes }) => likely / trueMinutes)),
    };
    if (IS_WHOLE) process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(of.map(({ trend }) => trend.phase)).toEqual(of.map(() => 'drain'));
    expect(figures.coverage).toBeGreaterThanOrEqual(IS_WHOLE ? 0.9 : 0.6);
    expect(figures.medianWidthMinutes).toBeLessThan(2 * figures.medianTrueMinutes);
  }
});

test('one look tells growth, plateau, drain and empty by ages alone, in nearly every population', () => {
  const aside = new Set([markOfSide('woodgrove.example')]);
  const expected = [
    [57, 'growth'],
    [237, 'plateau'],
    [507, 'drain'],
    [1137, 'empty'],
  ] as const;
  for (const [minute, phase] of expected) {
    const phases = SEEDS.slice(0, SEEDS.length / PART).map((seed) => {
      const { deliveries } = populate(JUNE_2026, { seed, minute, now: at(minute), rows: ROWS });
      const { keys } = lookAt(deliveries, minute);
      return trendOfAges(keys, at(minute), { aside, mostHeld: 0 }).phase;
    });
    const right = phases.filter((told) => told === phase).length / phases.length;
    if (IS_WHOLE) process.stdout.write(`${JSON.stringify({ minute, phase, right })}\n`);
    expect({ phase, isMostlyRight: right >= (IS_WHOLE ? 0.95 : 0.8), right }).toMatchObject({
      isMostlyRight: true,
    });
  }
});
