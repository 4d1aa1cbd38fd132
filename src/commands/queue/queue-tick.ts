import type { Gap } from '#mailflow/finding.js';
import type { QueueDiff } from '#mailflow/queue/queue-diff.js';
import type { QueueTrend } from '#mailflow/queue/queue-trend.js';
import type { OutcomeLevel } from '#render/writer.js';

/** One look, or why there was none. */
export type QueueTick = QueueSight | QueueBlindness;

interface QueueSight {
  readonly kind: 'look';
  readonly at: Date;
  readonly level: OutcomeLevel;
  readonly held: number;
  readonly oldestAt: Date | null;
  readonly expiringWithin4h: number;
  readonly heldByBucket: readonly number[];
  readonly trend: QueueTrend | null;
  readonly diff: QueueDiff | null;
  readonly findings: readonly string[];
  readonly incomplete: readonly Gap[];
  /** Looks that were due while the machine slept, or while this one took its time. */
  readonly missed: number;
  readonly nextAt: Date;
}

interface QueueBlindness {
  readonly kind: 'blind';
  readonly at: Date;
  readonly reason: string;
  readonly message: string;
  /** When the queue was last seen; null when never. */
  readonly lastSeenAt: Date | null;
  readonly missed: number;
  readonly nextAt: Date;
}
