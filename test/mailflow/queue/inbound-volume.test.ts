/** When missing inbound mail is called missing, and when it is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Finding } from '#mailflow/finding.js';
import {
  comparedSpan,
  compareInbound,
  type InboundVolume,
  weeksBefore,
} from '#mailflow/queue/inbound-volume.js';
import { judgeInbound } from '#mailflow/queue/judge-inbound.js';
import { createRandom, type Random } from '#mailflow/sampling/random.js';
import { ARRIVAL_STEP_MS, type Arrivals } from '#mailflow/trace/arrivals.js';
import type { Span } from '#mailflow/trace/span.js';

import { NOON } from './mail.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const minutesAgo = (minutes: number): Date => new Date(NOON.getTime() - minutes * MINUTE_MS);

/** The four hours before 11:45. */
const SPAN: Span = { fromMs: minutesAgo(255).getTime(), endMs: minutesAgo(15).getTime() };
const STEPS = (SPAN.endMs - SPAN.fromMs) / ARRIVAL_STEP_MS;
const WEEKS = weeksBefore(SPAN);

/** Messages in each step, by the minutes that are left to the end of the span when it begins. */
type Pace = (minutesLeft: number) => { readonly inbound: number; readonly others: number };

const steady =
  (inbound: number, others: number): Pace =>
  () => ({ inbound, others });

/** A pace, and another one since so many minutes before the end. */
const since =
  (minutes: number, then: Pace, before: Pace): Pace =>
  (left) =>
    left <= minutes ? then(left) : before(left);

function arrivalsIn({ fromMs, endMs }: Span, pace: Pace): readonly Arrivals[] {
  return Array.from({ length: STEPS }, (_, index) => {
    const startMs = fromMs + index * ARRIVAL_STEP_MS;
    return { fromMs: startMs, ...pace((endMs - startMs) / MINUTE_MS) };
  }).filter(({ inbound, others }) => inbound + others > 0);
}

function compared(now: Pace, weeks: readonly Pace[]): InboundVolume | null {
  return compareInbound({
    span: SPAN,
    now: arrivalsIn(SPAN, now),
    weeks: weeks.map((pace, index) => arrivalsIn(WEEKS[index] ?? expect.fail('too many weeks'), pace)),
  });
}

const USUAL = steady(10, 15);
const FOUR = [steady(10, 15), steady(11, 15), steady(9, 16), steady(10, 14)];

describe('what is called a dip', () => {
  const rows: [why: string, kind: InboundVolume['kind'] | null, now: Pace, weeks: readonly Pace[]][] = [
    ['all is as ever', 'usual', USUAL, FOUR],
    ['half of it is missing for an hour', 'dip', since(60, steady(5, 15), USUAL), FOUR],
    ['all of it is missing for a quarter of an hour', 'dip', since(15, steady(0, 15), USUAL), FOUR],
    ['for ten minutes it may come and go', 'usual', since(10, steady(0, 15), USUAL), FOUR],
    [
      'a quarter is missing for an hour: chance may do that',
      'usual',
      since(60, steady(7.5, 15), USUAL),
      FOUR,
    ],
    ['a quarter is missing for four hours', 'dip', steady(7, 15), FOUR],
    [
      'a tenth is missing of very much: nobody’s outage',
      'usual',
      steady(900, 1500),
      [...[steady(1000, 1500), steady(990, 1500), steady(1010, 1500)]],
    ],
    ['more mail than ever', 'usual', steady(30, 15), FOUR],
    ['other mail is missing alone', 'usual', steady(10, 2), FOUR],
    ['a mailing of our own makes inbound a smaller part', 'usual', steady(10, 80), FOUR],
    ['all mail is down alike: a holiday, or a late trace', 'all-down', since(60, steady(3, 5), USUAL), FOUR],
    ['the last minutes are not there at all', 'all-down', since(30, steady(0, 0), USUAL), FOUR],
    ['other mail is down by less', 'all-down', since(60, steady(3, 10), USUAL), FOUR],
    [
      'there is no other mail to compare with',
      'untold',
      since(60, steady(2, 0), steady(10, 0)),
      [...[steady(10, 0), steady(10, 0), steady(10, 0)]],
    ],
    [
      'hardly any mail at this hour',
      'too-little',
      steady(0, 1),
      [...[steady(0.25, 1), steady(0.3, 1), steady(0.2, 1)]],
    ],
    ['it is over: the last half hour is as ever', 'usual', since(30, USUAL, steady(4, 15)), FOUR],
    ['and mail that was kept comes in a heap', 'usual', since(30, steady(22, 15), steady(4, 15)), FOUR],
    [
      'weeks differ so much that half is one of them',
      'usual',
      steady(9, 15),
      [...[steady(24, 15), steady(10, 15), steady(18, 15), steady(12, 15)]],
    ],
    [
      'a holiday among the weeks hides nothing',
      'dip',
      since(60, steady(5, 15), USUAL),
      [...[...FOUR, steady(1, 1)]],
    ],
    [
      'nor does an outage of an earlier week',
      'dip',
      since(60, steady(5, 15), USUAL),
      [...[...FOUR, steady(3, 15)]],
    ],
    [
      'a holiday two weeks of three tells nothing',
      'usual',
      USUAL,
      [steady(1, 1), steady(1, 1), steady(10, 15)],
    ],
    ['two weeks are too few', null, steady(0, 15), FOUR.slice(0, 2)],
  ];
  test.each(rows)('%s: %s', (_why, kind, now, weeks) => {
    expect(compared(now, weeks)?.kind ?? null).toBe(kind);
  });

  test('it is told since when, how much, and how sure', () => {
    const volume = compared(since(60, steady(4, 15), USUAL), FOUR) ?? expect.fail('nothing compared');
    expect(volume).toMatchObject({
      ...{ kind: 'dip', from: minutesAgo(75), until: minutesAgo(15), weeks: 4 },
      ...{ inbound: { seen: 48, usual: 120 }, others: { seen: 180, usual: 180 } },
    });
    expect(volume.missing.share).toBeCloseTo(0.6);
    expect(volume.missing.low).toBeGreaterThan(0.4);
    expect(volume.missing.high).toBeLessThan(0.75);
  });
});

