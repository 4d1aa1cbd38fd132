import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ALERT_RULES, alertOf, type JudgedRun, standingOf } from '#mailflow/incident/alert.js';
import type { AlertState } from '#mailflow/incident/assessment.js';
import { judgedLook } from '#mailflow/incident/judged-look.js';
import type { Look } from '#mailflow/incident/look.js';
import { type Notice, noticesOf } from '#mailflow/incident/notices.js';
import type { SignalName } from '#mailflow/incident/signal.js';

const START_MS = Date.parse('2026-06-02T12:00:00Z');
const at = (minutes: number): Date => new Date(START_MS + minutes * 60_000);
const minuteOf = (date: Date): number => (date.getTime() - START_MS) / 60_000;

/**
 * Looks as letters, one each so many minutes: `.` good, `w` warning, `X` critical, `A` two signals agree, `?` could not
 * tell, a blank is a look that nobody took.
 */
function looks(letters: string, everyMinutes = 5): readonly JudgedRun[] {
  return Array.from(letters).flatMap((letter, index) => {
    const look = LOOK_BY_LETTER[letter];
    return look === undefined ? [] : [judgedLook({ ...look, at: at(index * everyMinutes), counts: null })];
  });
}

const LOOK_BY_LETTER: Readonly<Record<string, Pick<Look, 'level' | 'badSignals'>>> = {
  '.': { level: 'ok', badSignals: [] },
  w: { level: 'warning', badSignals: ['trace'] },
  X: { level: 'critical', badSignals: ['health'] },
  A: { level: 'critical', badSignals: ['trace', 'health'] },
  '?': { level: 'unknown', badSignals: [] },
};

const told = (notices: readonly Notice[]): readonly string[] =>
  notices.map(({ kind, at: when }) => `${kind} ${minuteOf(when)}`);

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
});

describe('what a person is told', () => {
  test.each<[string, readonly string[], string]>([
    ['.....', [], 'nothing on a calm day'],
    ['..X..X...', [], 'nor on one with a few bad looks'],
    ['..XXXXXX.......', ['open 20', 'close 60'], 'one open, one close'],
    ['..XX.XX.XXX......', ['open 25', 'close 75'], 'though it recovers for a moment'],
    ['?????????????????', ['unknown 65'], 'that nothing can be told, once'],
    ['XXX??????????????XX', ['open 10', 'unknown 75'], 'it goes on after that, and is no new one'],
    ['XXX??????????????.....', ['open 10', 'unknown 75', 'close 105'], 'or ends'],
    [`XXX.....XXX${'.'.repeat(9)}`, ['open 10', 'close 35'], 'what opens again soon is not told again'],
    [`XXX.....${'.'.repeat(42)}XXX`, ['open 10', 'close 35', 'open 260'], 'after four hours it is'],
    ['X'.repeat(100), ['open 10', 'still-open 250', 'still-open 490'], 'one that goes on, each four hours'],
    ['X.X.X.X.X.X.X.X', ['open 20', 'flapping 40'], 'what comes and goes, once'],
    [
      `X.X.X.X.X${'.'.repeat(30)}`,
      ['open 20', 'flapping 40', 'close 125'],
      'and its end, when it has settled',
    ],
  ])('%s', (letters, expected, why) => {
    expect(told(noticesOf(looks(letters))), why).toEqual(expected);
  });

  test('an outage whose telling was put off is told when it goes on', () => {
    const again = `XXX.....${'.'.repeat(37)}${'X'.repeat(20)}`;
    expect(told(noticesOf(looks(again)))).toEqual(['open 10', 'close 35', 'open 250']);
  });

  const LETTERS = ['.', 'w', 'X', 'A', '?'];
  const isSameKind = (one: string, other: string): boolean => kindOf(one) === kindOf(other);
  const kindOf = (letter: string): string => (['w', 'X', 'A'].includes(letter) ? 'bad' : letter);

  test('a source that flips on each of 1,000 looks is told of three times at most', () => {
    const draws = fc.array(fc.nat(), { minLength: 1000, maxLength: 1000 });
    fc.assert(
      fc.property(draws, fc.integer({ min: 1, max: 240 }), (numbers, everyMinutes) => {
        let letters = '';
        for (const number of numbers) {
          const others = LETTERS.filter((letter) => !isSameKind(letter, letters.at(-1) ?? ' '));
          letters += others[number % others.length] ?? '';
        }
        expect(noticesOf(looks(letters, everyMinutes)).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
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

  test('of one incident there is one open and one close at most, whatever blips are in it', () => {
    // Blips are short of what would close it, and end with what keeps it open.
    const outage = fc
      .array(fc.constantFrom('X', 'XX', 'wA', '.X', '..X', '?X', '.?.wX'), { maxLength: 40 })
      .map((parts) => `XXX${parts.join('')}`);
    const quiet = fc.integer({ min: 25, max: 60 }).map((length) => '.'.repeat(length));
    fc.assert(
      fc.property(quiet, outage, quiet, fc.integer({ min: 2, max: 30 }), (before, bad, afterwards, every) => {
        const kinds = noticesOf(looks(before + bad + afterwards, every)).map(({ kind }) => kind);
        const count = (kind: Notice['kind']): number => kinds.filter((each) => each === kind).length;
        expect(count('open')).toBeLessThanOrEqual(1);
        expect(count('close')).toBe(count('open'));
        expect(count('flapping')).toBeLessThanOrEqual(1);
        expect(count('open') + count('flapping')).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('what is told is at least four hours apart, of each kind', () => {
    const series = fc
      .array(fc.constantFrom(...LETTERS), { maxLength: 400 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 90 }), (letters, everyMinutes) => {
        const notices = noticesOf(looks(letters, everyMinutes));
        for (const kinds of [['open', 'still-open'], ['unknown']]) {
          const minutes = notices
            .filter(({ kind }) => kinds.includes(kind))
            .map((notice) => minuteOf(notice.at));
          for (const [index, minute] of minutes.slice(1).entries())
            expect(minute - (minutes[index] ?? 0)).toBeGreaterThanOrEqual(240);
        }
      }),
      { numRuns: 200 },
    );
  });
});
