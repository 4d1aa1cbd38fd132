import type { PagePlace } from '#mailflow/trace/trace-source.js';

import type { SourceClock } from './clock.js';

/** When a page was seen, and when the reading that it belongs to began; given the service's clock at that page. */
type Reading = (date: Date | null) => Pick<PagePlace, 'beganAt' | 'seenAt'>;

/**
 * Called before the first page is asked for. The service tells its clock with its answers only, so what passed before
 * the first of them is measured here: pauses and repeats make a reading older, never younger.
 */
export function beginReading(clock: SourceClock): Reading {
  const startMs = clock.monotonicMs();
  let beganAt: Date | null = null;
  return (date) => {
    const seenAt = date ?? clock.now();
    beganAt ??= new Date(seenAt.getTime() - Math.ceil(clock.monotonicMs() - startMs));
    return { beganAt, seenAt };
  };
}
