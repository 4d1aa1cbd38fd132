/** What every request ledger promises, whether it counts for one process or for all. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import type { QuotaRules } from '#mailflow/quota/rolling-window.js';

import { type WallClock, wallClock } from '../fakes/wall-clock.js';

export interface OpenedLedger {
  readonly ledger: RequestLedger;
  readonly close: () => void | Promise<void>;
}

export type OpenLedger = (asked: {
  readonly clock: WallClock;
  readonly rules: QuotaRules;
  readonly isAttended: boolean;
}) => OpenedLedger | Promise<OpenedLedger>;

export const RULES: QuotaRules = { limit: 6, reserve: 2, windowMs: 300_000, wayMs: 900 };
const COUNTED_MS = 300_900;
export const START = '2026-06-02T17:30:00Z';

export function promisesOfRequestLedger(name: string, open: OpenLedger): void {
  describe(`a request ledger: ${name}`, () => {
    let clock = wallClock(START);
    let opened: OpenedLedger[] = [];

    const openOne = async (isAttended = true, rules = RULES): Promise<RequestLedger> => {
      const one = await open({ clock, rules, isAttended });
      opened.push(one);
      return one.ledger;
    };
    const takeMany = async (ledger: RequestLedger, count: number): Promise<number> => {
      let granted = 0;
      for (let n = 0; n < count; n += 1) granted += (await ledger.take()).granted ? 1 : 0;
      return granted;
    };

    beforeEach(() => {
      clock = wallClock(START);
      opened = [];
    });
    afterEach(async () => {
      for (const { close } of opened) await close();
    });

    test.each([
      ['a person', true, 6],
      ['nobody', false, 4],
    ])(
      'grants what there is for %s, and then says how long there is none',
      async (_who, isAttended, most) => {
        const ledger = await openOne(isAttended);
        expect([ledger.left(), await takeMany(ledger, 9), ledger.left()]).toEqual([most, most, 0]);
        expect(await ledger.take()).toEqual({ granted: false, waitMs: COUNTED_MS + 1, because: 'budget' });
        clock.pass(COUNTED_MS);
        expect(await ledger.take()).toEqual({ granted: false, waitMs: 1, because: 'budget' });
        clock.pass(1);
        expect(await ledger.take()).toEqual({ granted: true });
      },
    );

    test('what is asked at once is counted one by one', async () => {
      const ledger = await openOne();
      const grants = await Promise.all(Array.from({ length: 9 }, () => ledger.take()));
      expect(grants.filter(({ granted }) => granted)).toHaveLength(6);
    });

    test.each([0, 1, 41, 315, 3600])(
      'a pause of %i s is kept to the last millisecond, and no longer',
      async (seconds) => {
        const ledger = await openOne();
        const ms = seconds * 1000;
        await ledger.pauseFor(ms);
        if (seconds > 0) {
          expect(await ledger.take()).toEqual({ granted: false, waitMs: ms, because: 'pause' });
          expect(ledger.left()).toBe(0);
          clock.pass(ms - 1);
          expect(await ledger.take()).toEqual({ granted: false, waitMs: 1, because: 'pause' });
          clock.pass(1);
        }
        expect(await ledger.take()).toEqual({ granted: true });
      },
    );

    test.each([
      ['a shorter one changes nothing', 60_000, 5000, 60_000],
      ['a longer one counts', 5000, 60_000, 60_000],
    ])('of two pauses %s', async (_why, first, second, waitMs) => {
      const ledger = await openOne();
      await ledger.pauseFor(first);
      await ledger.pauseFor(second);
      expect(await ledger.take()).toEqual({ granted: false, waitMs, because: 'pause' });
    });

    test('one pause after another, each of the same length, is kept each time', async () => {
      const ledger = await openOne();
      for (let n = 0; n < 3; n += 1) {
        await ledger.pauseFor(41_000);
        expect(await ledger.take()).toMatchObject({ waitMs: 41_000 });
        clock.pass(41_000);
        expect(await ledger.take()).toEqual({ granted: true });
      }
    });

    test('never grants more than the limit in any window of real time', async () => {
      const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(gaps, async (passing) => {
          clock = wallClock(START);
          const ledger = await openOne(true, { ...RULES, limit: 3, reserve: 0 });
          const grantedAt: number[] = [];
          for (const ms of passing) {
            clock.pass(ms);
            if ((await ledger.take()).granted) grantedAt.push(clock.monotonicMs());
          }
          for (const at of grantedAt)
            expect(
              grantedAt.filter((other) => other >= at && other <= at + 300_000).length,
            ).toBeLessThanOrEqual(3);
        }),
        { numRuns: 15 },
      );
    });
  });
}
