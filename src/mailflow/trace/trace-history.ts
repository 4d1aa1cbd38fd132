/**
 * The port through which the kept past of message trace is read and written. A page and what it proves are kept in one
 * step or not at all; what is not found again is never taken for gone.
 */
import type { Arrivals } from './arrivals.js';
import type { CoveredSpan } from './coverage.js';
import type { DeliveryState, TraceEntry, TraceEvent } from './delivery.js';
import type { Span } from './span.js';
import type { DeliveryKey, TraceQuery } from './trace-source.js';

/** The kept past of one tenant. */
export interface TraceHistory {
  /** Keeps the rows of a page and what it proves, both or neither. */
  readonly keepPage: (page: PageToKeep) => Promise<void>;
  /** What was read of a shape of questions and touches the span, oldest first. */
  readonly covered: (shape: string, span: Span) => Promise<readonly CoveredSpan[]>;
  /** Kept rows that match, in portions; each row once. The window of the query is one more condition. */
  readonly rows: (query: TraceQuery, spans: readonly Span[]) => AsyncIterable<readonly TraceEntry[]>;
  /** The row of one delivery as it is kept; null when it is not. */
  readonly row: (key: DeliveryKey) => Promise<KeptRow | null>;
  /** Rows within the spans that may still change: open when they were seen last, and not stale. */
  readonly openRows: (question: OpenRowsQuestion) => Promise<OpenRows>;
  /** Keeps the events of a delivery with the status of its row; nothing happens when there is no such row. */
  readonly keepDetails: (details: DetailsToKeep) => Promise<void>;
  readonly details: (key: DeliveryKey) => Promise<KeptDetails | null>;
  /** How late rows came, of those first seen since then. */
  readonly lateness: (since: Date) => Promise<Lateness>;
  /** Numbers of rows by state, as they were counted when rows were kept. Both ends are rounded outward to a step. */
  readonly rollUps: (span: Span, stepMs: RollUpStep) => Promise<readonly RollUp[]>;
  /** Messages that arrived within the span, by direction, in steps of five minutes; oldest first. Our domains are normalised, null when not known. */
  readonly arrivals: (span: Span, ownDomains: ReadonlySet<string> | null) => Promise<readonly Arrivals[]>;
  /** Every change of a delivery's status that was seen, oldest first. */
  readonly changes: (key: DeliveryKey) => Promise<readonly StatusChange[]>;
  /** Forgets what was received before, a portion at a time; true when there is more to forget. */
  readonly purge: (before: Date) => Promise<boolean>;
}

export interface PageToKeep {
  readonly shape: string;
  readonly entries: readonly TraceEntry[];
  /** The service's clock at this page: of two sightings of a row the later one counts. */
  readonly seenAt: Date;
  readonly proven: readonly CoveredSpan[];
}

export interface KeptRow {
  readonly entry: TraceEntry;
  readonly observedAt: Date;
  readonly firstSeenAt: Date;
}

export interface OpenRowsQuestion {
  /** Conditions that must hold; its statuses and its window do not count. */
  readonly query: TraceQuery;
  readonly spans: readonly Span[];
  /** Rows given at most. */
  readonly limit: number;
  /** Only rows last seen before; null for all. */
  readonly seenBefore: Date | null;
}

export interface OpenRows {
  /** Oldest first, at most as many as were asked for. */
  readonly rows: readonly OpenRow[];
  /** How many there are, in all. */
  readonly total: number;
  /** From the oldest to the newest of all of them; null for none. */
  readonly span: Span | null;
}

export interface OpenRow {
  readonly messageTraceId: string | null;
  readonly receivedAt: Date;
  readonly status: string;
}

export interface DetailsToKeep {
  readonly key: DeliveryKey;
  readonly events: readonly TraceEvent[];
  readonly readAt: Date;
}

export interface KeptDetails {
  readonly events: readonly TraceEvent[];
  readonly readAt: Date;
  /** The status of the row when they were read. */
  readonly status: string;
  /** The status of the row now. */
  readonly statusNow: string;
}

export interface Lateness {
  /** Rows that were measured. */
  readonly rows: number;
  /** Those of them that were not there when their second had been read before. */
  readonly late: number;
  /** Null when too few were measured. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A quarter of an hour, an hour, a day. Days of any time zone begin at a quarter. */
export type RollUpStep = 900_000 | 3_600_000 | 86_400_000;

export interface RollUp {
  readonly from: Date;
  readonly state: DeliveryState;
  readonly rows: number;
}

export interface StatusChange {
  readonly from: string;
  readonly to: string;
  readonly seenAt: Date;
}

/** Kept for as long as Microsoft keeps them, unless told otherwise. */
export const KEPT_DAYS = 90;
