/**
 * What service health proves, and what it cannot tell. An incident on mail flow or sign-in is critical, whichever service
 * it is filed under; a word that nobody knows is never green; an empty list is no proof that nothing is wrong, but this
 * file judges only what is there.
 */
import { isClockInDoubt } from '../clock-doubt.js';
import type { Finding, FindingLevel, Gap } from '../finding.js';
import type { HealthAnswer } from './health-source.js';
import { isOpen } from './is-open.js';
import { topicOf } from './issue-topic.js';
import {
  compareServices,
  nameOfIssueService,
  nameOfService,
  rankOfIssue,
  tierOfIssue,
  tierOfService,
} from './known-service.js';
import type { HealthOverview, ServiceIssue } from './service-issue.js';
import { classOf, meaningOfStatus } from './status-words.js';
import { isOverdue, timelineOf } from './timeline.js';
import type { IssueTopic } from './topic-sign.js';

type Seen = Pick<HealthAnswer, 'services' | 'issues' | 'gaps' | 'clockAheadMs'>;

/** Open issues first, the gravest of them before the others, then services that are not well though no issue says why. */
export function judgeHealth(answer: Seen, now: Date): readonly Finding[] {
  const clock = isClockWrong(answer) ? null : now;
  const open = answer.issues.filter(isOpen).toSorted(compareByGravity);
  return [
    ...open.map((issue) => issueFinding(issue, clock)),
    ...[...answer.services]
      .sort(compareServices)
      .flatMap((service) => unexplained(service, open, answer.gaps)),
    ...(lacksExchange(answer) ? [EXCHANGE_NOT_LISTED] : []),
  ];
}

/** What is missing: what the source could not read, Exchange where it is not listed, and the time where our clock is wrong. */
export function gapsOfHealth(answer: Seen): readonly Gap[] {
  return [
    ...answer.gaps,
    ...(lacksExchange(answer) ? [EXCHANGE_GAP] : []),
    ...(isClockWrong(answer) ? [clockGap(answer.clockAheadMs)] : []),
  ];
}

/** By as much as makes ages and overdue updates meaningless. */
export function isClockWrong({ clockAheadMs }: Pick<HealthAnswer, 'clockAheadMs'>): boolean {
  return isClockInDoubt(clockAheadMs);
}

/** What an open issue is worth; `info` leaves the exit code alone. */
export function levelOfIssue(issue: ServiceIssue): FindingLevel {
  const isCore = tierOfIssue(issue) === 'core';
  const topic = topicOf(issue);
  switch (classOf(issue.classification)) {
    case 'incident':
      if (topic !== null) return 'critical';
      return isCore ? 'warning' : 'info';
    case 'advisory':
      if (topic === 'mail-flow') return 'warning';
      return isCore && meaningOfStatus(issue.status) === 'unknown' ? 'warning' : 'info';
    case 'unknown':
      return isCore || topic !== null ? 'warning' : 'info';
  }
}

const LEVELS: readonly FindingLevel[] = ['critical', 'warning', 'info'];

/** Worst first and what is over last, then those of our services, then the newest. */
export function compareByGravity(left: ServiceIssue, right: ServiceIssue): number {
  return (
    placeOf(left) - placeOf(right) ||
    rankOfIssue(left) - rankOfIssue(right) ||
    right.startedAt.getTime() - left.startedAt.getTime()
  );
}

function placeOf(issue: ServiceIssue): number {
  return isOpen(issue) ? LEVELS.indexOf(levelOfIssue(issue)) : LEVELS.length;
}

const TOPIC_TEXTS: Readonly<Record<IssueTopic, string>> = { 'mail-flow': 'mail flow', 'sign-in': 'sign-in' };

function issueFinding(issue: ServiceIssue, clock: Date | null): Finding {
  const topic = topicOf(issue);
  const issueClass = classOf(issue.classification);
  const kind =
    issueClass === 'unknown' ? `Issue of a class nobody knows (${issue.classification})` : KINDS[issueClass];
  const touches = topic === null ? '' : ` on ${TOPIC_TEXTS[topic]}`;
  return {
    id: ['health', issueClass === 'unknown' ? 'issue' : issueClass, ...(topic === null ? [] : [topic])].join(
      '-',
    ),
    level: levelOfIssue(issue),
    title: `${kind}${touches}: ${issue.title}`,
    subject: issue.id,
    evidence: evidenceOf(issue, clock),
    remedy: remedyOf(issue.id, topic),
    source: 'service-health',
  };
}

const KINDS = { incident: 'Incident', advisory: 'Advisory' } as const;

