import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { common, hull, intersect, isEmpty, type Span, subtract, union } from '#mailflow/trace/span.js';

const span = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -2, max: 12 }))
  .map(([fromMs, length]): Span => ({ fromMs, endMs: fromMs + length }));
const spans = fc.array(span, { maxLength: 6 });

/** The instants, one by one. */
function instants(given: readonly Span[]): ReadonlySet<number> {
  return new Set(
    given.flatMap(({ fromMs, endMs }) =>
      Array.from({ length: Math.max(0, endMs - fromMs) }, (_, index) => fromMs + index),
    ),
  );
}

function isTidy(given: readonly Span[]): boolean {
  return given.every((each, index) => {
    const next = given[index + 1];
    return !isEmpty(each) && (next === undefined || next.fromMs > each.endMs);
  });
}

describe('sets of instants', () => {
  test('agree with sets of single instants, in as few spans as will do', () => {
    fc.assert(
      fc.property(spans, spans, (some, others) => {
        const [one, other] = [instants(some), instants(others)];
        expect(instants(union([...some, ...others]))).toEqual(
          new Set([...one, ...other].toSorted((a, b) => a - b)),
        );
        expect(instants(subtract(some, others))).toEqual(minus(one, other));
        expect(new Set(instants(intersect(some, others)))).toEqual(minus(one, minus(one, other)));
        expect([union(some), subtract(some, others), intersect(some, others)].every(isTidy)).toBe(true);
      }),
    );
  });

  test('the hull holds all of them and ends with them', () => {
    fc.assert(
      fc.property(spans, (some) => {
        const [whole, all] = [hull(some), [...instants(some)]];
        expect(whole).toEqual(
          all.length === 0 ? null : { fromMs: Math.min(...all), endMs: Math.max(...all) + 1 },
        );
      }),
    );
  });

  test('what two have in common', () => {
    fc.assert(
      fc.property(span, span, (one, other) => {
        const both = common(one, other);
        const expected = minus(instants([one]), minus(instants([one]), instants([other])));
        expect(instants(isEmpty(both) ? [] : [both])).toEqual(expected);
      }),
    );
  });
});

function minus(one: ReadonlySet<number>, other: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...one].filter((instant) => !other.has(instant)));
}
