import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type CoveredSpan,
  DEFAULT_SETTLING,
  type PageRead,
  provenBy,
  settledSpans,
  SETTLING_BY_STATUS,
  settlingFor,
  watermarkOf,
  withCovered,
} from '#mailflow/trace/coverage.js';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const at = (time: string): Date => new Date(`2026-06-02T${time}Z`);
const told = (date: Date | number | null): string =>
  date === null ? 'never' : new Date(date).toISOString().slice(11, 23).replace('.000', '');

describe('what a page proves', () => {
  const page = (facts: Partial<PageRead>): PageRead => ({
    window: { from: at('08:00:00'), to: at('12:00:00') },
    beganAt: at('12:00:10'),
    oldest: at('11:00:00'),
    isLast: false,
    ...facts,
  });

  test.each<[string, Partial<PageRead>, string, string]>([
    ['the seconds after the oldest row', {}, '11:00:01 to 12:00:00.001', '08:00:00 to 11:00:01'],
    [
      'of a second with a fraction nothing',
      { oldest: at('11:00:00.999') },
      '11:00:01 to 12:00:00.001',
      '08:00:00 to 11:00:01',
    ],
    [
      'nothing, when all of it is of the last second',
      { oldest: at('12:00:00') },
      '',
      '08:00:00 to 12:00:00.001',
    ],
    ['nothing, when there is no row and more follows', { oldest: null }, '', '08:00:00 to 12:00:00.001'],
    ['everything, when nothing follows', { isLast: true }, '08:00:00 to 12:00:00.001', ''],
    [
      'everything, when there is no row at all',
      { isLast: true, oldest: null },
      '08:00:00 to 12:00:00.001',
      '',
    ],
    ['nothing of what lay ahead', { isLast: true, beganAt: at('11:30:00') }, '08:00:00 to 11:30:00.001', ''],
    ['nothing, when all lay ahead', { isLast: true, beganAt: at('07:00:00') }, '', ''],
    ['the window, whatever older row comes', { oldest: at('07:00:00') }, '08:00:00 to 12:00:00.001', ''],
  ])('%s', (_, facts, complete, partial) => {
    const spans = provenBy(page(facts));
    const of = (state: CoveredSpan['state']): string =>
      spans
        .filter((span) => span.state === state)
        .map(({ fromMs, endMs }) => `${told(fromMs)} to ${told(endMs)}`)
        .join();
    expect([of('complete'), of('partial')]).toEqual([complete, partial]);
    expect(new Set(spans.map(({ observedAtMs }) => observedAtMs)).size).toBeLessThanOrEqual(1);
  });
});

describe('what is covered', () => {
  const covered = fc
    .record({
      fromMs: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 1, max: 10 }),
      observedAtMs: fc.integer({ min: 0, max: 4 }),
      state: fc.constantFrom<CoveredSpan['state'][]>('complete', 'partial'),
    })
    .map(({ fromMs, length, ...rest }): CoveredSpan => ({ fromMs, endMs: fromMs + length, ...rest }));

  /** Each instant with the best that is known of it. */
  function best(spans: readonly CoveredSpan[], instant: number): string | undefined {
    return spans
      .filter(({ fromMs, endMs }) => instant >= fromMs && instant < endMs)
      .map(({ state, observedAtMs }) => `${state === 'complete' ? 1 : 0} ${observedAtMs}`)
      .toSorted()
      .at(-1);
  }

  test('is for each instant the best reading, in whichever order they come, without doubles', () => {
    fc.assert(
      fc.property(fc.array(covered, { maxLength: 8 }), (readings) => {
        const known = readings.reduce<readonly CoveredSpan[]>(withCovered, []);
        for (let instant = 0; instant <= 31; instant += 1) {
          const holding = known.filter(({ fromMs, endMs }) => instant >= fromMs && instant < endMs);
          expect(holding.length).toBeLessThanOrEqual(1);
          expect(best(known, instant)).toBe(best(readings, instant));
        }
        expect(readings.toReversed().reduce<readonly CoveredSpan[]>(withCovered, [])).toEqual(known);
        expect([...readings, ...readings].reduce<readonly CoveredSpan[]>(withCovered, [])).toEqual(known);
      }),
    );
  });
});

