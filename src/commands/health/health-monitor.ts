/** What monitors are told of `health`: its first sentence, and how many issues are open. */
import type { Measure } from '#mailflow/check/check-result.js';
import { measure } from '#mailflow/check/measure.js';
import { bareSheet } from '#render/bare-sheet.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { answerReport } from '#render/to-monitor-report.js';
import type { Tail } from '#render/writer.js';

import type { HealthResult } from './health-result.js';
import { verdictLine } from './verdict-line.js';

export function healthMonitor(tail: Tail<HealthResult>): MonitorReport {
  const { result } = tail;
  if (result === null) return answerReport(tail);
  return answerReport(tail, {
    headline: verdictLine(result, tail, bareSheet(tail.generatedAt)),
    // What was said last is no number of today.
    measures: result.kind === 'told' ? toldMeasures(result) : [],
  });
}

function toldMeasures({ counts, services }: Extract<HealthResult, { kind: 'told' }>): readonly Measure[] {
  const troubled = services.filter(({ isFine }) => isFine !== true).length;
  return [
    measure('health_issues_open', 'count', 'Open issues.', counts.open),
    measure('health_incidents_open', 'count', 'Open issues that are incidents.', counts.incidents),
    measure('health_advisories_open', 'count', 'Open issues that are advisories.', counts.advisories),
    measure('health_issues_mail_flow', 'count', 'Open issues that touch mail flow.', counts.mailFlow),
    measure('health_issues_sign_in', 'count', 'Open issues that touch sign-in.', counts.signIn),
    measure('health_issues_overdue', 'count', 'Open issues whose next update is overdue.', counts.overdue),
    measure('health_services_not_fine', 'count', 'Services that say that something is wrong.', troubled),
  ];
}
