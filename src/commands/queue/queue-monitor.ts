/** What monitors are told of `queue`: its first sentence, and the numbers of all that is held. */
import { heldMeasures, measure } from '#mailflow/check/measure.js';
import { bareSheet } from '#render/bare-sheet.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { answerReport } from '#render/to-monitor-report.js';
import type { Tail } from '#render/writer.js';

import type { QueueAnswer } from './queue-answer.js';
import { queueHeadline } from './queue-headline.js';

export function queueMonitor(tail: Tail<QueueAnswer>): MonitorReport {
  const { result } = tail;
  if (result === null) return answerReport(tail);
  const { times, tally, olderSeconds } = result;
  const held = {
    ...{ held: times.total, oldestReceivedAt: times.oldest?.receivedAt ?? null, asOf: tally.asOf },
    ...{ expiringWithin4h: times.expiringWithin4h, pastExpiry: times.pastExpiry },
  };
  return answerReport(tail, {
    headline: queueHeadline(result, tail, bareSheet(tail.generatedAt)),
    measures: [
      ...heldMeasures(held),
      measure('held_waiting', 'deliveries', 'Held mail older than a warning asks for.', tally.waiting.held),
      // With --older the others tell of a part only.
      ...(olderSeconds === null
        ? []
        : [measure('held_in_all', 'deliveries', 'Held mail of every age.', tally.all.held)]),
    ],
  });
}
