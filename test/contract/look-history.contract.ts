/** What every place promises where looks are kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Look, LookHistory } from '#mailflow/incident/look.js';

export interface OpenedLookHistory {
  readonly history: LookHistory;
  /** Of another tenant in the same place. */
  readonly other: LookHistory;
  readonly close: () => Promise<void>;
}

/** So many looks of a tenant are kept at most in the place that is opened. */
export const MOST_LOOKS = 12;

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const DAY = 24 * 60;
const at = (minutes: number): Date => new Date(NOON_MS + minutes * 60_000);

export function lookAt(minutes: number, facts: Partial<Look> = {}): Look {
  return { at: at(minutes), level: 'ok', badSignals: [], counts: null, ...facts };
}

export function promisesOfLookHistory(name: string, open: () => Promise<OpenedLookHistory>): void {
  describe(`${name} as kept looks`, () => {
    let opened: OpenedLookHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const keep = async (...looks: readonly Look[]): Promise<void> => {
      for (const look of looks) await opened.history.keep(look);
    };
    const minutesSince = async (from: number): Promise<readonly number[]> =>
      (await opened.history.since(at(from))).map((look) => (look.at.getTime() - NOON_MS) / 60_000);

    test('none at first', async () => {
      expect(await opened.history.since(at(-DAY))).toEqual([]);
    });

    test('looks come back as they were kept, oldest first, whatever the order of keeping', async () => {
      const counts = { deliveries: 1200, held: 31, failed: 0, windowMinutes: 240.5 };
      const looks = [
        lookAt(0, { at: new Date(NOON_MS + 7) }),
        lookAt(1, { level: 'warning', badSignals: ['trace'], counts }),
        lookAt(2, { level: 'critical', badSignals: ['trace', 'health'] }),
        lookAt(3, { level: 'unknown', counts: { ...counts, deliveries: 0, held: 0 } }),
      ];
      await keep(...looks.toReversed());
      expect(await opened.history.since(at(-1))).toEqual(looks);
    });

    test('since an instant means that instant too', async () => {
      await keep(lookAt(0), lookAt(1), lookAt(2));
      expect(await minutesSince(1)).toEqual([1, 2]);
      expect(await minutesSince(2.5)).toEqual([]);
    });

    test('two looks of one instant are two', async () => {
      await keep(lookAt(0), lookAt(0, { level: 'critical' }));
      expect((await opened.history.since(at(0))).map(({ level }) => level)).toEqual(['ok', 'critical']);
    });

    test('after ninety days a look is forgotten, and not before', async () => {
      await keep(lookAt(0), lookAt(1), lookAt(90 * DAY));
      expect(await minutesSince(-DAY)).toEqual([0, 1, 90 * DAY]);
      await keep(lookAt(90 * DAY + 1));
      expect(await minutesSince(-DAY)).toEqual([1, 90 * DAY, 90 * DAY + 1]);
    });

    test('of too many the oldest are forgotten', async () => {
      const minutes = Array.from({ length: MOST_LOOKS + 3 }, (_, minute) => minute);
      await keep(...minutes.map((minute) => lookAt(minute)));
      expect(await minutesSince(0)).toEqual(minutes.slice(3));
    });

    test('tenants are kept apart', async () => {
      await keep(lookAt(0));
      expect(await opened.other.since(at(-DAY))).toEqual([]);
      for (let minute = 0; minute < MOST_LOOKS + 3; minute += 1) await opened.other.keep(lookAt(minute));
      expect(await minutesSince(-DAY)).toEqual([0]);
    });
  });
}