function evidenceOf(issue: ServiceIssue, clock: Date | null): readonly string[] {
  const { service, status, startedAt, feature } = issue;
  const { firstPostAt, newestPostAt, lagSeconds, nextUpdate } = timelineOf(issue);
  const unknown = meaningOfStatus(status) === 'unknown' ? ', a word that nobody knows yet' : '';
  const where = feature === null || feature === '' ? '' : ` (${feature})`;
  const posted =
    firstPostAt === null || newestPostAt === null
      ? 'There is no post yet.'
      : `${firstPostText(firstPostAt, lagSeconds)}; the newest is of ${instantText(newestPostAt)}.`;
  const next = nextUpdate?.at ?? null;
  const isLate = clock !== null && isOverdue(nextUpdate, clock) === true;
  return [
    `${service}${where}: ${status}${unknown}, since ${instantText(startedAt)}.`,
    posted,
    ...(next === null
      ? []
      : [`The next update is named for ${instantText(next)}${isLate ? ' and has not come' : ''}.`]),
  ];
}

function firstPostText(firstPostAt: Date, lagSeconds: number | null): string {
  const minutes = Math.round((lagSeconds ?? 0) / 60);
  const lag = minutes > 0 ? `, ${minutes} min after the impact began` : '';
  return `First post ${instantText(firstPostAt)}${lag}`;
}

function remedyOf(id: string, topic: IssueTopic | null): string {
  const read = `Read the posts with mailcheck health show ${id}`;
  switch (topic) {
    case 'mail-flow':
      return `${read}; see what is held with mailcheck trace. Held mail is retried: do not resend it, and do not move the MX.`;
    case 'sign-in':
      return `${read}. Sessions that are signed in may go on: keep one open, and do not reset passwords for it.`;
    case null:
      return `${read}.`;
  }
}

/** A service that does not say it is fine, and no open issue that explains it. */
function unexplained(
  service: HealthOverview,
  open: readonly ServiceIssue[],
  gaps: readonly Gap[],
): readonly Finding[] {
  const meaning = meaningOfStatus(service.status);
  if (meaning === 'fine' || open.some((issue) => explains(issue, service))) return [];
  const unknown = meaning === 'unknown' ? ' This word is not known yet.' : '';
  const isWhole = gaps.length === 0;
  const issues = isWhole ? 'no open issue that is listed explains it' : 'the list of issues is not whole';
  return [
    {
      id: 'health-service-not-fine',
      level: tierOfService(service) === 'core' ? 'warning' : 'info',
      title: `${service.service} says ${service.status}${isWhole ? ' without an issue' : ''}`,
      subject: service.service,
      evidence: [`${service.service} says ${service.status}, and ${issues}.${unknown}`],
      remedy:
        'Look again in a few minutes with mailcheck health; posts trail the impact. How mail fares shows mailcheck trace.',
      source: 'service-health',
    },
  ];
}

/** Any issue explains that a service is not well; that users cannot use it, or a word of tomorrow, only one that says the same. */
function explains(issue: ServiceIssue, service: HealthOverview): boolean {
  if (!isFiledUnder(issue, service)) return false;
  const [said, stated] = [issue.status, service.status].map((word) => word.trim().toLowerCase());
  return said === stated || (meaningOfStatus(service.status) === 'troubled' && stated !== INTERRUPTED);
}

const INTERRUPTED = 'serviceinterruption';

/** An issue names its service by a name that may have been changed on one side. */
export function isFiledUnder(issue: ServiceIssue, service: HealthOverview): boolean {
  if (issue.service.trim().toLowerCase() === service.service.trim().toLowerCase()) return true;
  const name = nameOfIssueService(issue);
  return name !== null && name === nameOfService(service);
}

/** Not said where the list of services itself is missing: its gap says more. */
function lacksExchange({ services, gaps }: Seen): boolean {
  if (services.length === 0 && gaps.length > 0) return false;
  return services.every((service) => nameOfService(service) !== 'exchange');
}

const EXCHANGE_NOT_LISTED: Finding = {
  id: 'health-exchange-not-listed',
  level: 'info',
  title: 'Exchange Online is not among the services of this tenant',
  subject: 'Exchange Online',
  evidence: ['The list of services came whole, and Exchange Online is not in it.'],
  remedy:
    'See whether the tenant has a licence with Exchange Online, and whether the account may see its health.',
  source: 'service-health',
};

const EXCHANGE_GAP: Gap = {
  what: 'the health of Exchange Online: it is not among the services that are listed for this tenant',
  reason: 'not-listed',
  remedy: EXCHANGE_NOT_LISTED.remedy,
  retryAfterSeconds: null,
};

export function clockGap(clockAheadMs: number): Gap {
  const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
  const which = clockAheadMs > 0 ? 'ahead of' : 'behind';
  return {
    what: `ages and overdue updates: the clock of this machine is ${minutes} min ${which} the clock of the service`,
    reason: 'clock',
    remedy: 'Set the clock of this machine, then ask again.',
    retryAfterSeconds: null,
  };
}

/** `2026-06-02 17:04 UTC`; evidence is the same in every zone. */
function instantText(instant: Date): string {
  return Number.isNaN(instant.getTime())
    ? 'an unknown time'
    : `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
