/** From failed mail to a finding: by its share, with a floor, and only for reasons that nobody meant. */
import { PARTIES, REASONS } from '../bounce/verdict.js';
import type { Finding } from '../finding.js';
import { formatCount, formatLimit, formatShare } from '../quantity.js';
import type { ReasonEstimate, ReasonShare, ReasonWords } from '../sampling/estimate-reasons.js';
import { lowShare } from './held-accounts.js';
import {
  type FailedThresholds,
  QUEUE_THRESHOLDS,
  type QueueThresholds,
  type ShareLimits,
} from './thresholds.js';

export interface FailedContext {
  /** All that was listed, whatever became of it. */
  readonly deliveries: number;
  readonly source: string;
}

/**
 * One finding for all that alarms, and one for each reason or party that has limits of its own; the worst first. Shares are
 * of all deliveries, by the lower end of both their intervals.
 */
export function judgeFailed(
  reasons: ReasonShare,
  context: FailedContext,
  { failed: limits }: QueueThresholds = QUEUE_THRESHOLDS,
): readonly Finding[] {
  if (context.deliveries < limits.floor || reasons.examined === 0) return [];
  const found = kindsOf(limits).flatMap((kind) => failedFinding(kind, reasons, context));
  return [...found.filter(isCritical), ...found.filter((finding) => !isCritical(finding))];
}

/** What is held against the limits for all that alarms; null where no share is told. */
export function failedShare(
  reasons: ReasonShare,
  { deliveries }: Pick<FailedContext, 'deliveries'>,
  limits: FailedThresholds = QUEUE_THRESHOLDS.failed,
): number | null {
  if (deliveries < limits.floor) return null;
  if (reasons.examined === 0) return reasons.population === 0 ? 0 : null;
  const [all] = kindsOf(limits);
  return all === undefined ? null : lowShareOf(all, reasons, deliveries).share;
}

/** Failed mail that is held against limits of its own. */
interface FailedKind extends ShareLimits {
  readonly title: string;
  readonly subject: string;
  readonly why: string;
  readonly isMeant: (words: ReasonWords) => boolean;
}

function kindsOf(limits: FailedThresholds): readonly FailedKind[] {
  const { warningShare, criticalShare } = limits;
  return [
    {
      ...{ warningShare, criticalShare },
      title: 'Mail fails for reasons that nobody meant',
      subject: 'failed mail',
      why: 'for such reasons',
      isMeant: ({ reason, party }) => limits.reasons.includes(reason) && limits.parties.includes(party),
    },
    ...REASONS.flatMap((word) =>
      kindOf(limits.byReason[word], `for the reason ${word}`, ({ reason }) => reason === word),
    ),
    ...PARTIES.flatMap((word) =>
      kindOf(limits.byParty[word], `on the ${word} side`, ({ party }) => party === word),
    ),
  ];
}

function kindOf(
  limits: ShareLimits | undefined,
  why: string,
  isMeant: FailedKind['isMeant'],
): readonly FailedKind[] {
  if (limits === undefined) return [];
  return [{ ...limits, title: `Mail fails ${why}`, subject: `failed mail ${why}`, why, isMeant }];
}

interface LowShare {
  readonly alarming: readonly ReasonEstimate[];
  readonly failed: number;
  readonly share: number;
}

/** As few as they can be. */
function lowShareOf(
  { isMeant }: Pick<FailedKind, 'isMeant'>,
  { by }: ReasonShare,
  deliveries: number,
): LowShare {
  const alarming = by.filter(isMeant);
  const failed = sum(alarming.map(({ low }) => low));
  return { alarming, failed, share: lowShare(failed, deliveries) };
}

function failedFinding(
  kind: FailedKind,
  reasons: ReasonShare,
  { deliveries, source }: FailedContext,
): readonly Finding[] {
  const { warningShare, criticalShare, title, subject, why } = kind;
  const { alarming, failed, share } = lowShareOf(kind, reasons, deliveries);
  const level = levelOf(share, { warningShare, criticalShare });
  if (level === null) return [];
  return [
    {
      id: 'mail-fails',
      level,
      title,
      subject,
      evidence: [
        `Of ${formatCount(deliveries)} deliveries at least ${formatCount(failed)} failed ${why}, that is at least ${formatShare(share)}; ${limitsText({ warningShare, criticalShare })}.`,
        `Most: ${alarming.slice(0, 3).map(wordsOf).join(', ')}.`,
      ],
      remedy:
        'Mend the cause first; then the senders of the failed mail must send it again: `mailcheck trace --resend-list`.',
      source,
    },
  ];
}

/** Nothing that did not happen is at a limit, not even at one of 0. */
function levelOf(share: number, { warningShare, criticalShare }: ShareLimits): 'warning' | 'critical' | null {
  if (share === 0) return null;
  if (criticalShare !== null && share >= criticalShare) return 'critical';
  return warningShare !== null && share >= warningShare ? 'warning' : null;
}

function limitsText({ warningShare, criticalShare }: ShareLimits): string {
  const warning = warningShare === null ? [] : [`from ${formatLimit(warningShare)} it is a warning`];
  if (criticalShare === null) return warning.join('');
  const critical = `from ${formatLimit(criticalShare)}`;
  return [...warning, warning.length === 0 ? `${critical} it is critical` : `${critical} critical`].join(
    ', ',
  );
}

function isCritical({ level }: Finding): boolean {
  return level === 'critical';
}

function wordsOf({ reason, party, estimate }: ReasonEstimate): string {
  return `${reason} on the ${party} side (${formatCount(estimate)})`;
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