/** Knuth's way; means are small. */
function poisson(mean: number, random: Random): number {
  if (mean > 30) return poisson(mean / 2, random) + poisson(mean / 2, random);
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > end; product *= random()) count += 1;
  return count;
}

const byChance =
  (inbound: number, others: number, random: Random): Pace =>
  () => ({ inbound: poisson(inbound, random), others: poisson(others, random) });

describe('chance', () => {
  const random = createRandom(7);

  test.each([2, 10, 40])('%d in five minutes on an ordinary day: no dip in 400 looks', (mean) => {
    const kinds = Array.from({ length: 400 }, () => {
      const weeks = Array.from({ length: 3 }, () => byChance(mean, 1.4 * mean, random));
      return compared(byChance(mean, 1.4 * mean, random), weeks)?.kind;
    });
    expect(kinds.filter((kind) => kind === 'dip')).toEqual([]);
  });

  test.each([
    [10, 0.2],
    [10, 0.05],
    [40, 0.1],
  ])('%d in five minutes, weeks that differ by %d: no dip either', (mean, differ) => {
    const level = (): number => mean * (1 + differ * Math.sqrt(3) * (2 * random() - 1));
    const kinds = Array.from({ length: 200 }, () => {
      const weeks = Array.from({ length: 5 }, () => byChance(level(), 1.4 * mean, random));
      return compared(byChance(level(), 1.4 * mean, random), weeks)?.kind;
    });
    expect(kinds.filter((kind) => kind === 'dip').length).toBeLessThanOrEqual(1);
  });

  test.each([0, 0.3, 0.55])('the truth, %d missing, lies in 93 of 100 intervals or more', (missing) => {
    const looks = Array.from({ length: 400 }, () => {
      const weeks = Array.from({ length: 4 }, () => byChance(10, 14, random));
      const volume = compared(byChance(10 * (1 - missing), 14, random), weeks);
      // Of a dip the stretch is chosen where most is missing; the whole span is not chosen.
      return volume?.from.getTime() === SPAN.fromMs ? volume : null;
    }).filter((volume) => volume !== null);
    expect(looks.length).toBeGreaterThan(40);
    const right = looks.filter(({ missing: { low, high } }) => low <= missing && missing <= high);
    expect(right.length / looks.length).toBeGreaterThanOrEqual(0.93);
  });
});

const SOME_PACE = fc
  .array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: STEPS, maxLength: STEPS })
  .map((steps): Pace => (left) => {
    const [inbound, others] = steps[Math.round((left * MINUTE_MS) / ARRIVAL_STEP_MS) - 1] ?? [0, 0];
    return { inbound, others };
  });

test('whatever the counts, shares are shares, and the order of the weeks does not matter', () => {
  fc.assert(
    fc.property(SOME_PACE, fc.array(SOME_PACE, { minLength: 3, maxLength: 8 }), (now, weeks) => {
      const volume = compared(now, weeks) ?? expect.fail('nothing compared');
      const { low, share, high } = volume.missing;
      expect([0, low, share, high, 1].toSorted((one, other) => one - other)).toEqual([
        0,
        low,
        share,
        high,
        1,
      ]);
      expect(volume.from.getTime()).toBeGreaterThanOrEqual(SPAN.fromMs);
      const turned = compared(now, weeks.toReversed());
      expect(turned?.kind).toBe(volume.kind);
      expect(turned?.inbound).toEqual(volume.inbound);
    }),
    { numRuns: 60 },
  );
});

