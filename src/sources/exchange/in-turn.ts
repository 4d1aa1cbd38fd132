import { sleepUntil, type SourceClock } from '../http/clock.js';
import { type Step, stoppedBy } from '../http/exchange.js';

/** Begins each piece of work when the one before is done, however it ended. */
export function oneByOne<Given extends readonly unknown[], T>(
  work: (...given: Given) => Promise<T>,
): (...given: Given) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const mine = before.then(() => work(...given));
    before = mine.catch(() => undefined);
    return mine;
  };
}

/**
 * One question at a time, however many ask, and none sooner than `paceMs` after the one before: how much the endpoint
 * bears is not told, and a tenant has few requests at once.
 */
export function inTurn(next: Step, clock: SourceClock, paceMs: number): Step {
  let earliestMs = Number.NEGATIVE_INFINITY;
  return oneByOne(async (call) => {
    if (!(await sleepUntil(clock, earliestMs, call.signal))) return stoppedBy(call.signal);
    earliestMs = clock.monotonicMs() + paceMs;
    return next(call);
  });
}
