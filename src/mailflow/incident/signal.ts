/**
 * A signal: something that was seen, or was not. Only a fresh one can say that all is well or that something is broken;
 * a stale or partial one can warn at most.
 */
import { isClockInDoubt } from '../clock-doubt.js';
import type { Gap } from '../finding.js';
import { formatAge } from '../quantity.js';

export type SignalQuality = 'fresh' | 'stale' | 'partial' | 'missing' | 'error';

export type SignalName =
  'trace' | 'inbound' | 'health' | 'sign-in' | 'status-page' | 'reach' | 'connectors' | 'looks';

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

/** What is known of a signal however it went. */
export interface Glimpse {
  readonly name: SignalName;
  readonly observedAt: Date;
  readonly sourceTime?: Date | null;
  readonly maxAgeSeconds: number;
}

/** Why there is nothing to see, or not all. */
export interface Trouble {
  readonly why: string;
  readonly reason: string;
  readonly remedy: string;
  readonly retryAfterSeconds: number | null;
}

export interface Condition {
  readonly now: Date;
  /** What is missing from the value. */
  readonly gaps?: readonly Gap[];
  /** How far our clock is ahead of the source's; 0 when that is not known. */
  readonly clockAheadMs?: number;
}

/** Something was seen: fresh, unless the clocks disagree, a part is missing, or it is old. */
export function seenSignal<Value>(glimpse: Glimpse, value: Value, condition: Condition): Signal<Value> {
  const signal = { ...bare(glimpse), value };
  const trouble = clockTrouble(condition.clockAheadMs ?? 0) ?? partialTrouble(condition.gaps ?? []);
  if (trouble !== null) return { ...signal, quality: trouble.quality, ...trouble.told };
  return withAge({ ...signal, quality: 'fresh', ...NO_TROUBLE }, condition.now);
}

/** Not asked, not kept, or not there. */
export function missingSignal<Value>(glimpse: Glimpse, trouble: Trouble): Signal<Value> {
  return { ...bare(glimpse), value: null, quality: 'missing', ...trouble };
}

/** Asked for, and it failed. */
export function failedSignal<Value>(glimpse: Glimpse, trouble: Trouble): Signal<Value> {
  return { ...bare(glimpse), value: null, quality: 'error', ...trouble };
}

/** A fresh signal is stale once what it tells of is older than it may be. */
export function withAge<Value>(signal: Signal<Value>, now: Date): Signal<Value> {
  if (signal.quality !== 'fresh') return signal;
  const toldOf = signal.sourceTime ?? signal.observedAt;
  const ageSeconds = (now.getTime() - Math.min(toldOf.getTime(), signal.observedAt.getTime())) / 1000;
  if (ageSeconds <= signal.maxAgeSeconds) return signal;
  return spoilt(signal, 'stale', {
    why: `it is ${formatAge(ageSeconds)} old, and ${formatAge(signal.maxAgeSeconds)} is the most that counts as now`,
    reason: 'stale',
    remedy: 'Ask again.',
    retryAfterSeconds: null,
  });
}

/** The same signal with less to say for itself; what was already worse stays as it is. */
export function spoilt<Value>(
  signal: Signal<Value>,
  quality: 'stale' | 'partial',
  trouble: Trouble,
): Signal<Value> {
  return signal.quality === 'fresh' ? { ...signal, quality, ...trouble } : signal;
}

const NO_TROUBLE = { why: null, reason: null, remedy: null, retryAfterSeconds: null };

function bare({
  name,
  observedAt,
  sourceTime = null,
  maxAgeSeconds,
}: Glimpse): Glimpse & { sourceTime: Date | null } {
  return { name, observedAt, sourceTime, maxAgeSeconds };
}

const MINUTE_MS = 60_000;

interface Spoiling {
  readonly quality: 'stale' | 'partial';
  readonly told: Trouble;
}

function clockTrouble(aheadMs: number): Spoiling | null {
  if (!isClockInDoubt(aheadMs)) return null;
  const which = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    quality: 'stale',
    told: {
      why: `the clock of this machine is ${formatAge(Math.round(Math.abs(aheadMs) / MINUTE_MS) * 60)} ${which} the clock of the service`,
      reason: 'clock',
      remedy: 'Set the clock of this machine right (NTP), then ask again.',
      retryAfterSeconds: null,
    },
  };
}

function partialTrouble(gaps: readonly Gap[]): Spoiling | null {
  const [first] = gaps;
  if (first === undefined) return null;
  const waits = gaps.flatMap(({ retryAfterSeconds }) =>
    retryAfterSeconds === null ? [] : [retryAfterSeconds],
  );
  const whats = gaps.map(({ what }) => what.replace(/\.$/u, '')).join('; ');
  const isClock = first.reason === 'clock';
  return {
    quality: isClock ? 'stale' : 'partial',
    told: {
      why: isClock ? `not to be told: ${whats}` : `a part is missing: ${whats}`,
      reason: first.reason,
      remedy: first.remedy,
      retryAfterSeconds: waits.length === 0 ? null : Math.max(...waits),
    },
  };
}
