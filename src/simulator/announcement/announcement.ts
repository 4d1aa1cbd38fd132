/**
 * What Microsoft tells the simulated tenant about its own services. An issue knows its whole course, past and future;
 * what is shown of it is a view at one instant: the posts up to then. Nothing here knows HTTP or Graph.
 */

export interface Announcements {
  /** What the tenant subscribes to. */
  readonly services: readonly SimulatedService[];
  /** In any order; both those of the scenario and those of everyday. */
  readonly issues: readonly SimulatedIssue[];
  /** In any order. */
  readonly messages: readonly SimulatedMessage[];
  /** What the public page says, oldest first; before the first of them that all is well. */
  readonly notices: readonly PageNotice[];
}

export interface SimulatedService {
  /** Short workload name, as `OSDPPlatform`. */
  readonly id: string;
  /** Display name, which is also its key. */
  readonly service: string;
}

export interface SimulatedIssue {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  readonly feature: string;
  readonly featureGroup: string;
  readonly classification: 'advisory' | 'incident';
  readonly impact: string;
  readonly highImpact: boolean | null;
  /** When the impact began, which may be long before anybody says so. */
  readonly startedAt: Date;
  /** Oldest first. The issue is not there before the first. */
  readonly posts: readonly SimulatedPost[];
}

export interface SimulatedPost {
  readonly at: Date;
  readonly kind: 'regular' | 'quick' | 'strategic';
  /** A word of the service in camel case: the status that the issue has from then on. */
  readonly status: string;
  /** When the impact ended, told by this post; null as long as nobody says so. */
  readonly endedAt: Date | null;
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** A post of the message centre. */
export interface SimulatedMessage {
  readonly id: string;
  readonly title: string;
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly category: 'preventOrFixIssue' | 'planForChange' | 'stayInformed';
  readonly severity: 'normal' | 'high' | 'critical';
  readonly isMajorChange: boolean;
  readonly publishedAt: Date;
  readonly endsAt: Date;
  readonly actionRequiredBy: Date | null;
  readonly hasAttachments: boolean;
  readonly body: string;
}

/** What the public page says from an instant on. */
export interface PageNotice {
  readonly at: Date;
  readonly status: string;
  /** HTML. */
  readonly message: string;
}

/** What is shown of an issue at one instant. */
export interface IssueSighting {
  readonly issue: SimulatedIssue;
  readonly status: string;
  readonly isResolved: boolean;
  readonly endedAt: Date | null;
  readonly modifiedAt: Date;
  /** Oldest first, at least one. */
  readonly posts: readonly SimulatedPost[];
}

const OVER: ReadonlySet<string> = new Set([
  'serviceRestored',
  'postIncidentReviewPublished',
  'falsePositive',
]);

/** Null before the first post. */
export function issueSeenAt(issue: SimulatedIssue, now: Date): IssueSighting | null {
  const posts = issue.posts.filter((post) => post.at <= now);
  const last = posts.at(-1);
  if (last === undefined) return null;
  return {
    issue,
    status: last.status,
    isResolved: OVER.has(last.status),
    endedAt: posts.findLast((post) => post.endedAt !== null)?.endedAt ?? null,
    modifiedAt: last.at,
    posts,
  };
}

/** By id: no order of time is promised. Of those that are over, only the newest so many are still listed. */
export function issuesSeenAt(
  issues: readonly SimulatedIssue[],
  now: Date,
  retained: number,
): readonly IssueSighting[] {
  const seen = issues.flatMap((issue) => issueSeenAt(issue, now) ?? []);
  const over = seen.filter((sighting) => sighting.isResolved).sort(newestFirst);
  return [...seen.filter((sighting) => !sighting.isResolved), ...over.slice(0, retained)].sort((a, b) =>
    a.issue.id.localeCompare(b.issue.id, 'en'),
  );
}

/** Worst first. */
const STATUSES_BY_WEIGHT = [
  'serviceInterruption',
  'serviceDegradation',
  'extendedRecovery',
  'restoringService',
  'verifyingService',
  'investigating',
  'investigationSuspended',
];

/** The worst status of the open issues that are filed under the service, advisories too. */
export function serviceStatus(service: string, seen: readonly IssueSighting[]): string {
  const open = new Set(
    seen
      .filter(({ issue, isResolved }) => issue.service === service && !isResolved)
      .map(({ status }) => status),
  );
  return STATUSES_BY_WEIGHT.find((status) => open.has(status)) ?? 'serviceOperational';
}

function newestFirst(a: IssueSighting, b: IssueSighting): number {
  return b.modifiedAt.getTime() - a.modifiedAt.getTime();
}
