/**
 * Whether an open issue explains the deferrals. It does when they are on the service side and began within its time;
 * two things at once that do not fit are called a coincidence.
 */
import { isOpen } from '../health/is-open.js';
import { isMailFlow } from '../health/issue-topic.js';
import type { ServiceIssue } from '../health/service-issue.js';
import { counted, formatShare, formatShareInterval } from '../quantity.js';
import type { HeldAccounts } from '../queue/held-accounts.js';
import type { HeldReading } from '../queue/held-reading.js';
import type { HeldTally } from '../queue/held-tally.js';
import { type Range, wilsonInterval } from '../sampling/wilson.js';
import { INCIDENT_THRESHOLDS, type IncidentThresholds } from './thresholds.js';

export interface Correlation {
  readonly issue: ServiceIssue;
  /**
   * `explains`: most deferrals of the service began within its time. `coincidence`: they are of another kind, or began
   * before it. `no-effect`: too few deferrals were read to see any.
   */
  readonly relation: 'explains' | 'coincidence' | 'no-effect';
  /** Deferrals that were read. */
  readonly examined: number;
  /** Of those, on the service side and begun within the issue's time. */
  readonly within: number;
  /** Of the deferrals that were read, with its 95 % interval; null when none was. */
  readonly share: ({ readonly seen: number } & Range) | null;
  /** One sentence, with the numbers. */
  readonly says: string;
}

/** Open issues on mail flow, those that explain most first. */
export function correlate(
  { read }: Pick<HeldTally, 'read'>,
  { accountOf }: HeldAccounts,
  issues: readonly ServiceIssue[],
  now: Date,
  thresholds: IncidentThresholds = INCIDENT_THRESHOLDS,
): readonly Correlation[] {
  const deferrals = read.filter(({ wait }) => wait === 'failing');
  const service = deferrals.filter((reading) => accountOf(reading) === 'service');
  return issues
    .filter((issue) => isOpen(issue) && isMailFlow(issue))
    .map((issue) => correlationOf(issue, { deferrals, service, now, thresholds }))
    .sort((left, right) => right.within - left.within);
}

interface Evidence {
  readonly deferrals: readonly HeldReading[];
  readonly service: readonly HeldReading[];
  readonly now: Date;
  readonly thresholds: IncidentThresholds;
}

function correlationOf(issue: ServiceIssue, { deferrals, service, now, thresholds }: Evidence): Correlation {
  const until = issue.endedAt ?? now;
  const within = service.filter(
    ({ receivedAt }) => receivedAt >= issue.startedAt && receivedAt <= laterOf(until, receivedAt, issue),
  ).length;
  const examined = deferrals.length;
  const seen = examined === 0 ? 0 : within / examined;
  const share = examined === 0 ? null : { seen, ...wilsonInterval(seen, examined) };
  const facts = { issue, examined, within, share };
  if (service.length < thresholds.leastRead) {
    if (examined < thresholds.leastRead) {
      return {
        ...facts,
        relation: 'no-effect',
        says: `${issue.id} is open; no deferrals of the service are seen in the trace so far.`,
      };
    }
    return {
      ...facts,
      relation: 'coincidence',
      says: `${issue.id} is open too, but ${counted(examined - service.length, 'deferral', 'deferrals')} of ${examined} that were read are of another kind: a coincidence.`,
    };
  }
  if (within < thresholds.leastRead || within / service.length < thresholds.explainedShare) {
    const before = service.length - within;
    return {
      ...facts,
      relation: 'coincidence',
      says: `${issue.id} is open too, but ${before} of ${service.length} service-side deferrals that were read began before it: a coincidence, or its start is told too late.`,
    };
  }
  return {
    ...facts,
    relation: 'explains',
    says: `${shareText(share)} of the ${counted(examined, 'deferral', 'deferrals')} that were read are on the service side and began within the time of ${issue.id}.`,
  };
}

/** An issue that is open has no end yet, whatever a clock that is behind makes of now. */
function laterOf(until: Date, receivedAt: Date, { endedAt }: ServiceIssue): Date {
  return endedAt === null && receivedAt > until ? receivedAt : until;
}

function shareText(share: Correlation['share']): string {
  if (share === null) return 'None';
  return `${formatShare(share.seen)} (${formatShareInterval(share.low, share.high)})`;
}
