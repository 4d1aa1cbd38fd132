/** What every place promises where looks at the queue are kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { packKeys } from '#mailflow/queue/held-keys.js';
import type { QueueLook, QueueLookHistory, QueueLookRules } from '#mailflow/queue/queue-look.js';

export interface OpenedQueueLookHistory {
  readonly history: QueueLookHistory;
  /** Of another tenant in the same place. */
  readonly other: QueueLookHistory;
  readonly close: () => Promise<void>;
}

/** The rules of the place that is opened. */
export const FEW: QueueLookRules = {
  keptHours: 24,
  mostLooks: 30,
  keySets: 4,
  minutesApart: 5,
  keySetsInAll: 6,
  keysInAll: 40,
};

const NOON_MS = Date.parse('2026-06-02T12:00:00Z');
const DAY = 24 * 60;
const at = (minutes: number): Date => new Date(NOON_MS + minutes * 60_000);

/** Holds so many keys. */
export function queueLookAt(minutes: number, held = 2, facts: Partial<QueueLook> = {}): QueueLook {
  const keys = Array.from({ length: held }, (_, index) => ({
    first: 0xffff_fff0 + (index % 16),
    second: index,
    receivedAt: at(minutes - index),
    side: index % 0xffff,
  }));
  return {
    at: at(minutes),
    window: { from: at(minutes - 2 * DAY), to: at(minutes) },
    question: 'all',
    isWhole: true,
    held,
    heldByBucket: [0, held, 0, 0, 0, 0, 0],
    keys: packKeys(keys),
    ...facts,
  };
}

export function promisesOfQueueLookHistory(name: string, open: () => Promise<OpenedQueueLookHistory>): void {
  describe(`${name} as kept looks at the queue`, () => {
    let opened: OpenedQueueLookHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const keep = async (...looks: readonly QueueLook[]): Promise<void> => {
      for (const look of looks) await opened.history.keep(look);
    };
    /** Minutes of all looks, and of those whose keys are kept. */
    const minutes = async (question = 'all'): Promise<readonly [all: number[], keyed: number[]]> => {
      const looks = await opened.history.since(at(-DAY), question);
      const minuteOf = (look: QueueLook): number => (look.at.getTime() - NOON_MS) / 60_000;
      return [looks.map(minuteOf), looks.filter(({ keys }) => keys !== null).map(minuteOf)];
    };

    test('none at first', async () => {
      expect(await opened.history.since(at(-DAY), 'all')).toEqual([]);
    });

    test('looks come back as they were kept, oldest first, whatever the order of keeping', async () => {
      const looks = [
        queueLookAt(0, 0, { at: new Date(NOON_MS + 7) }),
        queueLookAt(6, 17),
        queueLookAt(12, 3, { isWhole: false, keys: null }),
        queueLookAt(18, 1),
      ];
      await keep(...looks.toReversed());
      expect(await opened.history.since(at(-1), 'all')).toEqual(looks);
      expect(await opened.history.since(at(6), 'all')).toEqual(looks.slice(1));
    });

    test('looks after other mail are apart, and so are tenants', async () => {
      await keep(queueLookAt(0), queueLookAt(1, 2, { question: 'one partner' }));
      await opened.other.keep(queueLookAt(2));
      expect(await minutes()).toEqual([[0], [0]]);
      expect(await minutes('one partner')).toEqual([[1], [1]]);
    });

    test('after a day a look is forgotten, and not before; of too many the oldest', async () => {
      await keep(queueLookAt(0), queueLookAt(DAY));
      expect((await minutes())[0]).toEqual([0, DAY]);
      await keep(queueLookAt(DAY + 1));
      expect((await minutes())[0]).toEqual([DAY, DAY + 1]);
      const more = Array.from({ length: FEW.mostLooks }, (_, index) => DAY + 2 + index);
      await keep(...more.map((minute) => queueLookAt(minute)));
      expect((await minutes())[0]).toEqual(more);
    });

    test('a look that a wrong clock put far ahead is forgotten with the next one', async () => {
      await keep(queueLookAt(300), queueLookAt(0));
      expect((await minutes())[0]).toEqual([0]);
    });

    test('of looks once a minute the newest keys stay, and a few that lie five minutes apart', async () => {
      for (let minute = 0; minute <= 31; minute += 1) await keep(queueLookAt(minute));
      expect((await minutes())[1]).toEqual([20, 25, 30, 31]);
    });

    test('the sum of keys has a bound, and the newest set stays however large it is', async () => {
      await keep(queueLookAt(0, 15), queueLookAt(6, 15), queueLookAt(12, 15));
      expect((await minutes())[1]).toEqual([6, 12]);
      await keep(queueLookAt(18, 500));
      expect((await minutes())[1]).toEqual([18]);
    });

    test('questions that are ever new do not add up', async () => {
      for (let minute = 0; minute < 10; minute += 1)
        await keep(queueLookAt(minute, 1, { question: `partner ${minute}` }));
      expect([(await minutes('partner 3'))[1], (await minutes('partner 4'))[1]]).toEqual([[], [4]]);
    });
  });
}
