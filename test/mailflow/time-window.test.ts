import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { settledUntil, slicesOf, touchesUnsettled, wholeSeconds } from '#mailflow/time-window.js';

const at = (time: string): Date => new Date(`2026-06-02T${time}Z`);
const window = (from: string, to: string) => ({ from: at(from), to: at(to) });

test('bounds are rounded outward to whole seconds, so that no row falls out', () => {
  expect(wholeSeconds({ from: at('10:00:00.900'), to: at('11:00:00.100') })).toEqual(
    window('10:00:00', '11:00:01'),
  );
  expect(wholeSeconds(window('10:00:00', '11:00:00'))).toEqual(window('10:00:00', '11:00:00'));
});

describe('settledUntil', () => {
  test.each([
    ['12:00:00', '11:45:00', 'a quarter of an hour before now'],
    ['13:00:00', '12:00:00', 'the end of a window that is long over'],
    ['10:05:00', '10:00:00', 'the start of a window that has just begun'],
  ])('seen at %s it is %s: %s', (now, expected) => {
    expect(settledUntil(window('10:00:00', '12:00:00'), at(now))).toEqual(at(expected));
  });
});

test.each([
  ['12:00:00', true, 'the window ends now'],
  ['12:14:59', true, 'a second short of a quarter of an hour'],
  ['12:15:00', false, 'a quarter of an hour later all is visible'],
])('seen at %s the window touches unsettled time: %s: %s', (now, expected) => {
  expect(touchesUnsettled(window('10:00:00', '12:00:00'), at(now))).toBe(expected);
});

describe('slicesOf', () => {
  const day = (number: number): Date => new Date(Date.UTC(2026, 5, number));

  test('newest first, neighbours share an instant', () => {
    expect(slicesOf({ from: day(1), to: day(26) }, 10)).toEqual([
      { from: day(16), to: day(26) },
      { from: day(6), to: day(16) },
      { from: day(1), to: day(6) },
    ]);
  });

  test('a window of exactly ten days is one slice', () => {
    expect(slicesOf({ from: day(1), to: day(11) }, 10)).toEqual([{ from: day(1), to: day(11) }]);
  });

  test('slices cover the window without a hole, none longer than asked', () => {
    const minutes = fc.integer({ min: 1, max: 90 * 24 * 60 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 10 }), (span, days) => {
        const whole = { from: day(1), to: new Date(day(1).getTime() + span * 60_000) };
        const slices = slicesOf(whole, days);
        expect(slices[0]?.to).toEqual(whole.to);
        expect(slices.at(-1)?.from).toEqual(whole.from);
        for (const [index, slice] of slices.entries()) {
          expect(slice.to.getTime() - slice.from.getTime()).toBeLessThanOrEqual(days * 86_400_000);
          if (index > 0) expect(slice.to).toEqual(slices[index - 1]?.from);
        }
      }),
    );
  });
});
