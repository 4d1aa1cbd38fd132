/** A look: what one run of `status` saw, in numbers only. Looks are what is usual, and what alerts open and close by. */
import type { SignalName } from './signal.js';

export type VerdictLevel = 'ok' | 'warning' | 'critical' | 'unknown';

export interface Look {
  readonly at: Date;
  readonly level: VerdictLevel;
  /** Signals on whose evidence the level rests. */
  readonly badSignals: readonly SignalName[];
  /** Null when the trace was not listed whole: such a look says nothing of what is usual. */
  readonly counts: LookCounts | null;
}

export interface LookCounts {
  readonly deliveries: number;
  readonly held: number;
  readonly failed: number;
  readonly windowMinutes: number;
}

export interface LookHistory {
  /** Oldest first. */
  readonly since: (instant: Date) => Promise<readonly Look[]>;
  readonly keep: (look: Look) => Promise<void>;
}

/** Looks are forgotten after so many days. */
export const KEPT_LOOK_DAYS = 90;
