import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Look } from '#mailflow/incident/look.js';
import { howUnusual, type Usual, usualAt, type UsualShare } from '#mailflow/incident/usual.js';

const NOW = new Date('2026-06-02T14:50:00Z');
const HOUR = 1;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MOMENT = { now: NOW, windowMinutes: 240 };

/** A calm look of so many hours ago, with so many of a thousand held. */
function lookAgo(hours: number, held = 10, facts: Partial<Look> = {}): Look {
  return {
    at: new Date(NOW.getTime() - hours * 3_600_000),
    level: 'ok',
    badSignals: [],
    counts: { deliveries: 1000, held, failed: 2 * held, windowMinutes: 240 },
    ...facts,
  };
}

const weeks = (...held: readonly number[]): readonly Look[] =>
  held.map((each, index) => lookAgo((index + 1) * WEEK, each));
const days = (count: number, held = 10): readonly Look[] =>
  Array.from({ length: count }, (_, index) => lookAgo((index + 1) * DAY, held));

describe('what is usual', () => {
  test.each<[readonly Look[], Partial<Usual> | null, string]>([
    [[], null, 'nothing was kept'],
    [weeks(10, 20), null, 'two weeks are too few, and no other day was looked at'],
    [
      weeks(10, 30, 20),
      { basis: 'hour-of-week', occasions: 3, held: range(0.02, 0.01, 0.03) },
      'three are enough',
    ],
    [weeks(10, 20, 30, 40), { held: range(0.025, 0.01, 0.04) }, 'of four the middle lies between two'],
    [[...weeks(10, 20, 30), ...days(6, 99)], { basis: 'hour-of-week' }, 'weeks tell more than days'],
    [
      [...weeks(10, 20), ...days(6, 99)],
      { basis: 'hour-of-day', occasions: 8 },
      'days where weeks are too few',
    ],
    [days(5), { basis: 'hour-of-day', occasions: 5, looks: 5 }, 'five days are enough'],
    [days(4), null, 'four are not'],
    [
      [lookAgo(WEEK - 1), lookAgo(2 * WEEK + 1), lookAgo(3 * WEEK)],
      { basis: 'hour-of-week' },
      'an hour to either side counts, as summer time moves it',
    ],
    [[lookAgo(WEEK - 1.01), lookAgo(2 * WEEK), lookAgo(3 * WEEK)], null, 'further off does not'],
    [[lookAgo(WEEK), lookAgo(2 * WEEK), lookAgo(4 * WEEK + 0.1)], null, 'after four weeks it is forgotten'],
    [
      [lookAgo(WEEK), lookAgo(WEEK - 0.5), lookAgo(WEEK + 0.5)],
      null,
      'three looks of one hour are one occasion: it may have been an odd one',
    ],
    [
      [...weeks(10, 20, 30), ...Array.from({ length: 50 }, () => lookAgo(WEEK, 10))],
      { looks: 53, held: range(0.02, 0.01, 0.03) },
      'an hour that was looked at often weighs no more',
    ],
    [
      [
        lookAgo(3 * WEEK, 30),
        lookAgo(2 * WEEK, 20),
        lookAgo(WEEK, 1, { counts: { deliveries: 10, held: 1, failed: 0, windowMinutes: 240 } }),
        lookAgo(WEEK, 9),
      ],
      { held: range(0.02, 10 / 1010, 0.03) },
      'of one occasion the mail is counted together',
    ],
  ])('row %#', (looks, expected, why) => {
    const usual = usualAt(looks, MOMENT);
    if (expected === null) expect(usual, why).toBeNull();
    else expect(usual, why).toMatchObject(expected);
  });

  test.each<[string, Partial<Look>]>([
    ['is no measure: it was not ok', { level: 'warning' }],
    ['is no measure: it could not tell', { level: 'unknown' }],
    ['was not listed whole', { counts: null }],
    ['saw no mail', { counts: { deliveries: 0, held: 0, failed: 0, windowMinutes: 240 } }],
    ['saw a window half as long', { counts: { deliveries: 9, held: 1, failed: 1, windowMinutes: 120 } }],
    ['saw a window twice as long', { counts: { deliveries: 9, held: 1, failed: 1, windowMinutes: 480 } }],
    ['lies in the future', { at: new Date(NOW.getTime() + WEEK * 3_600_000) }],
  ])('a look that %s', (_why, facts) => {
    const spoiled = [...weeks(10, 20), lookAgo(3 * WEEK, 30, facts)];
    expect(usualAt(spoiled, MOMENT)).toBeNull();
    expect(usualAt([...spoiled, lookAgo(3 * WEEK, 30)], MOMENT)).toMatchObject({ looks: 3 });
  });

  test('a window that is a little longer or shorter is like enough', () => {
    for (const windowMinutes of [200, 300])
      expect(usualAt(weeks(1, 2, 3), { now: NOW, windowMinutes })).not.toBeNull();
  });

  test('the last three hours are never what they are compared with', () => {
    const lately = Array.from({ length: 170 }, (_, minute) => lookAgo(minute / 60, 900));
    expect(usualAt([...days(5), ...lately], MOMENT)).toEqual(usualAt(days(5), MOMENT));
  });

  test('the order of looks makes no difference, and the middle lies within the range', () => {
    const look = fc
      .record({ hours: fc.integer({ min: 0, max: 30 * DAY }), held: fc.integer({ min: 0, max: 1000 }) })
      .map(({ hours, held }) =>
        lookAgo(hours, held, { counts: { deliveries: 1000, held, failed: 0, windowMinutes: 240 } }),
      );
    fc.assert(
      fc.property(fc.array(look, { maxLength: 300 }), (looks) => {
        const usual = usualAt(looks, MOMENT);
        expect(usualAt(looks.toReversed(), MOMENT)).toEqual(usual);
        if (usual === null) return;
        expect(usual.held.low).toBeLessThanOrEqual(usual.held.median);
        expect(usual.held.median).toBeLessThanOrEqual(usual.held.high);
        expect(usual.looks).toBeGreaterThanOrEqual(usual.occasions);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is unusual', () => {
  test.each<[number, number, UsualShare, number | null | 'usual', string]>([
    [120, 1000, range(0.01, 0.005, 0.02), 12, 'twelve times'],
    [1, 3, range(0.0278, 0.02, 0.04), 'usual', 'one of three may be chance, though it is twelve times'],
    [12, 36, range(0.0278, 0.02, 0.04), 12, 'twelve of thirty-six is not'],
    [30, 1000, range(0.01, 0.005, 0.05), 'usual', 'three times, but not more than on the busiest occasion'],
    [10, 1000, range(0.01, 0.005, 0.02), 'usual', 'just the usual'],
    [0, 1000, range(0.01, 0.005, 0.02), 'usual', 'less than usual is no trouble'],
    [40, 1000, range(0, 0, 0), null, 'where usually there is none, nobody can say how many times'],
    [1, 1000, range(0, 0, 0), null, 'a single one is sure to be more than none'],
    [0, 0, range(0.01, 0.01, 0.01), 'usual', 'no mail says nothing'],
    [1000, 1000, range(0.5, 0.4, 0.6), 2, 'all of it'],
  ])('%i held of %i where %j is usual: %j', (held, deliveries, share, factor, why) => {
    const usual: Usual = { basis: 'hour-of-week', occasions: 4, looks: 4, held: share, failed: share };
    const found = howUnusual({ deliveries, held, failed: held, windowMinutes: 240 }, usual);
    if (factor === 'usual') expect(found, why).toEqual({ held: null, failed: null });
    else {
      expect(found.failed, why).toEqual(found.held);
      expect(found.held?.usual, why).toEqual(share);
      if (factor === null) expect(found.held?.factor, why).toBeNull();
      else expect(found.held?.factor, why).toBeCloseTo(factor, 1);
    }
  });

  test('held and failed are told apart', () => {
    const usual = usualAt(weeks(10, 10, 10), MOMENT);
    const found = howUnusual({ deliveries: 1000, held: 10, failed: 200, windowMinutes: 240 }, usual);
    expect(found).toMatchObject({ held: null, failed: { share: 0.2, factor: 10 } });
  });

  test('what was not listed whole, now or before, says nothing', () => {
    const usual = usualAt(weeks(10, 10, 10), MOMENT);
    const nothing = { held: null, failed: null };
    expect(howUnusual(null, usual)).toEqual(nothing);
    expect(howUnusual({ deliveries: 1000, held: 900, failed: 0, windowMinutes: 240 }, null)).toEqual(nothing);
  });
});

function range(median: number, low: number, high: number): UsualShare {
  return { median, low, high };
}
