import { httpDate } from '../sign-in/retry-after.js';
import type { SourceClock } from './clock.js';
import type { Send } from './send.js';

/** The clock of a service as its answers tell it: traces are kept and cut by that one. */
export interface ServiceClock {
  /** The service's time; our own until it has answered. */
  readonly now: () => Date;
  /** How far ahead of ours the service is; below zero when ours is ahead. 0 until it has answered. */
  readonly aheadMs: () => number;
  /** Listens to the answers of `send`. */
  readonly watch: (send: Send) => Send;
}

export function createServiceClock(clock: Pick<SourceClock, 'now'>): ServiceClock {
  let aheadMs = 0;
  return {
    now: () => new Date(clock.now().getTime() + aheadMs),
    aheadMs: () => aheadMs,
    watch: (send) => async (call) => {
      const sentAt = clock.now();
      const sent = await send(call);
      const date = sent.kind === 'answered' ? httpDate(sent.response.headers.get('date')) : null;
      if (date !== null) aheadMs = leastDifference(date, sentAt, clock.now());
      return sent;
    },
  };
}

/** The header has whole seconds, and was written at some time between question and answer: within that nothing is told. */
export function leastDifference(date: Date, sentAt: Date, readAt: Date): number {
  const earliestMs = date.getTime();
  const latestMs = earliestMs + 1000;
  if (earliestMs > readAt.getTime()) return earliestMs - readAt.getTime();
  return latestMs < sentAt.getTime() ? latestMs - sentAt.getTime() : 0;
}
