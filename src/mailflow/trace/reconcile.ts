/** What becomes of a kept row when its delivery is seen again. */
import type { DeliveryState } from './delivery.js';
import { bareWord, stateOfStatus } from './status.js';

/** A delivery as it was seen. */
export interface Sighting {
  readonly status: string;
  readonly seenAtMs: number;
}

/**
 * Of two sightings the later one counts, whichever is kept first; so a final status is never put back by an older
 * sighting. Of two in one second, which the service's clock cannot tell apart, the one that is final counts, then the one
 * whose word sorts last: the order of keeping makes no difference.
 */
export function outdates(sighting: Sighting, kept: Sighting): boolean {
  const later = sighting.seenAtMs - kept.seenAtMs;
  if (later !== 0) return later > 0;
  const [isFinal, wasFinal] = [!isOpen(sighting.status), !isOpen(kept.status)];
  return isFinal === wasFinal ? sighting.status >= kept.status : isFinal;
}

/** True when two words of a service are one status. */
export function isSameStatus(one: string, other: string): boolean {
  return one === other || bareWord(one) === bareWord(other);
}

/** States that are expected to change: held, or nobody knows what. */
const OPEN_STATES: ReadonlySet<DeliveryState> = new Set(['pending', 'unknown']);

/** True for a row whose status is expected to change. */
export function isOpen(status: string): boolean {
  return OPEN_STATES.has(stateOfStatus(status));
}

/**
 * A row that is still open at this age is looked at no more: the service has long given up, so it waits for a person, or
 * its status was never finished.
 */
export const STALE_OPEN_MS = 48 * 3_600_000;
