import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { counted, mostFor, quotaRules, waitForNextMs } from '#mailflow/quota/rolling-window.js';

describe('what a tenant may be asked', () => {
  test.each([
    [100, 90, 15, 'the usual'],
    [500, 450, 75, 'a tenant that has more'],
    [11, 9, 1, 'nine tenths, rounded down'],
    [5, 4, 0, 'too few to keep one back'],
    [1, 1, 0, 'one is better than none'],
  ])('of %i requests %i are used and %i kept for people: %s', (service, limit, reserve) => {
    const rules = quotaRules(service);
    expect({ limit: mostFor(rules, true), reserve: limit - mostFor(rules, false) }).toEqual({
      limit,
      reserve,
    });
  });
});

describe('a wait', () => {
  const rules = { limit: 4, reserve: 1, windowMs: 100, wayMs: 0 };
  const NOW = 1000;

  test.each<[string, number[], boolean, number]>([
    ['nobody asked', [], true, 0],
    ['one is left', [900, 950, 990], true, 0],
    ['the last one is for people', [900, 950, 990], false, 1],
    ['both ends of the window count', [900, 950, 960, 970], true, 1],
    ['the oldest has just left it', [899, 950, 960, 970], true, 0],
    ['until the oldest leaves', [940, 950, 960, 970], true, 41],
    ['until there is more than the reserve', [940, 950, 960, 970], false, 51],
    ['others were allowed more and used it', [940, 950, 960, 970, 980, 990], true, 61],
    ['in no order', [970, 940, 960, 950], true, 41],
    ['all at once', [1000, 1000, 1000, 1000], true, 101],
    ['stamped before the clock was put back: as if now', [5000, 9000, 1_000_000, 1e12], true, 101],
  ])('%s', (_why, atMs, isAttended, waitMs) => {
    expect(waitForNextMs(atMs, rules, { isAttended, nowMs: NOW })).toBe(waitMs);
  });

  test('is longer by what a request may be under way', () => {
    const slow = { ...rules, wayMs: 7 };
    expect(waitForNextMs([940, 950, 960, 970], slow, { isAttended: true, nowMs: NOW })).toBe(48);
  });
});

/** Some ask as people, some are asked by nobody; between them time passes. */
const steps = fc.array(fc.record({ passedMs: fc.integer({ min: 0, max: 120 }), isAttended: fc.boolean() }), {
  maxLength: 200,
});

describe('any order of askers', () => {
  test('never has more than the limit in any window, nor more than its share while nobody watches', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        steps,
        (limit, kept, asked) => {
          const rules = { limit, reserve: Math.min(kept, limit - 1), windowMs: 300, wayMs: 0 };
          let nowMs = 0;
          let granted: readonly number[] = [];
          for (const { passedMs, isAttended } of asked) {
            nowMs += passedMs;
            const waitMs = waitForNextMs(granted, rules, { isAttended, nowMs });
            if (waitMs > 0) {
              // No sooner, and then at once.
              expect(waitForNextMs(granted, rules, { isAttended, nowMs: nowMs + waitMs - 1 })).toBe(1);
              nowMs += waitMs;
              expect(waitForNextMs(granted, rules, { isAttended, nowMs })).toBe(0);
            }
            const inWindow = granted.filter((at) => at >= nowMs - rules.windowMs).length;
            expect(inWindow).toBeLessThan(mostFor(rules, isAttended));
            granted = [...granted, nowMs];
          }
          for (const start of granted) {
            const within = granted.filter((at) => at >= start && at <= start + rules.windowMs);
            expect(within.length).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });

  test('whatever the stamps are, nobody waits longer than the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), fc.boolean(), (atMs, nowMs, isAttended) => {
        const rules = { limit: 3, reserve: 1, windowMs: 300, wayMs: 5 };
        const waitMs = waitForNextMs(atMs, rules, { isAttended, nowMs });
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(306);
        expect(counted(atMs, rules, nowMs).every((at) => at <= nowMs && at >= nowMs - 305)).toBe(true);
      }),
    );
  });
});
