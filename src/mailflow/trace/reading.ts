import { type CoveredSpan, provenBy } from './coverage.js';
import type { TraceEntry } from './delivery.js';
import type { PagePlace } from './trace-source.js';

/** What the next page of a listing proves. */
type Prove = (page: PagePlace, entries: readonly TraceEntry[]) => readonly CoveredSpan[];

/**
 * Follows a listing page by page. A page proves what lies above its oldest row only as long as pages come newest
 * first; when one does not, the rest of that reading proves nothing before its end.
 */
export function openReading(): Prove {
  let beganAtMs: number | null = null;
  let reachedMs = Infinity;
  let isInOrder = true;
  return (page, entries) => {
    if (beganAtMs !== page.beganAt.getTime()) {
      beganAtMs = page.beganAt.getTime();
      reachedMs = Infinity;
      isInOrder = true;
    }
    const seconds = entries.map(({ receivedAt }) => Math.floor(receivedAt.getTime() / 1000) * 1000);
    isInOrder &&= seconds.every((second) => second <= reachedMs);
    reachedMs = seconds.reduce((oldest, second) => Math.min(oldest, second), reachedMs);
    const oldest = isInOrder && reachedMs !== Infinity ? new Date(reachedMs) : null;
    return provenBy({ window: page.window, beganAt: page.beganAt, oldest, isLast: page.isLast });
  };
}
