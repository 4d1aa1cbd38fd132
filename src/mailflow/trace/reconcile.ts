/** What becomes of a kept row when the delivery is seen again. */
import type { DeliveryState, TraceEntry } from './delivery.js';
import { bareWord, stateOfStatus } from './status.js';
import type { KeptRow, StatusChange } from './trace-history.js';

export interface Reconciled {
  readonly row: KeptRow;
  /** Null when the status is what it was. */
  readonly change: StatusChange | null;
}

/**
 * Of two sightings the later one counts, whichever is kept first; so a final status is never put back by an older
 * sighting. Of two in one second, which the service's clock cannot tell apart, the one that is final; then the one whose
 * word sorts last, so that the order of keeping makes no difference.
 */
export function reconcile(kept: KeptRow | null, entry: TraceEntry, seenAt: Date): Reconciled {
  if (kept === null) return { row: { entry, observedAt: seenAt, firstSeenAt: seenAt }, change: null };
  const firstSeenAt = seenAt < kept.firstSeenAt ? seenAt : kept.firstSeenAt;
  if (!counts(entry, seenAt, kept)) return { row: { ...kept, firstSeenAt }, change: null };
  const isChanged = bareWord(entry.status) !== bareWord(kept.entry.status);
  return {
    row: { entry, observedAt: seenAt, firstSeenAt },
    change: isChanged ? { from: kept.entry.status, to: entry.status, seenAt } : null,
  };
}

function counts(entry: TraceEntry, seenAt: Date, kept: KeptRow): boolean {
  const later = seenAt.getTime() - kept.observedAt.getTime();
  if (later !== 0) return later > 0;
  const [isFinal, wasFinal] = [!isOpen(entry.status), !isOpen(kept.entry.status)];
  return isFinal === wasFinal ? entry.status >= kept.entry.status : isFinal;
}

/** States that are expected to change: held, or nobody knows what. */
const OPEN_STATES: ReadonlySet<DeliveryState> = new Set(['pending', 'unknown']);

/** True for a row whose status is expected to change. */
export function isOpen(status: string): boolean {
  return OPEN_STATES.has(stateOfStatus(status));
}

/** Mail that is open for so long is looked at no more: it waits for a person, or its status was never finished. */
export const STALE_OPEN_MS = 48 * 3_600_000;

/** True when the row was still open at an age at which the service has long given up. */
export function isStaleOpen({ entry, observedAt }: Omit<KeptRow, 'firstSeenAt'>): boolean {
  return isOpen(entry.status) && observedAt.getTime() - entry.receivedAt.getTime() >= STALE_OPEN_MS;
}
