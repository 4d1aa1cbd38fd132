/** From failed mail to a finding: by its share, with a floor, and only for reasons that nobody meant. */
import type { Finding } from '../finding.js';
import { formatCount, formatLimit, formatShare } from '../quantity.js';
import type { ReasonEstimate, ReasonShare } from '../sampling/estimate-reasons.js';
import { isOwnBusiness } from './failed-reasons.js';
import { lowShare } from './held-accounts.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from './thresholds.js';

export interface FailedContext {
  /** All that was listed, whatever became of it. */
  readonly deliveries: number;
  readonly source: string;
}

/** At most one finding. The share is of all deliveries, by the lower end of both its intervals. */
export function judgeFailed(
  reasons: ReasonShare,
  { deliveries, source }: FailedContext,
  { failed: limits }: QueueThresholds = QUEUE_THRESHOLDS,
): readonly Finding[] {
  if (deliveries < limits.floor || reasons.examined === 0) return [];
  const alarming = reasons.by.filter((words) => !isOwnBusiness(words));
  const failed = sum(alarming.map(({ low }) => low));
  const share = lowShare(failed, deliveries);
  if (share < limits.warningShare) return [];
  return [
    {
      id: 'mail-fails',
      level: share >= limits.criticalShare ? 'critical' : 'warning',
      title: 'Mail fails for reasons that nobody meant',
      subject: 'failed mail',
      evidence: [
        `Of ${formatCount(deliveries)} deliveries at least ${formatCount(failed)} failed for such reasons, that is at least ${formatShare(share)}; from ${formatLimit(limits.warningShare)} it is a warning, from ${formatLimit(limits.criticalShare)} critical.`,
        `Most: ${alarming.slice(0, 3).map(wordsOf).join(', ')}.`,
      ],
      remedy:
        'Mend the cause first; then the senders of the failed mail must send it again: `mailcheck trace --resend-list`.',
      source,
    },
  ];
}

function wordsOf({ reason, party, estimate }: ReasonEstimate): string {
  return `${reason} on the ${party} side (${formatCount(estimate)})`;
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