describe('what is settled', () => {
  const span = (from: number, end: number, observed: number): CoveredSpan => ({
    fromMs: NOON_MS + from * HOUR_MS,
    endMs: NOON_MS + end * HOUR_MS,
    observedAtMs: NOON_MS + observed * HOUR_MS,
    state: 'complete',
  });
  const hours = (ms: number): number => Math.round(((ms - NOON_MS) / HOUR_MS) * 100) / 100;

  test.each<[string, readonly CoveredSpan[], number, readonly (readonly [number, number])[]]>([
    ['what was four hours old when it was read', [span(-10, 0, 0)], 0, [[-10, -4]]],
    ['it stays so for a day', [span(-10, 0, 0)], 13, [[-10, -4]]],
    [
      'what is a day old by now, and was not when it was read, is due once more',
      [span(-10, 0, 0)],
      16,
      [[-8, -4]],
    ],
    ['after that it is settled for good', [span(-10, 0, 24)], 1000, [[-10, 0]]],
    ['what was old enough is never due', [span(-60, -30, 0)], 1000, [[-60, -30]]],
    ['what was read too young, however long ago', [span(-3, 0, 0)], 1000, []],
    ['two readings side by side', [span(-10, -8, -4), span(-8, -6, 0)], 0, [[-10, -6]]],
    ['a reading that was not finished', [{ ...span(-10, 0, 0), state: 'partial' }], 0, []],
    ['a clock that went back changes nothing', [span(-10, 0, 0)], -5, [[-10, -4]]],
  ])('%s', (_, covered, now, expected) => {
    const settled = settledSpans(covered, DEFAULT_SETTLING, NOON_MS + now * HOUR_MS);
    expect(settled.map(({ fromMs, endMs }) => [hours(fromMs), hours(endMs)])).toEqual(expected);
  });

  test('an instant that was exactly old enough is settled, the next one is not', () => {
    const [settled] = settledSpans([span(-10, 0, 0)], DEFAULT_SETTLING, NOON_MS);
    expect(settled?.endMs).toBe(NOON_MS - 4 * HOUR_MS + 1);
  });

  test.each<[why: string, late: number | null, each: number, once: number]>([
    ['not measured', null, 4, 24],
    ['nothing comes late', 0, 4, 24],
    ['within what is allowed for', 3.5, 4, 24],
    ['later than allowed for', 6, 6, 24],
    ['later than a day', 30, 30, 30],
    ['no more than two days', 72, 48, 48],
  ])('rows that come late widen it: %s, %d hours', (_, late, each, once) => {
    const settling = settlingFor(late === null ? null : late * HOUR_MS);
    expect(settling).toEqual({ eachTimeMs: each * HOUR_MS, onceMoreMs: once * HOUR_MS });
  });

  test('a list by status says nothing for later before two days', () => {
    expect(settledSpans([span(-60, 0, 0)], SETTLING_BY_STATUS, NOON_MS)).toEqual([
      { fromMs: NOON_MS - 60 * HOUR_MS, endMs: NOON_MS - 48 * HOUR_MS + 1 },
    ]);
  });

  test.each<[string, readonly CoveredSpan[], string, string]>([
    ['data until the reading, settled until four hours before', [span(-10, 0, 0)], '11:59:59', '08:00:00'],
    ['a hole ends both', [span(-10, -9, 0), span(-8, 0, 0)], '02:59:59', '02:59:59'],
    ['pieces are put together', [span(-10, -8, 0), span(-8, 0, 0)], '11:59:59', '08:00:00'],
    ['nothing at the start is nothing at all', [span(-9, 0, 0)], 'never', 'never'],
    ['read young', [span(-10, 0, -9)], '03:00:00', 'never'],
    ['due once more is no hole', [span(-10, 0, 0), span(-60, -10, -20)], '11:59:59', '08:00:00'],
  ])('the marks: %s', (_, covered, dataUntil, settledUntil) => {
    const marks = watermarkOf(covered, at('02:00:00'), DEFAULT_SETTLING);
    const shown = [told(marks.dataUntil), told(marks.settledUntil)].map((time) => time.slice(0, 8));
    expect(shown).toEqual([dataUntil, settledUntil]);
  });
});
