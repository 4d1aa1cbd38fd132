/** Time that passes only when somebody sleeps. */
export interface VirtualClock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly advance: (ms: number) => void;
  /** Every sleep that was asked for, in ms. */
  readonly sleeps: readonly number[];
}

/** `earlyMs` lets every timer fire too early by so much, as real ones may. */
export function virtualClock(
  startIso: string,
  { earlyMs = 0 }: { readonly earlyMs?: number } = {},
): VirtualClock {
  const startMs = Date.parse(startIso);
  const sleeps: number[] = [];
  let passedMs = 0;
  return {
    sleeps,
    now: () => new Date(startMs + passedMs),
    monotonicMs: () => passedMs,
    advance: (ms) => {
      passedMs += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      passedMs += Math.max(ms - earlyMs, 1);
      await Promise.resolve();
    },
  };
}
