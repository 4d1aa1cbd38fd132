/** A clock on which one deadline is over as soon as a test says so: nobody waits for a silent server. */
import type { ProbeClock } from '#sources/probe/probe-clock.js';

const LOOK_EVERY_MS = 2;

export interface ImpatientClock extends ProbeClock {
  readonly advance: (ms: number) => void;
}

/** All other timers are there and never go off. */
export function impatientClock(deadlineMs: number, isTime: () => boolean = () => true): ImpatientClock {
  let nowMs = 0;
  return {
    monotonicMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    startTimer: (ms, onEnd) => {
      if (ms !== deadlineMs) return () => undefined;
      const looking = setInterval(() => {
        if (!isTime()) return;
        clearInterval(looking);
        nowMs += ms;
        onEnd();
      }, LOOK_EVERY_MS);
      return () => clearInterval(looking);
    },
  };
}