describe('what can be compared', () => {
  const window = { from: minutesAgo(240), to: NOON };
  const rows: [
    why: string,
    facts: Partial<Parameters<typeof comparedSpan>[0]>,
    minutes: [number, number] | null,
  ][] = [
    ['rows come up to 15 minutes late on any day', {}, [240, 15]],
    ['the newest row is older', { newestAt: minutesAgo(22) }, [240, 25]],
    ['rows were measured to come later', { latenessMs: 31 * MINUTE_MS }, [240, 35]],
    ['a night without mail is no lag without end', { newestAt: minutesAgo(170) }, [240, 45]],
    ['nor is an outage of the trace two days ago', { latenessMs: 6 * HOUR_MS }, [240, 45]],
    ['a long window is cut', { window: { from: minutesAgo(2_000), to: NOON } }, [255, 15]],
    ['only whole steps', { window: { from: minutesAgo(238), to: minutesAgo(62) } }, [235, 65]],
    ['what is asked for ends before', { window: { from: minutesAgo(240), to: minutesAgo(120) } }, [240, 120]],
    ['half an hour holds a quarter', { window: { from: minutesAgo(30), to: NOON } }, [30, 15]],
    ['less does not', { window: { from: minutesAgo(29), to: NOON } }, null],
    ['no row at all', { newestAt: null }, [240, 15]],
  ];
  test.each(rows)('%s', (_why, facts, minutes) => {
    const span = comparedSpan({ window, asOf: NOON, newestAt: minutesAgo(6), latenessMs: null, ...facts });
    const told = (instantMs: number): number => (NOON.getTime() - instantMs) / MINUTE_MS;
    expect(span === null ? null : [told(span.span.fromMs), told(span.span.endMs)]).toEqual(minutes);
  });

  test('the weeks before begin at the same hour of the week', () => {
    expect(WEEKS).toHaveLength(8);
    for (const [index, { fromMs, endMs }] of WEEKS.entries()) {
      expect(SPAN.fromMs - fromMs).toBe((index + 1) * 7 * 24 * HOUR_MS);
      expect(endMs - fromMs).toBe(SPAN.endMs - SPAN.fromMs);
    }
  });
});

describe('what is found', () => {
  const volume = (kind: InboundVolume['kind'], low = 0.33): InboundVolume => ({
    ...{ kind, from: minutesAgo(75), until: minutesAgo(15), weeks: 4 },
    inbound: { seen: 34, usual: 74 },
    others: { seen: 359, usual: 350.5 },
    missing: { share: 0.54, low, high: 0.71 },
  });
  const rows: [
    why: string,
    volume: InboundVolume,
    putsOff: boolean,
    id: string | null,
    Finding['level'] | null,
  ][] = [
    ['as usual', volume('usual'), false, null, null],
    ['as usual, though hosts put senders off', volume('usual'), true, null, null],
    ['too little to tell', volume('too-little'), false, null, null],
    ['a dip alone is a sign', volume('dip'), false, 'inbound-dip', 'warning'],
    ['a dip, and hosts that put senders off', volume('dip'), true, 'inbound-dip', 'critical'],
    ['a small dip is not made graver', volume('dip', 0.12), true, 'inbound-dip', 'warning'],
    ['all mail is down', volume('all-down'), true, 'all-mail-below-usual', 'info'],
    ['no telling', volume('untold'), true, 'inbound-below-usual', 'info'],
  ];
  test.each(rows)('%s', (_why, given, putsOff, id, level) => {
    const [finding = null, ...more] = judgeInbound(given, { putsOff, source: 'message-trace' });
    expect([finding?.id ?? null, finding?.level ?? null, more]).toEqual([id, level, []]);
  });

  test('with its size, its interval, since when, and what no trace shows', () => {
    const [finding] = judgeInbound(volume('dip'), { putsOff: false, source: 'message-trace' });
    expect(finding).toEqual({
      id: 'inbound-dip',
      level: 'warning',
      title: 'Inbound mail is 54 % below its usual',
      subject: 'inbound mail',
      evidence: [
        'From about 2026-06-02 10:45 UTC to 2026-06-02 11:45 UTC: 34 came in, 74 are usual at this hour (4 weeks); 54 % (33–71 %) are missing.',
        'Of all other mail 359 were seen, 350.5 are usual.',
        'Mail that Microsoft defers at its edge is in no trace: its senders hold it and retry.',
      ],
      remedy:
        "Look into the queue of your relay (`mailcheck relay --run 'postqueue -j'`), and ask a sender outside for the reply that he got (`mailcheck explain`).",
      source: 'message-trace',
    });
  });
});
