import type { Failure } from '#failure.js';

interface Bounds {
  /** Null for no end. */
  readonly leftMs: number | null;
  /** Of whoever may stop the work earlier. */
  readonly signal: AbortSignal;
  readonly timeUp: () => Failure;
}

/** Node's timers take no more than 2^31 ms and then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Hands `work` a signal that also aborts when the time is up; at once when none is left. */
export async function withinTime<T>(
  { leftMs, signal, timeUp }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (leftMs === null) return work(signal);
  // Not AbortSignal.any with a timeout: those would pile up on the caller's signal, one for each request.
  const controller = new AbortController();
  const follow = (): void => {
    controller.abort(signal.reason);
  };
  const end = (): void => {
    controller.abort(timeUp());
  };
  if (signal.aborted) follow();
  else if (leftMs <= 0) end();
  const timer = setTimeout(end, Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS));
  signal.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', follow);
  }
}
