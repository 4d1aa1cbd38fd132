import { performance } from 'node:perf_hooks';

/** Time as a probe sees it; handed in, so that a test of a silent server waits for nothing. */
export interface ProbeClock {
  /** Never goes back. */
  readonly monotonicMs: () => number;
  /** Calls back once, unless what it returns is called before. */
  readonly startTimer: (ms: number, onEnd: () => void) => () => void;
}

/** Node's timers take no more than 2^31 ms and then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const PROBE_CLOCK: ProbeClock = {
  monotonicMs: () => performance.now(),
  startTimer: (ms, onEnd) => {
    const timer = setTimeout(onEnd, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
