import { isAborted, stoppedFailure } from './stopped.js';

export interface SharedWork<T> {
  /** Waits for it, no longer than the signal allows. */
  readonly join: (signal: AbortSignal | undefined) => Promise<T>;
}

interface Habits<T> {
  readonly start: (signal: AbortSignal) => Promise<T>;
  /** Called when it is done or given up: whoever comes later needs another one. */
  readonly onEnd: () => void;
}

/**
 * One piece of work for all who wait for it. Whoever has waited long enough leaves the others to it; with the last one it
 * is given up, for the reason of that one. It begins with the first.
 */
export function sharedWork<T>({ start, onEnd }: Habits<T>): SharedWork<T> {
  const controller = new AbortController();
  let waiting = 0;
  let work: Promise<T> | null = null;

  function leave(signal: AbortSignal, reject: (reason: unknown) => void): void {
    waiting -= 1;
    if (waiting > 0) {
      reject(stoppedFailure(signal));
      return;
    }
    // The work itself says what was given up.
    onEnd();
    controller.abort(signal.reason);
  }

  return {
    join: (signal) => {
      waiting += 1;
      if (signal !== undefined && isAborted(signal) && work === null) controller.abort(signal.reason);
      const joined = (work ??= start(controller.signal).finally(onEnd));
      if (signal === undefined) return joined;
      return new Promise((resolve, reject) => {
        const stop = (): void => leave(signal, reject);
        if (isAborted(signal)) stop();
        else signal.addEventListener('abort', stop, { once: true });
        joined.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
      });
    },
  };
}
