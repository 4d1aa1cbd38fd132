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
  thresholds: IncidentThresholds = INCIDENT_THRESHOLDS,
): readonly Correlation[] {
  const deferrals = read.filter(({ wait }) => wait === 'failing');
  const service = deferrals.filter((reading) => accountOf(reading) === 'service');
  return issues
    .filter((issue) => isOpen(issue) && isMailFlow(issue))
    .map((issue) => correlationOf(issue, { deferrals, service, thresholds }))
    .sort((left, right) => right.within - left.within);
}

interface Evidence {
  readonly deferrals: readonly HeldReading[];
  readonly service: readonly HeldReading[];
  readonly thresholds: IncidentThresholds;
}

function correlationOf(issue: ServiceIssue, { deferrals, service, thresholds }: Evidence): Correlation {
  const within = service.filter((reading) => beganWithin(reading, issue)).length;
  const examined = deferrals.length;
  const seen = examined === 0 ? 0 : within / examined;
  const share = examined === 0 ? null : { seen, ...wilsonInterval(seen, examined) };
  const counts = { examined, service: service.length, within };
  const relation = relationOf(counts, thresholds);
  const says = SAYINGS[relation]({ id: issue.id, share, ...counts }, thresholds);
  return { issue, relation, examined, within, share, says };
}

/** An issue that goes on has no end yet. */
function beganWithin({ receivedAt }: HeldReading, { startedAt, endedAt }: ServiceIssue): boolean {
  return receivedAt >= startedAt && (endedAt === null || receivedAt <= endedAt);
}

/** Of the deferrals that were read. */
interface Counts {
  readonly examined: number;
  readonly service: number;
  readonly within: number;
}

function relationOf(
  { examined, service, within }: Counts,
  { leastRead, explainedShare }: IncidentThresholds,
): Correlation['relation'] {
  if (service < leastRead) return examined < leastRead ? 'no-effect' : 'coincidence';
  return within < leastRead || within / service < explainedShare ? 'coincidence' : 'explains';
}

interface Told extends Counts, Pick<Correlation, 'share'> {
  readonly id: string;
}

type Saying = (told: Told, thresholds: IncidentThresholds) => string;

const SAYINGS: Readonly<Record<Correlation['relation'], Saying>> = {
  'no-effect': ({ id }) => `${id} is open; no deferrals of the service are seen in the trace so far.`,
  coincidence: ({ id, examined, service, within }, { leastRead }) =>
    service < leastRead
      ? `${id} is open too, but ${counted(examined - service, 'deferral', 'deferrals')} of ${examined} that were read are of another kind: a coincidence.`
      : `${id} is open too, but ${service - within} of ${service} service-side deferrals that were read began before it: a coincidence, or its start is told too late.`,
  explains: ({ id, examined, share }) =>
    `${shareText(share)} of the ${counted(examined, 'deferral', 'deferrals')} that were read are on the service side and began within the time of ${id}.`,
};

function shareText(share: Correlation['share']): string {
  if (share === null) return 'None';
  return `${formatShare(share.seen)} (${formatShareInterval(share.low, share.high)})`;
}
