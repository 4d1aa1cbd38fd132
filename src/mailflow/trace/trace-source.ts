/** The port through which traces are asked. In domain terms: no URL, page token, header or file handle passes through. */
import type { Gap } from '../finding.js';
import type { TimeWindow } from '../time-window.js';
import type { TraceEntry, TraceEvent } from './delivery.js';
import type { InboundHistory } from './inbound-history.js';

export type SourceKind = 'graph' | 'exchange' | 'file' | 'history' | 'drill';

/** What is asked. Values of one list are alternatives; the lists must all hold. Empty lists ask for everything. */
export interface TraceQuery {
  /** Null: everything that the source has (exports only). */
  readonly window: TimeWindow | null;
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
  /** Part of the subject, ignoring case. */
  readonly subject: string | null;
  readonly messageIds: readonly string[];
  readonly messageTraceIds: readonly string[];
  /** The service's words, as `failed`; ignoring case. */
  readonly statuses: readonly string[];
}

/** A query that has an end. */
export interface WindowedQuery extends TraceQuery {
  readonly window: TimeWindow;
}

/** A piece of the answer, as it arrives; no order is promised over batches. */
export interface TraceBatch {
  readonly entries: readonly TraceEntry[];
  /** What is missing from the answer; pages that could not be had. Makes the window incomplete. */
  readonly gaps: readonly Gap[];
  /** Remarks that a person should read: an assumed time zone, columns that were missing. */
  readonly notes: readonly string[];
  /** Absent where the source does not read page by page, or in no order. */
  readonly page?: PagePlace;
}

/** Where a batch stands in a list that a service gives newest first, page by page. */
export interface PagePlace {
  /** What the list was asked for; fixed before its first page. */
  readonly window: TimeWindow;
  /** The service's clock when the reading of the list began; another one when it had to begin again. */
  readonly beganAt: Date;
  /** The service's clock at this page. */
  readonly seenAt: Date;
  /** True when the service said that nothing follows. */
  readonly isLast: boolean;
}

/** One delivery, named. */
export interface DeliveryKey {
  readonly messageTraceId: string;
  readonly recipient: string;
}

export interface TraceSource {
  readonly kind: SourceKind;
  /** Requests sent to the service so far. */
  readonly requestCount: () => number;
  /** Requests of the service's quota that are free now, as last seen; absent where none is needed. */
  readonly quotaLeft?: () => number | null;
  /** What the service would be asked beside what is kept, as far as that is known beforehand; absent where nothing is kept. */
  readonly questionsLeft?: (query: TraceQuery) => Promise<readonly WindowedQuery[]>;
  /** The tenant's GUID or domain where it is known. */
  readonly tenant: string | null;
  /** When the answer was true: the service's clock, null before its first answer; or the newest file's time. */
  readonly asOf: () => Date | null;
  /**
   * All deliveries that match. May repeat a row; the caller removes doubles. What cannot be had after the
   * first answer becomes a gap and ends the iteration; when nothing at all can be asked it throws a Failure.
   */
  readonly deliveries: (query: TraceQuery, signal: AbortSignal) => AsyncIterable<TraceBatch>;
  /** Absent where a source cannot look up one delivery's events. */
  readonly details?: TraceDetailLookup;
  /** What is known of a delivery's events without asking the service; null when nothing that still holds. */
  readonly keptDetails?: (key: DeliveryKey) => Promise<readonly TraceEvent[] | null>;
  /** What arrived in earlier weeks; null or absent where nothing is kept. */
  readonly inbound?: () => InboundHistory | null;
}

/** A delivery whose events are asked for. Exchange finds nothing older than two days unless it is told the time. */
export interface DetailQuestion extends DeliveryKey {
  readonly receivedAt: Date;
}

export type TraceDetailLookup = (delivery: DetailQuestion, signal: AbortSignal) => Promise<DetailAnswer>;

/** `events` may be empty: the service knows nothing of the delivery. */
export type DetailAnswer =
  | { readonly kind: 'events'; readonly events: readonly TraceEvent[] }
  | { readonly kind: 'gap'; readonly gap: Gap };
