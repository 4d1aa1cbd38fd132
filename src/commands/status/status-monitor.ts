/** What monitors are told of `status`: the verdict sentence, and the numbers that the screen shows. */
import type { Measure } from '#mailflow/check/check-result.js';
import { heldMeasures, measure, secondsBetween } from '#mailflow/check/measure.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { answerReport } from '#render/to-monitor-report.js';
import type { Tail } from '#render/writer.js';

import { openIssues } from './health-block.js';
import type { StatusAnswer } from './status-answer.js';

export function statusMonitor(tail: Tail<StatusAnswer>): MonitorReport {
  const { result } = tail;
  if (result === null) return answerReport(tail);
  const { sightings, assessment } = result;
  return answerReport(tail, {
    headline: assessment.sentence,
    measures: [...mailMeasures(sightings), ...inboundMeasures(sightings), ...healthMeasures(sightings)],
  });
}

function mailMeasures({ trace, now }: Sightings): readonly Measure[] {
  const survey = trace.value?.survey ?? null;
  const held = survey === null ? null : { ...survey, asOf: now };
  const newest = survey?.newestReceivedAt ?? null;
  return [
    ...heldMeasures(
      held === null ? null : { ...held, oldestReceivedAt: held.oldestHeld?.receivedAt ?? null },
    ),
    measure(
      'failed_deliveries',
      'deliveries',
      'Mail that failed for good (5.x) in the window.',
      survey?.failed ?? null,
    ),
    measure('seen', 'deliveries', 'All mail in the window.', survey?.deliveries ?? null),
    measure(
      'newest_row_age',
      'seconds',
      'Age of the newest row of the message trace.',
      newest === null ? null : secondsBetween(newest, now),
    ),
  ];
}

function inboundMeasures({ inbound: { value } }: Sightings): readonly Measure[] {
  return [
    measure('inbound_seen', 'deliveries', 'Inbound mail in the span compared.', value?.inbound.seen ?? null),
    measure('inbound_usual', 'deliveries', 'Inbound mail usual in that span.', value?.inbound.usual ?? null),
  ];
}

function healthMeasures({ health: { value } }: Sightings): readonly Measure[] {
  const open = value === null ? null : openIssues(value);
  return [
    measure(
      'health_issues_telling',
      'count',
      'Open issues that may touch mail.',
      open?.telling.length ?? null,
    ),
    measure('health_issues_other', 'count', 'Open issues that touch no mail.', open?.others.length ?? null),
  ];
}
