/** Counts what is in the queue while it goes by: how old, by which key, for what it waits. */
import type { QueueGrouping } from '#mailflow/queue/age-table.js';
import { openAgeTable, openKeyedAges } from '#mailflow/queue/age-table.js';
import { isInQueue, openQueueClock } from '#mailflow/queue/queue-clock.js';
import { WAIT_KINDS, waitKindOf, waitShares } from '#mailflow/queue/wait-kind.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { ExaminedDelivery } from '#mailflow/trace/survey.js';

import type { QueueAnswer } from './queue-answer.js';

interface QueueCounts {
  /** Counts a delivery, and says whether it is one to show. */
  readonly observe: (delivery: Delivery) => boolean;
  readonly counts: () => Pick<QueueAnswer, 'times' | 'by' | 'waits' | 'examined'>;
}

interface CountOptions {
  readonly grouping: QueueGrouping;
  readonly olderSeconds: number | null;
  readonly now: Date;
  /** What was read of a delivery, known before it is counted. */
  readonly examinedByDelivery: WeakMap<Delivery, ExaminedDelivery>;
}

export function openQueueCounts(options: CountOptions): QueueCounts {
  const { grouping, olderSeconds, now, examinedByDelivery } = options;
  const clock = openQueueClock(now);
  const table = openAgeTable({ grouping, now });
  const waits = openKeyedAges({ keyOf: waitOf, now, keys: WAIT_KINDS });
  const receivedToMs = now.getTime() - (olderSeconds ?? -Infinity) * 1000;
  let examined = 0;

  function waitOf(delivery: Delivery): string | undefined {
    const { verdict } = delivery;
    if (verdict === null) return undefined;
    return waitKindOf(verdict, examinedByDelivery.get(delivery)?.waitsForModerator === true);
  }

  function observe(delivery: Delivery): boolean {
    if (!delivery.held || delivery.receivedAt.getTime() > receivedToMs) return false;
    clock.observe(delivery);
    if (!isInQueue(delivery, now)) return false;
    const standsFor = examinedByDelivery.get(delivery)?.standsFor ?? undefined;
    table.observe(delivery, standsFor);
    waits.observe(delivery, standsFor);
    if (delivery.verdict !== null) examined += 1;
    return true;
  }

  return {
    observe,
    counts: () => ({
      times: clock.times(),
      by: { grouping, rows: table.table() },
      waits: waitShares(waits.table()),
      examined,
    }),
  };
}
