import { laterPause, type Pause, pauseFrom, pauseLeftMs } from './pause.js';
import type { Grant, RequestLedger } from './request-ledger.js';
import { counted, mostFor, type QuotaRules, waitForNextMs } from './rolling-window.js';

/** What one process knows by itself, on a clock that nobody puts back. */
export interface ProcessLedger extends RequestLedger {
  /** What `take` would say; counts nothing. */
  readonly look: () => Grant;
  /** Counts one, whoever granted it. */
  readonly count: () => void;
}

interface ProcessLedgerOptions {
  readonly rules: QuotaRules;
  readonly isAttended: boolean;
  readonly monotonicMs: () => number;
}

export function processLedger({ rules, isAttended, monotonicMs }: ProcessLedgerOptions): ProcessLedger {
  let takenAtMs: readonly number[] = [];
  let pause: Pause | null = null;

  function look(): Grant {
    const nowMs = monotonicMs();
    const pauseMs = pauseLeftMs(pause, nowMs);
    if (pauseMs > 0) return { granted: false, waitMs: pauseMs, because: 'pause' };
    const waitMs = waitForNextMs(takenAtMs, rules, { isAttended, nowMs });
    return waitMs > 0 ? { granted: false, waitMs, because: 'budget' } : { granted: true };
  }

  function count(): void {
    const nowMs = monotonicMs();
    takenAtMs = [...counted(takenAtMs, rules, nowMs), nowMs];
  }

  return {
    look,
    count,
    take: () => {
      const grant = look();
      if (grant.granted) count();
      return Promise.resolve(grant);
    },
    pauseFor: (ms) => {
      pause = laterPause(pause, pauseFrom(monotonicMs(), ms));
      return Promise.resolve();
    },
    left: () => {
      const nowMs = monotonicMs();
      if (pauseLeftMs(pause, nowMs) > 0) return 0;
      return Math.max(0, mostFor(rules, isAttended) - counted(takenAtMs, rules, nowMs).length);
    },
  };
}
