/** What every place promises where runs of the checks are kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CheckRun, CheckRunHistory, CheckRunRules } from '#mailflow/check/check-run.js';

export interface OpenedCheckRunHistory {
  readonly runsOf: (policy: string) => CheckRunHistory;
  /** Of another tenant in the same place. */
  readonly otherRunsOf: (policy: string) => CheckRunHistory;
  readonly close: () => Promise<void>;
}

/** The rules of the place that is opened. */
export const FEW_RUNS: CheckRunRules = { keptDays: 14, mostRuns: 30 };

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const DAY = 24 * 60;
const at = (minutes: number): Date => new Date(NOON_MS + minutes * 60_000);

export function checkRunAt(
  minutes: number,
  seen: CheckRun['seenById'] = new Map([['held-mail', 'ok']]),
): CheckRun {
  return { at: at(minutes), seenById: seen };
}

export function promisesOfCheckRunHistory(name: string, open: () => Promise<OpenedCheckRunHistory>): void {
  describe(`${name} as kept runs of the checks`, () => {
    let opened: OpenedCheckRunHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const keep = async (...minutes: readonly number[]): Promise<void> => {
      for (const minute of minutes) await opened.runsOf('usual').keep(checkRunAt(minute));
    };
    const minutesSince = async (from: number, policy = 'usual'): Promise<readonly number[]> =>
      (await opened.runsOf(policy).since(at(from))).map((run) => (run.at.getTime() - NOON_MS) / 60_000);

    test('none at first', async () => {
      expect(await minutesSince(-DAY)).toEqual([]);
    });

    test('runs come back as they were kept, oldest first, whatever the order of keeping', async () => {
      const runs = [
        checkRunAt(0, new Map()),
        checkRunAt(
          1,
          new Map([
            ['held-mail', 'warning'],
            ['quota', 'skipped'],
          ]),
        ),
        checkRunAt(
          2,
          new Map([
            ['a check of tomorrow', 'critical'],
            ['sign-in', 'unknown'],
          ]),
        ),
      ];
      for (const run of runs.toReversed()) await opened.runsOf('usual').keep(run);
      expect(await opened.runsOf('usual').since(at(-1))).toEqual(runs);
      expect(await opened.runsOf('usual').since(at(1))).toEqual(runs.slice(1));
    });

    test('two runs of one instant are two', async () => {
      await keep(0, 0);
      expect(await minutesSince(0)).toEqual([0, 0]);
    });

    test('another policy begins anew, and the former one is still there', async () => {
      await keep(0);
      await opened.runsOf('stricter').keep(checkRunAt(1));
      expect(await minutesSince(-DAY)).toEqual([0]);
      expect(await minutesSince(-DAY, 'stricter')).toEqual([1]);
    });

    test('tenants are apart', async () => {
      await keep(0);
      expect(await opened.otherRunsOf('usual').since(at(-DAY))).toEqual([]);
    });

    test('what is old is forgotten when so many newer runs say so', async () => {
      await keep(0);
      await opened.otherRunsOf('usual').keep(checkRunAt(1));
      const later = Array.from({ length: 20 }, (_, index) => 15 * DAY + index);
      await keep(...later);
      expect(await minutesSince(-DAY)).toEqual(later);
      expect(await opened.otherRunsOf('usual').since(at(-DAY))).toEqual([]);
    });

    test('one run of a clock that is years ahead makes nobody forget', async () => {
      await keep(0, 1, 2000 * DAY, 2);
      expect(await minutesSince(-DAY)).toEqual([0, 1, 2, 2000 * DAY]);
    });

    test('of too many the oldest fifth is forgotten at once, whatever their clock said', async () => {
      const runs = Array.from({ length: FEW_RUNS.mostRuns }, (_, index) => index);
      await keep(2000 * DAY, ...runs.slice(1));
      expect(await minutesSince(-DAY)).toHaveLength(30);
      await keep(30);
      expect(await minutesSince(-DAY)).toEqual([...runs.slice(7), 30]);
    });
  });
}
