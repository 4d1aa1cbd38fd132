import { describe, expect, test } from 'vitest';

import { DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import type { CheckLevel } from '#mailflow/check/check-result.js';
import { dampChecks } from '#mailflow/check/damp-checks.js';

import { at, lastOf, minuteOf, resultsOf, runs, type Series } from './runs-as-letters.js';

const levelOf = (series: Series, id: keyof Series = 'held-mail'): CheckLevel | undefined =>
  lastOf(runs(series)).checks.find((check) => check.id === id)?.level;
const courseOf = (series: Series): string | null | undefined => lastOf(runs(series)).checks[0]?.course;

describe('what is reported of a required check', () => {
  test.each<[string, CheckLevel, string]>([
    ['.', 'ok', 'a good run'],
    ['X', 'critical', 'no other run could tell, so one is enough'],
    ['w', 'warning', 'as bad as it saw'],
    ['?', 'unknown', 'a run that could not tell'],
    ['.X', 'ok', 'one bad run of two wakes nobody'],
    ['.XX', 'ok', 'nor do two'],
    ['.XXX', 'critical', 'the third does'],
    ['.wwX', 'critical', 'as bad as the last one'],
    ['.XXw', 'warning', 'and no worse'],
    ['.X..X.X', 'ok', 'three of six'],
    ['.XX..X', 'critical', 'three of five'],
    ['.XXX.', 'critical', 'a good run is no end yet'],
    ['.XXX....', 'critical', 'nor are four'],
    ['.XXX.....', 'ok', 'five are'],
    ['.XXw.', 'warning', 'meanwhile it is as bad as the last bad run'],
    ['.XXX?', 'unknown', 'who cannot tell says so, whatever was before'],
    ['.XXX?.', 'critical', 'and has ended nothing'],
    ['.XXX....?.', 'ok', 'five good runs with a blind one among them'],
    ['.XXX..??..', 'critical', 'four with two'],
    [`.XXX${'?'.repeat(200)}.`, 'critical', 'not even after a night of blindness'],
    ['.?X', 'ok', 'a blind run before is a run'],
    ['?X', 'ok', 'also when it is all there was'],
    ['X.', 'critical', 'what one run opened needs five good ones as well'],
    ['X.....', 'ok', 'and has them'],
    [`.XXX${' '.repeat(145)}.`, 'ok', 'after twelve hours of silence all is forgotten'],
    [`.XXX${' '.repeat(143)}.`, 'critical', 'and not before'],
    [`.X${' '.repeat(145)}X`, 'critical', 'then one is enough again'],
  ])('%s is %s: %s', (letters, level, why) => {
    expect(levelOf({ 'held-mail': letters }), why).toBe(level);
  });
});

describe('what is reported of one that nobody requires', () => {
  test.each<[string, CheckLevel, string]>([
    ['?', 'skipped', 'it cannot tell, and counts for nothing'],
    ['-', 'skipped', 'it was not asked'],
    ['.?', 'skipped', 'it was well'],
    ['.XXX?', 'unknown', 'it was bad when it could be told last: that is no recovery'],
    ['.XXX-', 'unknown', 'not to ask is none either'],
    ['.XXX-.', 'critical', 'nor is one good run'],
    ['.XXX-.....', 'ok', 'five are'],
    [`.XXX${' '.repeat(145)}-`, 'skipped', 'what is forgotten is no trouble'],
    ['-X', 'critical', 'a run that did not ask is none'],
  ])('%s is %s: %s', (letters, level, why) => {
    expect(levelOf({ connectors: letters }, 'connectors'), why).toBe(level);
  });
});

test('what nobody requires is required from when it was bad until it is seen to be good', () => {
  const isRequired = (letters: string): boolean | undefined =>
    lastOf(runs({ connectors: letters })).checks[0]?.isRequired;
  expect(['?', '.XXX?', '.XXX-', '.XXX.....', '.XXX.....?'].map(isRequired)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

describe('two checks that do not rest on the same', () => {
  test.each<[Series, keyof Series, CheckLevel, string]>([
    [{ 'held-mail': '..X', 'service-health': '..X' }, 'held-mail', 'critical', 'open at once'],
    [{ 'held-mail': '..X', 'service-health': '..X' }, 'service-health', 'critical', 'both of them'],
    [{ 'held-mail': '..X', 'deferral-rate': '..X' }, 'held-mail', 'ok', 'both count the same mail'],
    [
      { 'held-mail': '..X', certificates: '..w' },
      'held-mail',
      'ok',
      'a certificate that ends says nothing of mail',
    ],
    [{ 'held-mail': '..X', connectors: '..X' }, 'held-mail', 'ok', 'nor does a set-up that was so for weeks'],
    [{ 'held-mail': '..X', 'mail-paths': '..X' }, 'held-mail', 'critical', 'what we tried ourselves does'],
    [
      { 'held-mail': '..X', 'service-health': '..X', quota: '..w' },
      'quota',
      'ok',
      'what confirms nothing is not confirmed by others either',
    ],
    [{ 'held-mail': '..X', 'service-health': '.X.' }, 'held-mail', 'ok', 'only in one run'],
    [{ 'held-mail': '..X', 'service-health': '..?' }, 'held-mail', 'ok', 'who cannot tell confirms nothing'],
  ])('%j: %s is %s: %s', (series, id, level, why) => {
    expect(levelOf(series, id), why).toBe(level);
  });
});

describe('the course', () => {
  test.each<[string, string | null]>([
    ['..', null],
    ['......', null],
    ['.......X', '1 of the last 5 runs was bad; 3 of 5 open it'],
    ['..X.', '1 of the last 4 runs was bad; 3 of 5 open it'],
    ['X', 'no earlier run was known, so one bad run opened it'],
    ['.XXX', '3 of the last 4 runs were bad'],
    ['.XXX..', '2 good runs running; 5 over 10 minutes close it'],
    ['.XXX?', '3 of the last 4 runs were bad'],
    ['.XXX?????????????', 'no run could tell for 65 minutes; before that the alert was open'],
  ])('%s says: %s', (letters, says) => {
    expect(courseOf({ 'held-mail': letters })).toBe(says);
  });

  test.each<[Series, readonly (string | null)[], string, string]>([
    [
      { 'held-mail': '..X', 'service-health': '..X', quota: '..w' },
      [null, null, '1 of the last 3 runs was bad; 3 of 5 open it'],
      'Checks on independent grounds agreed, so they did not wait for it: held-mail, service-health.',
      'said once, of those that opened by it',
    ],
    [
      { 'held-mail': '..XXX', 'service-health': '..XXX' },
      ['3 of the last 5 runs were bad', '3 of the last 5 runs were bad'],
      'By the rule of so many runs, with 4 earlier runs under this policy.',
      'by count each says so of itself',
    ],
    [
      { 'held-mail': 'X', 'service-health': 'X' },
      [null, null],
      'No earlier run under this policy is known, so one bad run is enough this time.',
      'at first one would have been enough',
    ],
  ])('that checks agree is told with the runs: %j', (series, courses, says, why) => {
    const { checks, memory } = lastOf(runs(series));
    expect([checks.map(({ course }) => course), memory.endsWith(says)], why).toEqual([courses, true]);
  });
});

describe('where no runs are kept', () => {
  test('each run speaks for itself, and that is said', () => {
    const [bad] = runs({ 'held-mail': 'X', connectors: '?', quota: '.' });
    if (bad === undefined) throw new Error('there is no run');
    const results = resultsOf(bad);
    const damped = dampChecks(results, { policy: DEFAULT_CHECK_POLICY, earlier: null, now: bad.at });
    expect(damped.checks).toEqual(results);
    expect(damped.memory).toBe('No runs are kept, so each run speaks for itself: one bad run is enough.');
    expect(damped.notices).toEqual([
      { kind: 'open', at: bad.at, checks: ['held-mail'], says: 'Trouble has begun: Held mail.' },
    ]);
    expect(damped.run).toEqual(bad);
  });

  test.each<[Series, string]>([
    [{ 'held-mail': '.' }, 'No earlier run under this policy is known, so one bad run is enough this time.'],
    [{ 'held-mail': '..' }, 'By the rule of so many runs, with 1 earlier run under this policy.'],
    [
      { 'held-mail': `.${' '.repeat(145)}.` },
      'The last run is more than 12 h ago and forgotten, so one bad run is enough this time.',
    ],
  ])('%j says: %s', (series, memory) => {
    expect(lastOf(runs(series)).memory).toBe(memory);
  });
});

test('runs of a clock that was ahead count for nothing, and any order will do', () => {
  const all = runs({ 'held-mail': '.X.X' });
  const [now] = all.slice(-1);
  if (now === undefined) throw new Error('there is no run');
  const ahead = runs({ 'held-mail': 'XXXXX' }).map((run) => ({ ...run, at: at(minuteOf(run.at) + 100_000) }));
  const earlier = [...ahead, ...all.slice(0, -1).toReversed()];
  const damped = dampChecks(resultsOf(now), { policy: DEFAULT_CHECK_POLICY, earlier, now: now.at });
  expect(damped).toEqual(lastOf(all));
});

test('a check of its own rule goes by that', () => {
  const { checks } = DEFAULT_CHECK_POLICY;
  const rule = { bad: 1, of: 1, good: 1, goodMinutes: 0 };
  const policy = { checks: { ...checks, 'expiring-mail': { ...checks['expiring-mail'], for: rule } } };
  const series = { 'expiring-mail': '..X', 'held-mail': '..X' };
  const levels = lastOf(runs(series), policy).checks.map(({ id, level }) => [id, level]);
  expect(levels).toEqual([
    ['expiring-mail', 'critical'],
    ['held-mail', 'ok'],
  ]);
  const after = lastOf(runs({ 'expiring-mail': '..X.' }), policy).checks;
  expect(after[0]?.level).toBe('ok');
});
