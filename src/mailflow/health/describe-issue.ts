import type { FindingLevel } from '../finding.js';
import { isOpen } from './is-open.js';
import { topicOf } from './issue-topic.js';
import { levelOfIssue } from './judge-health.js';
import { rankOfIssue } from './known-service.js';
import type { ServiceIssue } from './service-issue.js';
import type { TimelinePost } from './timeline.js';
import { isOverdue, timelineOf } from './timeline.js';
import type { IssueTopic } from './topic-sign.js';

/** An issue as it is shown: what the service said, and what that means. */
export interface DescribedIssue {
  readonly id: string;
  readonly title: string;
  readonly service: string;
  readonly feature: string | null;
  readonly featureGroup: string | null;
  /** As the service wrote it. */
  readonly classification: string;
  /** As the service wrote it. */
  readonly status: string;
  readonly isOpen: boolean;
  /** Null for an issue that is over. */
  readonly level: FindingLevel | null;
  /** What of the way of mail it touches; null for neither. */
  readonly touches: IssueTopic | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly modifiedAt: Date | null;
  readonly impact: string | null;
  readonly origin: string | null;
  readonly highImpact: boolean | null;
  readonly postCount: number;
  readonly firstPostAt: Date | null;
  readonly newestPostAt: Date | null;
  /** From the beginning of the impact to the first post. */
  readonly firstPostLagSeconds: number | null;
  readonly nextUpdateAt: Date | null;
  /** As it was written. */
  readonly nextUpdateText: string | null;
  /** Null when no time is named, it is not understood, or the clocks disagree. */
  readonly isOverdue: boolean | null;
  /** Told from a kept answer: so it was, and nobody knows whether it still is. */
  readonly isStale: boolean;
  /** Null when it was not asked for, or there is none. */
  readonly newestPost: TimelinePost | null;
}

export interface DescribeOptions {
  /** Null where time tells nothing, for the clocks disagree or the answer is old. */
  readonly now: Date | null;
  readonly isStale: boolean;
  readonly withPost: boolean;
}

export function describeIssue(
  issue: ServiceIssue,
  { now, isStale, withPost }: DescribeOptions,
): DescribedIssue {
  const { posts, nextUpdate, firstPostAt, newestPostAt, lagSeconds } = timelineOf(issue);
  const { id, title, service, feature, featureGroup, classification, status } = issue;
  const { startedAt, endedAt, modifiedAt, impact, origin, highImpact } = issue;
  const open = isOpen(issue);
  return {
    ...{ id, title, service, feature, featureGroup, classification, status },
    isOpen: open,
    level: open ? levelOfIssue(issue) : null,
    touches: topicOf(issue),
    ...{ startedAt, endedAt, modifiedAt, impact, origin, highImpact },
    postCount: posts.length,
    ...{ firstPostAt, newestPostAt },
    firstPostLagSeconds: lagSeconds,
    nextUpdateAt: nextUpdate?.at ?? null,
    nextUpdateText: nextUpdate?.text ?? null,
    isOverdue: now === null ? null : isOverdue(nextUpdate, now),
    isStale,
    newestPost: withPost ? (posts.at(-1) ?? null) : null,
  };
}

const WEIGHTS: Readonly<Record<FindingLevel, number>> = { critical: 3, warning: 2, info: 1 };

/** Worst first, then those of our services, then the newest. */
export function compareIssues(left: DescribedIssue, right: DescribedIssue): number {
  return (
    weightOf(right) - weightOf(left) ||
    rankOfIssue(left) - rankOfIssue(right) ||
    right.startedAt.getTime() - left.startedAt.getTime()
  );
}

function weightOf({ level }: DescribedIssue): number {
  return level === null ? 0 : WEIGHTS[level];
}
