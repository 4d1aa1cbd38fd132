/** The rolling quota of message trace. A refused request counts too, so hammering never recovers. */
import type { Quota } from '../quirks.js';

export type Operation = 'list' | 'details';

export interface Admission {
  readonly admitted: boolean;
  /** Seconds until the oldest counted request leaves the window. */
  readonly retryAfterSeconds: number;
  /** How many requests were refused so far, this one included. */
  readonly refusals: number;
}

export type QuotaGate = (operation: Operation, now: Date) => Admission;

export function quotaGate(quota: Quota): QuotaGate {
  const timesByPool = new Map<string, number[]>();
  let refusals = 0;
  return (operation, now) => {
    const pool = quota.shared ? 'all' : operation;
    const horizon = now.getTime() - quota.windowSeconds * 1000;
    const times = (timesByPool.get(pool) ?? []).filter((time) => time > horizon);
    timesByPool.set(pool, [...times, now.getTime()]);
    const admitted = times.length < quota.requests;
    if (!admitted) refusals += 1;
    const oldest = times.at(-quota.requests) ?? now.getTime();
    return {
      admitted,
      refusals,
      retryAfterSeconds: Math.max(1, Math.ceil((oldest - horizon) / 1000)),
    };
  };
}
