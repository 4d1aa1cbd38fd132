/**
 * A signal: something that was seen, or was not. Only a fresh one can say that all is well or that something is broken;
 * a stale or partial one can warn at most.
 */
export type SignalQuality = 'fresh' | 'stale' | 'partial' | 'missing' | 'error';

export type SignalName = 'trace' | 'health' | 'sign-in' | 'status-page' | 'reach' | 'looks';

export interface Signal<Value> {
  readonly name: SignalName;
  readonly quality: SignalQuality;
  /** Null exactly when the quality is `missing` or `error`. */
  readonly value: Value | null;
  /** When we looked, by our clock. */
  readonly observedAt: Date;
  /** What instant the value tells of, by the source's clock; null when it is not known. */
  readonly sourceTime: Date | null;
  /** Older than this is stale. */
  readonly maxAgeSeconds: number;
  /** Why it is not fresh, one sentence; null when it is. */
  readonly why: string | null;
  /** The word that its gap gives, as `timeout`, `refused`, `stale`; null when it is fresh. */
  readonly reason: string | null;
  /** What to do about it; null when it is fresh. */
  readonly remedy: string | null;
  readonly retryAfterSeconds: number | null;
}
