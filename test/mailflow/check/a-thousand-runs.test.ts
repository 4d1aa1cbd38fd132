/** What people are told and what is reported over 1,000 runs, by a clock that is made up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { allNotices, type CheckNotice } from '#mailflow/check/check-notices.js';
import { DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import type { CheckLevel } from '#mailflow/check/check-result.js';
import type { CheckRun } from '#mailflow/check/check-run.js';
import type { CheckId } from '#mailflow/check/check-settings.js';
import { dampChecks } from '#mailflow/check/damp-checks.js';
import { judgeChecks } from '#mailflow/check/judge-checks.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import { type Random, randomOf } from '#simulator/population/random.js';

import { memoryCheckRunHistory } from '../../fakes/memory-check-run-history.js';
import { CALM, failed, POSTED, sightingsOf, trouble } from '../incident/views.js';
import { at, lastOf, minuteOf, reportedLevels, runs } from './runs-as-letters.js';

const TICKS = 1000;
const SEEDS = Array.from({ length: 5 }, (_, seed) => seed + 1);
const CADENCES = [1, 5, 15, 60];

/** What becomes of a source in one run. */
type SourceState = 'good' | 'bad' | 'unknown';
type Pattern = (random: Random) => readonly SourceState[];

const ticks = (stateOf: (tick: number) => SourceState): readonly SourceState[] =>
  Array.from({ length: TICKS }, (_, tick) => stateOf(tick));

/** So many runs the one, so many the other, and so on. */
const square =
  (states: readonly SourceState[], length: number): Pattern =>
  () =>
    ticks((tick) => states[Math.floor(tick / length) % states.length] ?? 'good');

/** Each run by chance alone. */
const byChance =
  (states: readonly SourceState[], share: number): Pattern =>
  (random) =>
    ticks(() => {
      const [usual = 'good', ...others] = states;
      return random.chance(share) ? (others[random.between(0, others.length - 1)] ?? usual) : usual;
    });

/** Stretches by chance, none of them as long as a calm. */
const inStretches =
  (states: readonly SourceState[], most: number): Pattern =>
  (random) => {
    const all: SourceState[] = [];
    let state = 0;
    while (all.length < TICKS) {
      state = (state + random.between(1, states.length - 1)) % states.length;
      all.push(...Array.from({ length: random.between(1, most) }, () => states[state] ?? 'good'));
    }
    return all.slice(0, TICKS);
  };

const PAIRS: readonly (readonly SourceState[])[] = [
  ['good', 'bad'],
  ['good', 'unknown'],
  ['bad', 'unknown'],
  ['good', 'bad', 'unknown'],
];

const PATTERNS: readonly (readonly [string, Pattern])[] = PAIRS.flatMap((states) => {
  const name = states.join(' and ');
  return [
    ...[1, 2, 3, 7, 20, 59].map(
      (length) => [`${name} in turn, ${length} runs each`, square(states, length)] as const,
    ),
    ...[0.2, 0.35, 0.5, 0.65, 0.8].map(
      (share) => [`${name} by chance, ${share}`, byChance(states, share)] as const,
    ),
    ...[5, 15, 59].map(
      (most) => [`${name} in stretches of up to ${most} runs`, inStretches(states, most)] as const,
    ),
  ];
});

const MAIL_CHECKS: readonly CheckId[] = ['held-mail', 'deferral-rate', 'expiring-mail', 'bounce-rate'];

/** The trace flaps, and all else is well. Which of its checks are bad, and how bad, is chance. */
function runsOfTrace(
  states: readonly SourceState[],
  random: Random,
  everyMinutes: number,
): readonly CheckRun[] {
  const levelOf = (state: SourceState): CheckLevel => {
    if (state === 'unknown') return 'unknown';
    return random.chance(0.5) ? 'warning' : 'critical';
  };
  return states.map((state, tick) => {
    const worst = random.between(0, MAIL_CHECKS.length - 1);
    const seen = MAIL_CHECKS.map((id, index): readonly [string, CheckLevel] => {
      const isHit = state !== 'good' && (state === 'unknown' || index === worst || random.chance(0.5));
      return [id, isHit ? levelOf(state) : 'ok'];
    });
    const others: readonly (readonly [string, CheckLevel])[] = [
      ['service-health', 'ok'],
      ['freshness', state === 'unknown' ? 'unknown' : 'ok'],
    ];
    return { at: at(tick * everyMinutes), seenById: new Map([...seen, ...others]) };
  });
}

const told = (all: readonly CheckRun[]): readonly CheckNotice[] =>
  allNotices(all, DEFAULT_CHECK_POLICY).flat();

