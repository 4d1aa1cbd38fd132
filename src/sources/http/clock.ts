import { isAborted } from '../sign-in/stopped.js';

/** Time as a source sees it; handed in, so that tests wait for nothing. */
export interface SourceClock {
  readonly now: () => Date;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Never goes back; budgets and deadlines are measured with it. */
  readonly monotonicMs: () => number;
}

/** Node's timers take no more than 2^31 ms and then fire at once. */
const LONGEST_SLEEP_MS = 24 * 3600 * 1000;

/** Sleeps until the instant is really there, since timers may fire early. False when stopped meanwhile. */
export async function sleepUntil(clock: SourceClock, atMs: number, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false;
    const leftMs = atMs - clock.monotonicMs();
    if (leftMs <= 0) return true;
    try {
      await clock.sleep(Math.min(Math.ceil(leftMs), LONGEST_SLEEP_MS), signal);
    } catch (error) {
      if (!isAborted(signal)) throw error;
    }
  }
}
