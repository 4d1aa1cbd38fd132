/** What monitors are told of `connectors` and of `connectors probe`: how much there is, and how much of it is in trouble. */
import { measure } from '#mailflow/check/measure.js';
import type { Finding } from '#mailflow/finding.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { answerReport } from '#render/to-monitor-report.js';
import type { Tail } from '#render/writer.js';

import type { ConnectorsAnswer } from './connectors-answer.js';
import type { ProbeAnswer } from './probe-answer.js';

export function connectorsMonitor(tail: Tail<ConnectorsAnswer>): MonitorReport {
  const { result, findings } = tail;
  if (result === null) return answerReport(tail);
  const { sight, domains } = result.inventory;
  const of = (direction: 'inbound' | 'outbound'): number | null =>
    sight[direction] === 'whole' ? result.rows.filter((row) => row.direction === direction).length : null;
  return answerReport(tail, {
    measures: [
      measure('connectors_inbound', 'count', 'Inbound connectors.', of('inbound')),
      measure('connectors_outbound', 'count', 'Outbound connectors.', of('outbound')),
      measure(
        'accepted_domains',
        'count',
        'Accepted domains.',
        sight.domains === 'whole' ? domains.length : null,
      ),
      measure('lint_critical', 'count', 'Findings that break mail.', countOf(findings, 'critical')),
      measure('lint_warnings', 'count', 'Findings that endanger mail.', countOf(findings, 'warning')),
    ],
  });
}

export function probeMonitor(tail: Tail<ProbeAnswer>): MonitorReport {
  const { result } = tail;
  if (result === null) return answerReport(tail);
  const { rows, routes } = result;
  const of = (...statuses: readonly string[]): number =>
    rows.filter(({ status }) => statuses.includes(status)).length;
  return answerReport(tail, {
    measures: [
      measure('paths', 'count', 'Paths of mail: each address of each host.', rows.length),
      measure('paths_working', 'count', 'Paths on which mail would get on.', of('pass', 'warn')),
      measure('paths_broken', 'count', 'Paths that are proven broken.', of('fail', 'permerror')),
      measure('paths_unknown', 'count', 'Paths that could not be judged.', of('temperror', 'skipped')),
      measure(
        'routes_without_way',
        'count',
        'Routes of which no host was seen to work.',
        routes.filter(({ worksAt }) => worksAt === null).length,
      ),
    ],
  });
}

function countOf(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}
