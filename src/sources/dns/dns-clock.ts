/** Timers as questions need them; handed in, so that a test of a silent resolver waits for nothing. */
export interface DnsClock {
  /** Calls back once, unless what it returns is called before. */
  readonly startTimer: (ms: number, onEnd: () => void) => () => void;
}

export const DNS_CLOCK: DnsClock = {
  startTimer: (ms, onEnd) => {
    const timer = setTimeout(onEnd, ms);
    return () => clearTimeout(timer);
  },
};
