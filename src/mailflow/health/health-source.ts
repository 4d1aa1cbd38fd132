/** The port through which Microsoft is asked how its services are. In domain terms: no URL, filter or page passes through. */
import type { Gap } from '../finding.js';
import type { CentreMessage, HealthOverview, ServiceIssue } from './service-issue.js';

export interface HealthQuery {
  /** Open issues only, or those that are over as well. */
  readonly resolvedToo: boolean;
  /** Resolved issues that ended or changed before are left out; open ones never are. Null for all that is retained. */
  readonly since: Date | null;
}

export interface HealthAnswer {
  readonly services: readonly HealthOverview[];
  /** Each once. */
  readonly issues: readonly ServiceIssue[];
  /** What is missing: the overviews, pages of the issues. An answer with gaps never says that nothing is open. */
  readonly gaps: readonly Gap[];
  /** The service's clock when it answered; null when the answer bore no date. */
  readonly asOf: Date | null;
  /** How far our clock is ahead of the service's, in ms; 0 when that is not known. */
  readonly clockAheadMs: number;
}

export interface MessagesAnswer {
  readonly messages: readonly CentreMessage[];
  readonly gaps: readonly Gap[];
}

export interface HealthSource {
  readonly kind: 'graph' | 'drill';
  /** The tenant's GUID or domain where it is known. */
  readonly tenant: string | null;
  /** Requests sent so far. */
  readonly requestCount: () => number;
  /** The service's clock, null before its first answer. */
  readonly asOf: () => Date | null;
  /** Throws a Failure when nothing could be had at all. */
  readonly health: (query: HealthQuery, signal: AbortSignal) => Promise<HealthAnswer>;
  /** Null when the service knows no such issue, or does not show it to this tenant. Throws a Failure when it cannot be asked. */
  readonly issue: (id: string, signal: AbortSignal) => Promise<ServiceIssue | null>;
  /** Posts of the message centre that changed since then; null for all. Throws a Failure when none could be had. */
  readonly messages: (since: Date | null, signal: AbortSignal) => Promise<MessagesAnswer>;
}

/** The last answer that was seen whole, for when there is none to be had. */
export interface HealthHistory {
  readonly last: () => Promise<KeptHealth | null>;
  readonly keep: (kept: KeptHealth) => Promise<void>;
}

export interface KeptHealth {
  /** Open issues and all services, as they were. */
  readonly answer: Pick<HealthAnswer, 'services' | 'issues'>;
  readonly seenAt: Date;
}
