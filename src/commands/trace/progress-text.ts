import { waitSecondsOf } from '#mailflow/trace/cost-plan.js';
import { type ServiceTerms } from '#mailflow/trace/question.js';
import type { SurveyProgress } from '#mailflow/trace/survey.js';
import { formatAge, formatCount } from '#render/human-format.js';

export interface Pace extends SurveyProgress {
  /** Since the list began, or since the first detail was asked for. */
  readonly elapsedSeconds: number;
  /** Requests that are free right now; null when nobody knows. */
  readonly quotaLeft: number | null;
  readonly quota: ServiceTerms['quota'];
}

/** Before that a rate is mostly chance. */
const LEAST_SECONDS = 1;

/** One line: what is being done, how fast, how long it will take. What a narrow screen cuts off stands last. */
export function progressText(pace: Pace): string {
  const { deliveries, held, failed, detailsRead, detailsWanted } = pace;
  const counts = `${formatCount(held)} held, ${formatCount(failed)} failed`;
  if (detailsWanted === 0) {
    return joined([
      `Listing: ${formatCount(deliveries)} deliveries, ${counts}`,
      rateOf(deliveries, pace),
      quotaOf(pace),
    ]);
  }
  const done = `Reading reasons: ${formatCount(detailsRead)} of ${formatCount(detailsWanted)}`;
  return joined([done, leftOf(pace), rateOf(detailsRead, pace), quotaOf(pace), counts]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}

function rateOf(count: number, { elapsedSeconds }: Pace): string {
  if (elapsedSeconds < LEAST_SECONDS || count === 0) return '';
  const rate = count / elapsedSeconds;
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

function quotaOf({ quotaLeft }: Pace): string {
  return quotaLeft === null
    ? ''
    : `${formatCount(quotaLeft)} ${quotaLeft === 1 ? 'request' : 'requests'} left`;
}

/** The time that the details still take at the pace of those before, and what has to be waited for the quota. */
function leftOf({ detailsRead, detailsWanted, elapsedSeconds, quotaLeft, quota }: Pace): string {
  const missing = detailsWanted - detailsRead;
  if (missing === 0 || detailsRead === 0 || elapsedSeconds < LEAST_SECONDS) return '';
  const seconds = (missing * elapsedSeconds) / detailsRead + waitSecondsOf(missing, quota, quotaLeft);
  return `about ${formatAge(Math.ceil(seconds))} left`;
}
