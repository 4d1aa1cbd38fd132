/** What monitors are told of `relay`: its first sentence, and what waits there, in all and for Microsoft. */
import { heldMeasures, measure, secondsBetween } from '#mailflow/check/measure.js';
import { bareSheet } from '#render/bare-sheet.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { answerReport } from '#render/to-monitor-report.js';
import type { Tail } from '#render/writer.js';

import type { RelayAnswer } from './relay-answer.js';
import { relayHeadline } from './relay-headline.js';

export function relayMonitor(tail: Tail<RelayAnswer>): MonitorReport {
  const { result } = tail;
  if (result === null) return answerReport(tail);
  const { relay, left } = result;
  const { atMicrosoft, asOf, oldest } = relay;
  const age = atMicrosoft.oldest === null ? 0 : secondsBetween(atMicrosoft.oldest.receivedAt, asOf);
  return answerReport(tail, {
    headline: relayHeadline(result, tail, bareSheet(tail.generatedAt)),
    measures: [
      ...heldMeasures({ ...relay, oldestReceivedAt: oldest?.receivedAt ?? null }),
      measure('microsoft_held', 'deliveries', 'Held mail that is for Microsoft 365.', atMicrosoft.held),
      measure('microsoft_oldest_age', 'seconds', 'Age of the oldest of it; 0 when there is none.', age),
      measure(
        'microsoft_deferred',
        'deliveries',
        'Held mail that a reply of Microsoft puts off.',
        atMicrosoft.heldBy.microsoft,
      ),
      measure('relay_bounced', 'deliveries', 'Mail that bounced, as far as a log tells.', left.bounced),
      measure('relay_expired', 'deliveries', 'Mail that was given up, as far as a log tells.', left.expired),
    ],
  });
}
