import type { CheckResult } from '#mailflow/check/check-result.js';
import { countsFor } from '#mailflow/check/overall.js';
import type { MonitorCase, MonitorReport } from '#render/monitor-report.js';

import type { CheckAnswer } from './check-answer.js';

/** A case for each check; one that is not required and cannot tell is skipped, so that every format counts as the exit code does. */
export function monitorReport({ sentence, results, memory }: CheckAnswer): MonitorReport {
  return { headline: sentence, notes: [memory], cases: results.map(caseOf) };
}

function caseOf(result: CheckResult): MonitorCase {
  const { id, title, says, evidence, remedy, course, reason, measures } = result;
  const level = countsFor(result);
  return {
    ...{ id, title, level, says, measures },
    details: [...evidence, ...[course, remedy].filter((text) => text !== null)],
    reason: reason ?? (level === 'skipped' ? 'not-asked' : null),
  };
}
