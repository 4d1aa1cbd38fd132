/**
 * How much mail there is beside the held, where only held mail was listed: the newest page of all of it tells the rate
 * of just now, and pages of half a day and a day ago keep a quiet hour from being taken for the day.
 */
import type { TimeWindow } from '../time-window.js';
import type { Delivery, TraceEntry } from '../trace/delivery.js';
import { toDelivery } from '../trace/to-delivery.js';
import type { TraceQuery, TraceSource } from '../trace/trace-source.js';
import type { HeldTally } from './held-tally.js';

export interface MailRate {
  /** Deliveries in an hour, as of just now. */
  readonly hourly: number;
  /** In a day, by the busiest hour that was seen. */
  readonly daily: number;
}

/** The newest deliveries of a window, whatever became of them. */
export interface MailPage {
  readonly deliveries: readonly Delivery[];
  /** The end of the window that they fill. */
  readonly minutes: number;
}

const MINUTE_MS = 60_000;

/** Reads no more than the first page that is asked for. Null when part of it is missing. Failures pass through. */
export async function readMailPage(
  source: TraceSource,
  query: TraceQuery & { readonly window: TimeWindow },
  signal: AbortSignal,
): Promise<MailPage | null> {
  const entriesByKey = new Map<string, TraceEntry>();
  const { from, to } = query.window;
  for await (const batch of source.deliveries(query, signal)) {
    signal.throwIfAborted();
    if (batch.gaps.length > 0) return null;
    for (const entry of batch.entries) entriesByKey.set(`${entry.messageTraceId} ${entry.recipient}`, entry);
    if (batch.page === undefined || batch.page.isLast) continue;
    const oldestMs = batch.entries.reduce(
      (ms, { receivedAt }) => Math.min(ms, receivedAt.getTime()),
      to.getTime(),
    );
    return pageOf(entriesByKey, (to.getTime() - oldestMs) / MINUTE_MS);
  }
  return pageOf(entriesByKey, (to.getTime() - from.getTime()) / MINUTE_MS);
}

const NO_CONTEXT = { ownDomains: null, expirationHours: null };

function pageOf(entriesByKey: ReadonlyMap<string, TraceEntry>, minutes: number): MailPage | null {
  // Of a second nobody can tell a rate.
  if (minutes * MINUTE_MS < 1000) return null;
  const deliveries = [...entriesByKey.values()].map((entry) => toDelivery(entry, null, NO_CONTEXT));
  return { deliveries, minutes };
}

export function hourlyOf({ deliveries, minutes }: MailPage): number {
  return (deliveries.length * 60) / minutes;
}

/** Spans that reach further back than what was read are filled up at its rate. */
export function withRate(tally: HeldTally, { minutes: read }: MailPage): HeldTally {
  return {
    ...tally,
    recent: tally.recent.map((span) => {
      if (span.minutes <= read) return span;
      const others = span.deliveries - span.held.held;
      return { ...span, deliveries: span.held.held + Math.round((others * span.minutes) / read) };
    }),
  };
}
