import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Notice, noticesOf } from '#mailflow/incident/notices.js';

import { looks, minuteOf } from './looks-as-letters.js';

const told = (notices: readonly Notice[]): readonly string[] =>
  notices.map(({ kind, at: when }) => `${kind} ${minuteOf(when)}`);

describe('what a person is told', () => {
  test.each<[string, readonly string[], string]>([
    ['.....', [], 'nothing on a calm day'],
    ['..X..X...', [], 'nor on one with a few bad looks'],
    ['..XXXXXX.......', ['open 20', 'close 60'], 'one open, one close'],
    ['..XX.XX.XXX......', ['open 25', 'close 75'], 'though it recovers for a moment'],
    ['?????????????????', ['unknown 65'], 'that nothing can be told, once'],
    ['XXX??????????????XX', ['open 10'], 'nobody who was told of trouble is told that it cannot be seen'],
    ['XXX??????????????.....', ['open 10', 'close 105'], 'but of its end'],
    [`XXX${'?'.repeat(70)}`, ['open 10', 'unknown 310'], 'unless that stays so'],
    [`XXX${'?'.repeat(70)}.....`, ['open 10', 'unknown 310', 'close 385'], 'and then of its end as well'],
    [`${'?'.repeat(14)}XXX.....`, ['unknown 65', 'open 80'], 'an end that would be the third change waits'],
    [`${'?'.repeat(14)}XXX${'.'.repeat(60)}`, ['unknown 65', 'open 80', 'close 380'], 'for a calm'],
    [
      `XXX.....XXX${'.'.repeat(9)}`,
      ['open 10', 'close 35', 'flapping 50'],
      'what opens again soon comes and goes',
    ],
    [`XXX.....XXX${'.'.repeat(9)}XXX....XXX`, ['open 10', 'close 35', 'flapping 50'], 'and is told no more'],
    [`wwwww${'X'.repeat(3)}${'.'.repeat(9)}`, ['open 10', 'worse 25'], 'what was a warning and is critical'],
    [
      `wwwww${'X'.repeat(3)}${'.'.repeat(60)}`,
      ['open 10', 'worse 25', 'close 335'],
      'and its end with the next calm',
    ],
    [`XXXwwwXXX${'.'.repeat(9)}`, ['open 10', 'close 65'], 'what was critical before is no news'],
    [`XXX.....${'.'.repeat(62)}XXX`, ['open 10', 'close 35', 'open 360'], 'after a calm it is told again'],
    [
      'X'.repeat(110),
      ['open 10', 'still-open 295', 'still-open 535'],
      'one that goes on, each four hours from its first calm on',
    ],
    ['X.X.X.X.X.X.X.X', ['open 20', 'flapping 40'], 'what comes and goes, once'],
    [
      `X.X.X.X.X${'.'.repeat(60)}`,
      ['open 20', 'flapping 40', 'close 340'],
      'and its end, when it has settled',
    ],
  ])('%s', (letters, expected, why) => {
    expect(told(noticesOf(looks(letters))), why).toEqual(expected);
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

  test('of one incident there is one open and one close at most, whatever blips are in it', () => {
    // Blips are short of what would close it, and end with what keeps it open.
    const outage = fc
      .array(fc.constantFrom('X', 'XX', 'wA', '.X', '..X', '?X', '.?.wX'), { maxLength: 40 })
      .map((parts) => `XXX${parts.join('')}`);
    const quiet = fc.integer({ min: 65, max: 100 }).map((length) => '.'.repeat(length));
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

  test('between two calms there are three notices at most, whatever happens', () => {
    const restless = fc
      .array(fc.tuple(fc.constantFrom(...LETTERS), fc.integer({ min: 1, max: 59 })), { maxLength: 60 })
      .map((parts) =>
        withoutRepeats(parts)
          .map(([letter, times]) => letter.repeat(times))
          .join(''),
      );
    fc.assert(
      fc.property(restless, fc.integer({ min: 1, max: 90 }), (letters, everyMinutes) => {
        expect(noticesOf(looks(letters, everyMinutes)).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 300 },
    );
  });

  /** Neighbours of one kind would run together into a calm. */
  function withoutRepeats(parts: readonly [string, number][]): readonly [string, number][] {
    return parts.filter(([letter], index) => {
      const before = parts[index - 1];
      return before === undefined || !isSameKind(letter, before[0]);
    });
  }

  test('what goes on is told at least four hours apart, and so is that nothing can be told', () => {
    const series = fc
      .array(fc.constantFrom(...LETTERS, 'X'.repeat(60), '?'.repeat(60)), { maxLength: 60 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 90 }), (letters, everyMinutes) => {
        const notices = noticesOf(looks(letters, everyMinutes));
        const minutesOf = (kinds: readonly Notice['kind'][]): readonly number[] =>
          notices.filter(({ kind }) => kinds.includes(kind)).map((notice) => minuteOf(notice.at));
        const unknown = minutesOf(['unknown']);
        for (const [index, minute] of unknown.slice(1).entries())
          expect(minute - (unknown[index] ?? 0)).toBeGreaterThanOrEqual(240);
        const open = minutesOf(['open', 'worse', 'still-open']);
        for (const minute of minutesOf(['still-open'])) {
          const before = open.findLast((other) => other < minute) ?? -Infinity;
          expect(minute - before).toBeGreaterThanOrEqual(240);
        }
      }),
      { numRuns: 200 },
    );
  });
});
