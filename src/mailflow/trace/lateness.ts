/** How late rows come, counted into classes, so that a percentile costs nothing to keep. */
import type { CoveredSpan } from './coverage.js';
import { contains } from './span.js';
import type { Lateness } from './trace-history.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const LAST_BOUND_MS = 72 * HOUR_MS;

/** Upper bounds of the classes; the last one holds whatever is later still. */
const BOUNDS_MS: readonly number[] = [
  0,
  ...[5, 10, 15, 30, 45].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48].map((hours) => hours * HOUR_MS),
  LAST_BOUND_MS,
];

/** Below this many rows a percentile says nothing. */
const FEWEST_ROWS = 100;

/**
 * How late a row is that is seen for the first time: 0 when its second had not been read before, for then nobody
 * knows; else the whole time since it was received, which is too much rather than too little.
 */
export function latenessMs(receivedAt: Date, seenAt: Date, readBefore: readonly CoveredSpan[]): number {
  const instantMs = receivedAt.getTime();
  const wasRead = readBefore.some(
    (span) => span.state === 'complete' && span.observedAtMs < seenAt.getTime() && contains(span, instantMs),
  );
  return wasRead ? Math.max(0, seenAt.getTime() - instantMs) : 0;
}

/** The class that a lateness is counted in, by its upper bound. */
export function latenessClass(lateMs: number): number {
  return BOUNDS_MS.find((boundMs) => lateMs <= boundMs) ?? LAST_BOUND_MS;
}

export interface LatenessClass {
  readonly boundMs: number;
  readonly rows: number;
}

export function latenessOf(classes: readonly LatenessClass[]): Lateness {
  const rows = classes.reduce((sum, each) => sum + each.rows, 0);
  const late = classes.filter(({ boundMs }) => boundMs > 0).reduce((sum, each) => sum + each.rows, 0);
  const sorted = classes.toSorted((one, other) => one.boundMs - other.boundMs);
  return { rows, late, p50Ms: quantile(sorted, rows, 0.5), p99Ms: quantile(sorted, rows, 0.99) };
}

function quantile(sorted: readonly LatenessClass[], rows: number, share: number): number | null {
  if (rows < FEWEST_ROWS) return null;
  let seen = 0;
  const found = sorted.find((each) => {
    seen += each.rows;
    return seen >= share * rows;
  });
  return found?.boundMs ?? null;
}
