/**
 * What Microsoft says of its own services, as it was said: words that nobody knows yet are kept as they came.
 * Fields: https://learn.microsoft.com/graph/api/resources/servicehealthissue and …/servicehealth.
 */

/** One service that the tenant subscribes to. */
export interface HealthOverview {
  /** The short name, as `Exchange` or `OSDPPlatform`. */
  readonly id: string;
  /** The display name, as `Exchange Online`. */
  readonly service: string;
  /** As the service wrote it, as `serviceDegradation`; compare without case. */
  readonly status: string;
}

/** An incident or an advisory about one service. */
export interface ServiceIssue {
  /** As `EX1331830`. */
  readonly id: string;
  readonly title: string;
  /** Display name of the one service under which it is filed. */
  readonly service: string;
  readonly feature: string | null;
  readonly featureGroup: string | null;
  /** As the service wrote it: `incident`, `advisory`, or a word of tomorrow. */
  readonly classification: string;
  readonly origin: string | null;
  /** As the service wrote it. Whether the issue is open is never read from it where `isResolved` is known. */
  readonly status: string;
  readonly isResolved: boolean | null;
  /** When the impact began; often long before the first post. */
  readonly startedAt: Date;
  /** Null while it goes on. */
  readonly endedAt: Date | null;
  readonly modifiedAt: Date | null;
  readonly impact: string | null;
  /** Undocumented; null is common. */
  readonly highImpact: boolean | null;
  /** In any order. */
  readonly posts: readonly IssuePost[];
}

/** A post has no id: it is told from others of its issue by its time. */
export interface IssuePost {
  readonly at: Date;
  /** As the service wrote it: `regular`, `quick`, `strategic`. */
  readonly kind: string;
  readonly contentType: 'html' | 'text';
  /** Remote text, HTML or not; never printed as it is. */
  readonly content: string;
}

/** A post of the message centre. */
export interface CentreMessage {
  /** As `MC123456`. */
  readonly id: string;
  readonly title: string;
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly category: string;
  readonly severity: string;
  readonly isMajorChange: boolean;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly modifiedAt: Date | null;
  readonly actionRequiredBy: Date | null;
  readonly contentType: 'html' | 'text';
  readonly body: string;
}
