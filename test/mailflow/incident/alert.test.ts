import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ALERT_RULES, alertOf, standingOf } from '#mailflow/incident/alert.js';
import type { AlertState } from '#mailflow/incident/assessment.js';
import { judgedLook } from '#mailflow/incident/judged-look.js';
import type { SignalName } from '#mailflow/incident/signal.js';

import { at, looks, minuteOf } from './looks-as-letters.js';

describe('the state of the alert', () => {
  test.each<[string, AlertState['state'], number, string]>([
    ['.', 'closed', 0, 'a good look'],
    ['X', 'closed', 0, 'one bad look wakes nobody'],
    ['XX', 'closed', 0, 'nor do two'],
    ['XXX', 'open', 10, 'the third does'],
    ['wXw', 'open', 10, 'a warning is bad as well'],
    ['X.X.X', 'open', 20, 'three of five'],
    ['X..X.X', 'closed', 0, 'three of six are not'],
    ['X?X?X', 'open', 20, 'a look that could not tell is not counted'],
    ['?????????X', 'closed', 0, 'nor does it open'],
    ['A', 'open', 0, 'two signals that do not rest on the same'],
    ['...A', 'open', 15, 'whatever was before'],
    ['XXX....', 'open', 10, 'four good looks do not close it'],
    ['XXX.....', 'closed', 35, 'five do'],
    ['XXX....X....', 'open', 10, 'and begin anew after a bad one'],
    ['XXX..??...', 'closed', 45, 'those that could not tell are passed over'],
    ['XXX?????', 'open', 10, 'and close nothing'],
    ['XXX.....X', 'closed', 35, 'what opened it is used up'],
    ['.????????????', 'closed', 0, 'what was known holds for an hour'],
    ['.?????????????', 'unknown', 65, 'and no longer'],
    ['.????????????????', 'unknown', 65, 'it turns once'],
    ['XXX?????????????', 'unknown', 75, 'an open one as well'],
    ['XXX?????????????X', 'open', 10, 'which then goes on: it is the same alert'],
    ['XXX?????????????.', 'open', 10, 'until good looks close it'],
    ['.?????????????.', 'closed', 0, 'as does a closed one'],
    ['?', 'unknown', 0, 'nothing was ever known'],
    ['?.', 'closed', 0, 'until it is'],
    [`XXX${' '.repeat(143)}.`, 'open', 10, 'it waits for twelve hours'],
    [`XXX${' '.repeat(144)}.`, 'closed', 735, 'and begins anew after them'],
    [`XX${' '.repeat(145)}X`, 'closed', 735, 'bad looks of yesterday do not add up with one of today'],
  ])('%s → %s since minute %i', (letters, state, since, why) => {
    const alert = alertOf(looks(letters));
    expect(alert && [alert.state, minuteOf(alert.since)], why).toEqual([state, since]);
  });

  test('five good looks within ten minutes are too quick', () => {
    expect(alertOf(looks('XXX.....', 2))?.state).toBe('open');
    expect(alertOf(looks('XXX......', 2))?.state).toBe('closed');
  });

  test('none without looks', () => {
    expect(alertOf([])).toBeNull();
  });

  test.each<[readonly SignalName[], boolean, string]>([
    [['trace', 'health'], true, 'the mail, and what Microsoft says'],
    [['trace', 'reach'], true, 'the mail, and what we tried'],
    [['health', 'sign-in'], true, 'what Microsoft says, and what we tried'],
    [['trace', 'looks'], false, 'both are counts of the same mail'],
    [['health', 'status-page'], false, 'Microsoft says both'],
    [['sign-in', 'reach'], false, 'both are our own tries from one place'],
    [['trace'], false, 'one is one'],
    [['trace', 'trace'], false, 'told twice it is still one'],
  ])('%j agree: %s', (badSignals, isOpen, why) => {
    const look = { at: at(0), level: 'critical', badSignals, counts: null } as const;
    const alert = alertOf([judgedLook(look)]);
    expect(alert?.state, why).toBe(isOpen ? 'open' : 'closed');
  });

  test('looks of a clock that was ahead are left out, and any order will do', () => {
    const [first, ...rest] = looks('..XX');
    const ahead = looks('XXX').map((look) => ({ ...look, at: at(1_000_000) }));
    const shuffled = [
      ...ahead,
      ...rest.slice(0, -1).toReversed(),
      ...(first ? [first] : []),
      ...rest.slice(-1),
    ];
    expect(alertOf(shuffled)).toEqual(alertOf(looks('..XX')));
  });

  test.each<[string, string]>([
    ['..', '0 of the last 2 looks were bad; 3 of 5 open it'],
    ['.......X', '1 of the last 5 looks was bad; 3 of 5 open it'],
    ['X', '1 of the last 1 look was bad; 3 of 5 open it'],
    ['XX.X', '3 of the last 4 looks were bad'],
    ['A', 'independent signals agree'],
    ['XXX.', '1 good look running; 5 over 10 minutes close it'],
    ['XXX..', '2 good looks running; 5 over 10 minutes close it'],
    ['?', 'no look could tell so far'],
    ['XXX?????????????', 'no look could tell for 65 minutes; before that the alert was open'],
    ['X.X.X.X.X', '3 of the last 5 looks were bad; they change too often to tell each change'],
  ])('%s says: %s', (letters, says) => {
    expect(alertOf(looks(letters))?.says).toBe(says);
  });

  test.each<[string, boolean, string]>([
    ['X.X.X.X.', false, 'eight looks are too few to tell'],
    ['X.X.X.X.X', true, 'nine are enough'],
    ['X.X.X.XXX', false, 'three quarters of so few are not enough'],
    ['XX..XX..XX..XX..XX..X', false, 'half of a full window is not more than half'],
    ['X.XX..XX..XX..XX..XX.', true, 'one more is'],
    [`X.X.X.X.X${'.'.repeat(16)}`, true, 'it goes on until a quarter'],
    [`X.X.X.X.X${'.'.repeat(17)}`, false, 'less than that ends it'],
    ['?.?.?.?.?', true, 'a source that comes and goes flaps'],
  ])('%s flaps: %s', (letters, isFlapping, why) => {
    expect(alertOf(looks(letters))?.isFlapping, why).toBe(isFlapping);
  });

  test('bad looks that follow good ones are found at the third at the latest', () => {
    const before = fc
      .array(fc.constantFrom('.', '?', 'X'), { maxLength: 60 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(
        before,
        fc.array(fc.constantFrom('w', 'X', 'A'), { minLength: 3, maxLength: 9 }),
        (past, bad) => {
          expect(alertOf(looks(past + bad.join('')))?.state).toBe('open');
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each<[string, Partial<typeof ALERT_RULES>, string, string]>([
    ['X', { opensAtFirst: true }, 'open', 'no other look could tell'],
    ['?X', { opensAtFirst: true }, 'closed', 'there was one before'],
    ['.X', { opensAtFirst: true }, 'closed', 'there was a good one before'],
    [`.${' '.repeat(145)}X`, { opensAtFirst: true }, 'open', 'what was before is forgotten'],
    ['X.', { opensAtFirst: true }, 'open', 'what opened so needs as many good looks to close'],
    ['X.....', { opensAtFirst: true }, 'closed', 'which then close it'],
    ['X', { openBad: 1, openOf: 1 }, 'open', 'a rule of one look'],
    ['XX', { openBad: 2, openOf: 2 }, 'open', 'of two'],
    ['X.X', { openBad: 2, openOf: 2 }, 'closed', 'which must follow each other'],
    ['X.', { openBad: 1, openOf: 1, closeGood: 1, closeMinutes: 0 }, 'closed', 'and one good look ends it'],
  ])('%s under %j is %s: %s', (letters, rules, state, why) => {
    expect(alertOf(looks(letters), { ...ALERT_RULES, ...rules })?.state, why).toBe(state);
  });

  test.each<[string, 'open' | 'closed', 'warning' | 'critical' | null, string]>([
    ['XXw', 'open', 'warning', 'as bad as the last bad look'],
    ['XXw..', 'open', 'warning', 'good ones that do not close it change nothing'],
    ['wwX??', 'open', 'critical', 'nor do those that cannot tell'],
    ['XXX?????????????', 'open', 'critical', 'however long they are'],
    ['XXX.....', 'closed', null, 'until it closes'],
  ])('%s is known as %s and %s: %s', (letters, known, badLevel, why) => {
    expect(standingOf(looks(letters)), why).toMatchObject({ known, badLevel });
  });
});