describe('a source that flaps over 1,000 runs', () => {
  test.each(PATTERNS)('%s: three notices at most', (_name, pattern) => {
    for (const seed of SEEDS) {
      const random = randomOf(seed, 'flapping');
      const everyMinutes = CADENCES[seed % CADENCES.length] ?? 5;
      const notices = told(runsOfTrace(pattern(random), random, everyMinutes));
      expect(notices.length, `${seed}: ${notices.map(({ kind }) => kind).join()}`).toBeLessThanOrEqual(3);
    }
  });

  test('and our own network, which takes all sources at once, is told once for all', () => {
    for (const [, pattern] of PATTERNS.filter(([name]) => name.startsWith('good and unknown'))) {
      const states = pattern(randomOf(7, 'network'));
      const letters = states.map((state) => (state === 'good' ? '.' : '?')).join('');
      const all = runs({
        'held-mail': letters,
        'service-health': letters,
        freshness: letters,
        'sign-in': letters,
      });
      expect(told(all).length).toBeLessThanOrEqual(3);
    }
  });
});

describe('a true outage', () => {
  /** So many runs before it, of a tenant that is well, of one whose source flaps, and of one that was blind. */
  const PASTS = ['.', '.X', '..X', '.?', '..X.?', '?', 'X.....'];

  test.each(PASTS)('after %s, over and over, is reported in its third run, wherever it starts', (past) => {
    const before = past.repeat(Math.ceil(TICKS / past.length));
    for (let start = 0; start <= TICKS; start += 1) {
      const letters = `${before.slice(Math.max(0, start - 25), start)}XXX`;
      const reported = lastOf(runs({ 'held-mail': letters })).checks[0]?.level;
      expect(reported, `from run ${start} on`).toBe('critical');
    }
  });

  test('is told by its third run on a tenant that was well, wherever it starts', () => {
    for (let start = 0; start <= TICKS; start += 37) {
      const all = allNotices(runs({ 'held-mail': `${'.'.repeat(start)}XXX` }), DEFAULT_CHECK_POLICY);
      const kinds = all
        .map((notices) => notices.map(({ kind }) => kind).join())
        .filter((word) => word !== '');
      expect(kinds).toEqual(['open']);
    }
  });

  test('that Microsoft posts as well is reported in its first', () => {
    for (let start = 1; start <= TICKS; start += 37) {
      const letters = `${'.'.repeat(Math.min(start, 60))}X`;
      const { checks } = lastOf(runs({ 'held-mail': letters, 'service-health': letters }));
      expect(checks.map(({ level }) => level)).toEqual(['critical', 'critical']);
    }
  });

  test('of one incident one open and one close are told, whatever blips are in it, and whoever else sees it', () => {
    const blips = fc.array(fc.constantFrom('X', 'XX', 'wX', '.X', '..X', '?X', '.?.XX'), { maxLength: 25 });
    const lag = fc.integer({ min: 0, max: 20 });
    const quiet = fc.integer({ min: 65, max: 90 });
    fc.assert(
      fc.property(quiet, blips, lag, lag, quiet, (before, parts, posted, resolved, after) => {
        const outage = `XXX${parts.join('')}`;
        const calm = '.'.repeat(before);
        const length = outage.length;
        const series = {
          'held-mail': `${calm}${outage}${'.'.repeat(after + 60)}`,
          'deferral-rate': `${calm}${outage}${'.'.repeat(after + 60)}`,
          // It is posted later than it begins, and resolved later than it ends.
          'service-health': `${calm}${'.'.repeat(posted)}${'X'.repeat(length + resolved)}${'.'.repeat(after + 60)}`,
        };
        const kinds = told(runs(series)).map(({ kind }) => kind);
        const count = (kind: string): number => kinds.filter((each) => each === kind).length;
        expect(count('open'), kinds.join()).toBe(1);
        const isRestless = kinds.includes('flapping') || kinds.includes('still-open');
        expect(count('close'), kinds.join()).toBeGreaterThanOrEqual(1);
        expect(count('close'), kinds.join()).toBeLessThanOrEqual(isRestless ? 2 : 1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a source that is stale or throttled', () => {
  test.each([
    ['on a good day', '.'.repeat(50), 'ok', 13],
    // Who was told of the outage reckons with it, until nothing can be told for long.
    ['in an outage', `${'.'.repeat(45)}XXXXX`, 'critical', 60],
  ] as const)('%s is told as unknown once, and never as a recovery', (_when, before, level, least) => {
    for (const length of [least - 1, least, least + 20, 100, 400]) {
      const all = runs({ 'held-mail': `${before}${'?'.repeat(length)}`, 'service-health': '.' });
      const blind = allNotices(all, DEFAULT_CHECK_POLICY).slice(before.length).flat();
      const kinds = blind.map(({ kind }) => kind);
      expect(kinds, `${length} runs`).toEqual(length < least ? [] : ['unknown']);
      const after = runs({ 'held-mail': `${before}${'?'.repeat(length)}.`, 'service-health': '.' });
      expect(lastOf(after).checks[0]?.level, `${length} runs`).toBe(level);
      expect(lastOf(after).notices).toEqual([]);
    }
  });

  const letters = fc
    .array(fc.constantFrom('.', '.', '.....', 'w', 'X', 'XXX', '?', '??', '-'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const required: CheckId = 'held-mail';

  test('a run that could not tell is never reported ok, and never ends anything', () => {
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 20 }), (series, everyMinutes) => {
        const all = runs({ [required]: series.replaceAll('-', '?') }, everyMinutes);
        const reported = reportedLevels(all, required);
        for (const [index, run] of all.entries()) {
          const isBlind = run.seenById.get(required) === 'unknown';
          expect(reported[index] === 'unknown').toBe(isBlind);
        }
        for (const notice of allNotices(all, DEFAULT_CHECK_POLICY).flatMap((notices, index) =>
          notices.map(({ kind }) => ({ kind, seen: all[index]?.seenById.get(required) })),
        ))
          expect(notice.kind === 'close' && notice.seen !== 'ok').toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[CheckId, string]>([
    ['held-mail', 'required'],
    ['connectors', 'not required'],
  ])('what was reported bad of %s is ok only after five good runs over ten minutes (%s)', (id) => {
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 20 }), (series, everyMinutes) => {
        const all = runs({ [id]: series }, everyMinutes);
        const reported = reportedLevels(all, id);
        let good: Date[] = [];
        let isBad = false;
        for (const [index, run] of all.entries()) {
          const seen = run.seenById.get(id);
          if (seen === 'warning' || seen === 'critical') good = [];
          if (seen === 'ok') good.push(run.at);
          const level = reported[index];
          if (level === 'warning' || level === 'critical') isBad = true;
          if (level === 'skipped' || level === 'ok') {
            const spanMinutes = minuteOf(run.at) - minuteOf(good[0] ?? run.at);
            expect(isBad && (good.length < 5 || spanMinutes < 10), `${series} at ${index}`).toBe(false);
            isBad = false;
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('told run by run, it is what is told over all of them', () => {
  const anySeries = fc
    .array(fc.constantFrom('.', 'X', 'w', '?', 'XXX', '.....'), { minLength: 1, maxLength: 25 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(anySeries, anySeries, anySeries, (mail, health, connectors) => {
      const all = runs({ 'held-mail': mail, 'service-health': health, connectors });
      const one = all.map((_, index) => lastOf(all.slice(0, index + 1)).notices);
      expect(one).toEqual(allNotices(all, DEFAULT_CHECK_POLICY));
    }),
    { numRuns: 40 },
  );
});

test('a day of a tenant, from evidence to notices: an outage, a trace that is throttled, and its end', async () => {
  const throttled = { trace: failed<Sightings['trace']['value'] & object>('trace', 'throttled') };
  const phases: readonly (readonly [number, Sightings])[] = [
    [50, sightingsOf(CALM)],
    [30, sightingsOf(POSTED)],
    [20, sightingsOf(POSTED, throttled)],
    [20, sightingsOf(POSTED)],
    [60, sightingsOf(CALM)],
  ];
  const asked = { kind: 'not-asked', trouble: trouble('not-asked') } as const;
  const byPhase = phases.map(([length, sightings]) => ({
    length,
    results: judgeChecks({ sightings, paths: asked, quota: asked }, DEFAULT_CHECK_POLICY),
  }));
  const history = memoryCheckRunHistory()('usual');
  const notices: string[] = [];
  const levels: string[] = [];
  let tick = 0;
  for (const { length, results } of byPhase) {
    for (let index = 0; index < length; index += 1) {
      const now = at(tick * 5);
      const damped = dampChecks(results, {
        policy: DEFAULT_CHECK_POLICY,
        earlier: await history.since(at(-1)),
        now,
      });
      await history.keep(damped.run);
      const held = damped.checks.find(({ id }) => id === 'held-mail')?.level ?? 'none';
      if (levels.at(-1)?.split(' ')[0] !== held) levels.push(`${held} ${tick}`);
      notices.push(...damped.notices.map(({ kind, checks }) => `${kind} ${tick} ${checks.join()}`));
      tick += 1;
    }
  }
  expect(levels).toEqual(['ok 0', 'warning 50', 'unknown 80', 'warning 100', 'ok 124']);
  expect(notices).toMatchInlineSnapshot(`
    [
      "open 50 held-mail,deferral-rate,inbound-volume,service-health",
      "still-open 109 service-health",
      "close 124 held-mail,deferral-rate,inbound-volume,service-health",
    ]
  `);
});
